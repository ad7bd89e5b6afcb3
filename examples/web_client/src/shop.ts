/** A customer's side of a shop, in the types that `npm run generate` makes of its OpenAPI document. */
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./api.js";

export type Order = components["schemas"]["OrderView"];
export type Plan = components["schemas"]["PlanView"];
type Problem = components["schemas"]["Problem"];

/** The shop said no, or had an accident: `code` is for programs, the message for people. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;
  /** How long to wait before another try, if one is worth it. */
  readonly waitSeconds: number | undefined;

  constructor(problem: Problem, answer: Response) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    const wait = answer.headers.get("retry-after");
    this.waitSeconds = wait === null ? undefined : Number(wait);
  }
}

export class Shop {
  #token: string | undefined;
  readonly #api;

  constructor(url: string, language = "en") {
    const signed: Middleware = {
      onRequest: ({ request }) => {
        request.headers.set("Accept-Language", language);
        if (this.#token !== undefined) request.headers.set("Authorization", `Bearer ${this.#token}`);
        return request;
      },
    };
    this.#api = createClient<paths>({ baseUrl: `${url}/v1` });
    this.#api.use(signed);
  }

  /** What is on sale. */
  async plans(): Promise<Plan[]> {
    return said(await this.#api.GET("/plans"));
  }

  /** The ways to pay: their ids and names. */
  async methods() {
    return said(await this.#api.GET("/methods"));
  }

  /** Makes an anonymous account and signs in; gives its number, which is shown this once. */
  async signUp(): Promise<string> {
    const made = said(await this.#api.POST("/accounts", { body: {} }));
    this.#token = made.session.token;
    return made.account_number ?? "";
  }

  /** Buys a plan. The key names this purchase: kept before the request, the same key can be sent again after a lost answer. */
  async buy(plan: Plan, method: string, key: string): Promise<Order> {
    const body = { purpose: "new", method, plan_id: plan.plan_id, expected: plan.price } as const;
    return said(await this.#api.POST("/orders", { params: { header: { "Idempotency-Key": key } }, body }));
  }

  /** The order as it is now. */
  async order(id: string): Promise<Order> {
    return said(await this.#api.GET("/orders/{order_id}", { params: { path: { order_id: id } } }));
  }

  /** The order once it is fulfilled; asks every second, and gives up after a while. */
  async delivered(id: string, seconds = 60): Promise<Order> {
    for (let left = seconds; left > 0; left -= 1) {
      const order = await this.order(id);
      if (order.state === "fulfilled") return order;
      if (["cancelled", "expired", "refunded"].includes(order.state)) throw new Error(`the order is ${order.state}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    throw new Error("the order was not delivered in time");
  }

  /** The link for the customer's app. */
  async link(subscription: string): Promise<string> {
    const params = { path: { subscription_id: subscription } };
    return said(await this.#api.GET("/subscriptions/{subscription_id}", { params })).link;
  }
}

/** The answer, or what was said instead of it. */
function said<T>(answer: { data?: T; error?: Problem; response: Response }): T {
  if (answer.error !== undefined) throw new Refused(answer.error, answer.response);
  if (answer.data === undefined) throw new Error(`an empty answer: ${answer.response.status}`);
  return answer.data;
}
