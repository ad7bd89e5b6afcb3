// A guest pays with Litecoin: exactly what the page shows, seen at once, confirmed with the next block.
import { inspect } from '../examine.mjs';
import { assert, submit, told } from '../forms.mjs';

const LOCALES = ['fa', 'en'];

async function rpc({ url, user, password }, method, params) {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const body = JSON.stringify({ jsonrpc: '1.0', id: 1, method, params });
  const answer = await (await fetch(url, { method: 'POST', headers: { authorization }, body })).json();
  if (answer.error) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  return answer.result;
}

/** Goes to the payment; gives the page, which shows what to pay. */
async function order(lab, locale, method) {
  const page = await lab.visitor({ locale });
  await page.goto('/buy');
  await inspect(lab, page, 'buy');
  await page.locator(`input[name=method][value="${method}"]`).check();
  await submit(page, '/buy');
  await inspect(lab, page, 'litecoin-order');
  return page;
}

async function pay(page, node) {
  const [amount, address] = await page.locator('.share .copy code').allInnerTexts();
  const uri = await page.locator('a[href^="litecoin:"]').getAttribute('href');
  assert(uri.split('&')[0] === `litecoin:${address}?amount=${amount}`, `the wallet is told the same: ${uri}`);
  assert((await page.locator('.share .qr svg').boundingBox()).width > 150, 'the code is large enough for a camera');
  const left = await page.locator('[data-countdown]').innerText();
  assert(/^[0-9۰-۹]{2}(:[0-9۰-۹]{2}){1,2}$/.test(left), `time runs: ${left}`);
  await rpc(node, 'sendtoaddress', [address, amount]);
}

export default async function (lab, { method, node }) {
  const pages = [];
  for (const locale of LOCALES) pages.push(await order(lab, locale, method));
  for (const page of pages) await pay(page, node);
  // Nobody touches the pages from here on: they go on by themselves.
  for (const page of pages) {
    await page.locator('p.done').waitFor({ timeout: 60_000 });
    await told(page, 'status');
    assert((await page.locator('a[href^="litecoin:"], form[action$="/pay"]').count()) === 0, 'nobody is asked to pay twice');
    await inspect(lab, page, 'litecoin-seen');
  }
  const ready = pages.map((page) => page.waitForURL(/\/subscriptions\/[^/]+\?ready=1$/, { timeout: 90_000 }));
  await rpc(node, 'generatetoaddress', [1, await rpc(node, 'getnewaddress', ['', 'bech32'])]);
  await Promise.all(ready);
  for (const page of pages) await inspect(lab, page, 'litecoin-ready');
}
