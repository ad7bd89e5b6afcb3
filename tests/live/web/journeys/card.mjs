// A transfer to a bank card: the picture of the receipt, refused and taken, and the operator who accepts it.
import { fits } from '../accessible.mjs';
import { inspect } from '../examine.mjs';
import { assert, submit, told } from '../forms.mjs';
import { png } from '../png.mjs';

/** What looks like a picture to whoever only looks at its name. */
const WRONG = [
  { name: 'receipt.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>') },
  { name: 'receipt.png', mimeType: 'image/png', buffer: Buffer.from('<!doctype html><script>alert(1)</script>') },
];

export default async function (lab, { method, operator }) {
  for (const [turn, locale] of ['fa', 'en'].entries()) {
    const page = await order(lab, locale, method);
    for (const file of WRONG) {
      await send(page, file);
      await told(page);
      assert((await page.locator('input[name=picture]').count()) === 1, 'another one can be sent');
      await fits(page);
    }
    await inspect(lab, page, 'card-refused');
    await send(page, { name: 'receipt.png', mimeType: 'image/png', buffer: png(64, 100 + turn) });
    await told(page, 'status');
    await inspect(lab, page, 'card-waiting');
    const ready = page.waitForURL(/\/subscriptions\/[^/]+\?ready=1$/, { timeout: 60_000 });
    await accept(lab, operator);
    await ready;
    await receipt(lab, page);
  }
}

async function order(lab, locale, method) {
  const page = await lab.visitor({ locale });
  await page.goto('/buy');
  await page.locator(`input[name=method][value="${method}"]`).check();
  await submit(page, '/buy');
  assert((await page.locator('.copy code.large').innerText()) === '6219 8610 3452 9007', 'the card, in fours');
  await inspect(lab, page, 'card-order');
  return page;
}

async function send(page, file) {
  await page.locator('input[name=picture]').setInputFiles(file);
  await submit(page, '/receipt', { note: '123456' });
}

/** Another browser, at the operator's. */
async function accept(lab, token) {
  const page = await lab.visitor();
  const asks = page.context().request;
  const headers = { authorization: `Bearer ${token}` };
  const [receipt, ...more] = await (await asks.get('/v1/admin/receipts', { headers })).json();
  assert(more.length === 0 && receipt.note === '123456', 'one receipt waits');
  const data = { received: receipt.due, version: receipt.version };
  const accepted = await asks.post(`/v1/admin/receipts/${receipt.receipt_id}/accept`, { headers, data });
  assert(accepted.ok(), `accepted: ${await accepted.text()}`);
  await page.context().close();
}

async function receipt(lab, page) {
  await page.goto('/orders');
  await inspect(lab, page, 'orders');
  const order = await page.locator('main .list a.whole').getAttribute('href');
  await page.goto(order);
  await inspect(lab, page, 'card-done');
  await page.goto(`${new URL(order, page.url()).pathname}/print`);
  await inspect(lab, page, 'receipt');
  await page.emulateMedia({ media: 'print' });
  for (const part of ['header.top', 'nav.tabs', 'footer', 'button']) {
    assert((await page.locator(part).filter({ visible: true }).count()) === 0, `${part} is not printed`);
  }
}
