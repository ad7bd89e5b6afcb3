// A reseller: a shop of its own at a host of its own, that sells until its credit is used up, and goes on once it paid.
import { inspect } from '../examine.mjs';
import { assert, follow, submit, told } from '../forms.mjs';
import { comesIn, fill } from '../office.mjs';
import { png } from '../png.mjs';

const CARD = { number: '6037991899993459', holder: 'Neda Azizi', bank: 'Melli' };

export default async function (lab, { number, plan, host, url }) {
  const there = url.replace('127.0.0.1', host);
  const supplier = await lab.visitor({ device: 'desktop' });
  await comesIn(supplier, number);
  const made = await makesReseller(lab, supplier, plan, host);
  assert(made.claim.startsWith(`${there}/operator/`), `the link leads to the new shop: ${made.claim}`);

  const reseller = await lab.visitor({ device: 'desktop' });
  await begins(lab, reseller, made.claim, there);
  await brands(lab, reseller, there);
  await takesWares(lab, reseller, there);
  await takesCards(reseller, there);

  // Credit for one sale, from the supplier's hands; then it is used up.
  await credits(supplier, made.account);
  const [first, second] = [await orders(lab, there, 90), await orders(lab, there, 150)];
  await accepts(reseller, there);
  await ready(lab, first);
  await accepts(reseller, there);
  await waits(lab, second);
  await isToldBefore(lab, there);
  await isWarned(lab, supplier, reseller, there);

  // The reseller pays at the supplier's shop, as any customer does; nobody has to do anything about the order.
  await topsUp(lab, made.account, supplier);
  await ready(lab, second);
  await supplier.goto('/office/resellers');
  await inspect(lab, supplier, 'office-resellers', { snaps: false });
  await reseller.goto(`${there}/office/supply`);
  const credit = await reseller.locator('#credit bdi').innerText();
  assert(/7/.test(credit), `ten came in, three went: ${credit}`);
}

async function makesReseller(lab, page, plan, host) {
  await page.goto('/office/wholesale');
  await submit(page, '/office/wholesale', { name: 'Gold', return_days: '3' });
  await told(page, 'status');
  await fill(page, '/office/wholesale', { chosen: { ware: `plan:${plan}` }, typed: { price: '3' } });
  await told(page, 'status');
  await page.goto('/office/resellers');
  await fill(page, '/office/resellers', { typed: { name: 'Branch', hosts: host, low_below: '2' }, chosen: { locale: 'en' } });
  const [claim, account] = await page.locator('section[aria-labelledby=made] code').allInnerTexts();
  await inspect(lab, page, 'office-reseller-made', { snaps: false });
  return { claim, account };
}

async function begins(lab, page, claim, there) {
  await page.goto(claim);
  await inspect(lab, page, 'reseller-claim', { snaps: false });
  await follow(page, page.locator('main form button'));
  const number = (await page.locator('main code.copy').first().innerText()).trim();
  await follow(page, page.locator('main a.button[href^="/sign-in"]'));
  await submit(page, '/sign-in', { number });
  assert(page.url() === `${there}/office/setup`, `in its own office: ${page.url()}`);
}

async function brands(lab, page, there) {
  await page.goto(`${there}/office/settings`);
  const colour = page.locator('form[action="/office/settings"] [name=accent]').first();
  await colour.fill('#7c3aed');
  await submit(page, '/office/settings', { name: 'Neda VPN', tagline: 'From Shiraz with love' });
  await told(page, 'status');
  const customer = await lab.visitor();
  await customer.goto(`${there}/`);
  const seen = await customer.evaluate(() => ({
    title: document.title, brand: document.querySelector('.brand').textContent,
    accent: getComputedStyle(document.documentElement).getPropertyValue('--accent').trim(),
  }));
  assert(seen.brand.includes('Neda VPN') && seen.title.includes('Neda VPN'), `its name: ${JSON.stringify(seen)}`);
  assert(seen.accent === '#7c3aed', `its colour: ${seen.accent}`);
  const icon = await fetched(customer, `${there}/icon.svg`);
  assert(/7c3aed/i.test(icon), 'its icon');
  await customer.goto('/');
  assert(!(await customer.locator('.brand').innerText()).includes('Neda'), 'the supplier has another name');
  await customer.context().close();
}

async function takesWares(lab, page, there) {
  await page.goto(`${there}/office/supply`);
  await fill(page, '/office/supply', { typed: { name: 'A month', price: '7' } });
  await told(page, 'status');
  await inspect(lab, page, 'office-supply', { snaps: false });
}

async function takesCards(page, there) {
  await page.goto(`${there}/office/gateways/new?kind=card`);
  const typed = {};
  for (const [name, value] of Object.entries(CARD)) typed[`set-cards.0.${name}`] = value;
  await fill(page, '/office/gateways/new', { typed });
  await told(page, 'status');
  await submit(page, '/enable');
  await told(page, 'status');
}

/** By hand, as after a bank transfer that no gateway saw. */
async function credits(page, account) {
  await page.goto('/office/users');
  await submit(page, '/office/users', { who: account });
  await fill(page, '/wallet', { typed: { amount: '3' } });
  await told(page, 'status');
}

/** A customer of the reseller's orders and hands a receipt in. */
async function orders(lab, there, shade) {
  const page = await lab.visitor();
  await page.goto(`${there}/buy`);
  assert((await page.locator('main form').innerText()).includes('7.00'), 'at the price of the reseller');
  await submit(page, '/buy');
  assert((await page.locator('.copy code.large').innerText()) === '6037 9918 9999 3459', 'to the card of the reseller');
  await receipt(page, shade);
  return page;
}

async function receipt(page, shade) {
  await page.locator('input[name=picture]').setInputFiles({ name: 'receipt.png', mimeType: 'image/png', buffer: png(64, shade) });
  await submit(page, '/receipt', { note: '123456' });
  await told(page, 'status');
}

async function accepts(page, there) {
  await page.goto(`${there}/office/receipts`);
  await follow(page, page.locator('button[name=step][value=accept]'));
  await told(page, 'status');
}

async function ready(lab, page) {
  await page.waitForURL(/\/subscriptions\/[^/]+\?ready=1$/, { timeout: 90_000 });
  const link = await page.locator('#connect [data-copy]').first().getAttribute('data-copy');
  lab.tell(`reseller: a link of its customer is at ${new URL(link).host}`);
  const customer = await lab.visitor();
  await customer.goto(link);
  assert((await fetched(customer, `${link}/plain`)).length > 20, 'its link works');
  await customer.context().close();
}

/** What is at an address, asked for from a page: only the browser knows where `*.localhost` is. */
function fetched(page, address) {
  return page.evaluate(async (from) => {
    const answer = await fetch(from);
    return answer.ok ? answer.text() : '';
  }, address);
}

/** Whoever has paid when the credit is used up is told that it takes a moment, and loses nothing. */
async function waits(lab, page) {
  await page.locator('main .badge.paid').waitFor({ timeout: 60_000 });
  await page.locator('main p.notice').first().waitFor({ timeout: 60_000 });
  await inspect(lab, page, 'order-unsupplied', { snaps: false });
  const said = await page.locator('main').innerText();
  lab.tell(`reseller: what a customer reads while there is no credit: ${said.replace(/\s+/g, ' ').slice(0, 300)}`);
}

/** Nobody pays for what cannot be had now: they are told before. */
async function isToldBefore(lab, there) {
  const page = await lab.visitor();
  await page.goto(`${there}/buy`);
  await submit(page, '/buy');
  const said = await told(page);
  lab.tell(`reseller: what another is told instead of a card: ${said}`);
  assert((await page.locator('.copy code.large').count()) === 0, 'nobody is asked to pay');
  await inspect(lab, page, 'buy-unsupplied', { snaps: false });
  await page.context().close();
}

async function isWarned(lab, supplier, reseller, there) {
  await reseller.goto(`${there}/office/supply`);
  assert((await reseller.locator('#credit bdi').innerText()).includes('0'), 'nothing is left');
  await inspect(lab, reseller, 'office-supply-dry', { snaps: false });
  await supplier.goto('/office/resellers');
  await follow(supplier, supplier.locator('section[aria-labelledby=all] a.whole').first());
  await inspect(lab, supplier, 'office-reseller', { snaps: false });
  assert((await supplier.locator('#claim').count()) === 0, 'somebody came in by its link: there is no other');
  await reseller.goto(`${there}/office/orders?attention=1`);
  await inspect(lab, reseller, 'office-orders-attention', { snaps: false });
}

async function topsUp(lab, account, supplier) {
  const page = await lab.visitor();
  await comesIn(page, account, '/notices');
  const notice = await page.locator('main').innerText();
  lab.tell(`reseller: what its account at the supplier was told: ${notice.replace(/\s+/g, ' ').slice(0, 200)}`);
  assert(/credit/i.test(notice), `told that its credit is low: ${notice}`);
  await page.goto('/wallet');
  await page.locator('input[name=method]').last().check();
  await submit(page, '/wallet', { amount: '10' });
  await receipt(page, 200);
  await accepts(supplier, '');
  await page.context().close();
}
