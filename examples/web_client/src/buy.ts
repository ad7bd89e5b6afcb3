/**
 * Lists what is on sale, signs up, buys the first plan and waits for its link:
 *
 *     npm ci && npm run generate && npm run check && npm start http://127.0.0.1:8080
 *
 * Made for `nexa demo`, whose play money is paid by whoever opens the payment's page and presses its button; that is what
 * this program waits for.
 */
import { Refused, Shop } from "./shop.js";

declare const process: { argv: string[]; exitCode: number | undefined };

async function main(url: string): Promise<void> {
  const shop = new Shop(url);
  const plans = await shop.plans();
  for (const { name, price } of plans) console.log(`plan: ${name}, ${price.minor} minor units of ${price.currency}`);
  const plan = plans[0];
  if (plan === undefined) throw new Error("nothing is on sale");
  const number = await shop.signUp();
  console.log(`account: a number of ${number.replace(/\D/g, "").length} digits`);

  try {
    await shop.buy(plan, "wallet", "too-early");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.log(`refused: ${error.code}: ${error.message}`);
  }

  const methods = await shop.methods();
  const method = methods.find((one) => one.method !== "wallet");
  if (method === undefined) throw new Error("there is no way to pay");
  const order = await shop.buy(plan, method.method, "first-order");
  const again = await shop.buy(plan, method.method, "first-order");
  console.log(`order: ${order.state}, the same again: ${order.order_id === again.order_id}`);
  console.log(`pay: ${order.payment?.redirect_url ?? "as the payment says"}`);

  const delivered = await shop.delivered(order.order_id);
  console.log(`order: ${delivered.state}`);
  console.log(`link: ${await shop.link(delivered.subscription_id ?? "")}`);
}

await main(process.argv[2] ?? "http://127.0.0.1:8080").catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
