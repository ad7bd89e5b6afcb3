// What the README promises: from the link that the first start prints to the first sale, with a browser and nothing else.
import { inspect } from '../examine.mjs';
import { assert, follow, submit, told } from '../forms.mjs';
import { Steps, fill } from '../office.mjs';
import { png } from '../png.mjs';
import { totp } from '../totp.mjs';

export default async function (lab, { claim, locale, panel, most_minutes }) {
  const began = Date.now();
  const steps = new Steps();
  const page = steps.watch(await lab.visitor({ locale, device: 'desktop' }));
  await becomesOperator(page, steps, claim);
  await secondFactor(page, steps);
  await brands(page, steps);
  await addsServer(page, steps, panel);
  await addsPlan(page, steps);
  await takesCards(page, steps);
  const customer = await buys(lab, steps, locale);
  await accepts(page);
  await customer.waitForURL(/\/subscriptions\/[^/]+\?ready=1$/, { timeout: 60_000 });
  const link = await customer.locator('#connect [data-copy]').first().getAttribute('data-copy');
  const answer = await customer.context().request.get(`${link}/plain`);
  assert(answer.ok() && /^(vless|vmess|trojan|ss|hysteria2):\/\//m.test(await answer.text()), 'the link leads to the server');
  await page.goto('/office/setup');
  const left = await page.locator('main .badge.warm').count();
  assert(left === 1, `all steps are done but the bot, not all but ${left}`);
  await inspect(lab, page, 'office-setup', { snaps: false });
  const seconds = Math.round((Date.now() - began) / 1000);
  lab.tell(`first sale ${locale}: ${seconds} s, ${steps.pages} pages, ${steps.fields} fields, by the operator and the customer together`);
  assert(seconds < most_minutes * 60, `${seconds} s are too long`);
}

async function becomesOperator(page, steps, claim) {
  await page.goto(claim);
  await follow(page, page.locator('main form button'));
  const number = (await page.locator('main code.copy').first().innerText()).trim();
  assert(/^(\d{5} ){4}\d{5}$/.test(number), `an account number: ${number}`);
  await follow(page, page.locator('main a.button[href^="/sign-in"]'));
  await submit(page, '/sign-in', steps.of({ typed: { number } }).typed);
  assert(new URL(page.url()).pathname === '/office/setup', `what comes next: ${page.url()}`);
}

/** The step of the list that leads to a page. */
async function step(page, path) {
  if (new URL(page.url()).pathname !== '/office/setup') await page.goto('/office/setup');
  await follow(page, page.locator(`main a.whole[href="${path}"]`).first());
}

async function secondFactor(page, steps) {
  await step(page, '/account');
  await submit(page, '/account/factor');
  const seed = await page.locator('section[aria-labelledby=factor] .copy code').innerText();
  await submit(page, '/account/factor-confirm', steps.of({ typed: { code: totp(seed) } }).typed);
  assert((await page.locator('.codes code').count()) >= 8, 'codes for the day on which the phone is lost');
}

async function brands(page, steps) {
  await step(page, '/office/settings');
  await fill(page, '/office/settings', steps.of({ typed: { name: 'فروشگاه سارا', tagline: 'آرام و سریع' } }));
  await told(page, 'status');
}

async function addsServer(page, steps, panel) {
  await step(page, '/office/servers');
  await follow(page, page.locator('a.whole[href="/office/servers/new?kind=hiddify"]'));
  const wish = { typed: { name: 'Frankfurt', region: 'DE', 'set-admin_link': panel }, ticked: ['set-allow_private'] };
  await fill(page, '/office/servers/new', steps.of(wish));
  await told(page, 'status');
  // What was typed is there still, so that adding is one press of the first button.
  await follow(page, page.locator('button[name=step][value=add]'));
  await told(page, 'status');
}

async function addsPlan(page, steps) {
  await step(page, '/office/plans');
  await follow(page, page.locator('a[href="/office/plans/new"]'));
  const typed = { name: '1 ماهه', days: '30', gib: '50', devices: '2', 'price-USD': '5' };
  await fill(page, '/office/plans/new', steps.of({ typed, ticked: ['on_sale'] }));
  await told(page, 'status');
}

async function takesCards(page, steps) {
  await step(page, '/office/gateways');
  await follow(page, page.locator('a.whole[href="/office/gateways/new?kind=card"]'));
  const typed = { 'set-cards.0.number': '6219861034529007', 'set-cards.0.holder': 'سارا احمدی', 'set-cards.0.bank': 'سامان' };
  const currency = await page.locator('[name=set-currency]').inputValue();
  assert(currency === 'USD', `the shop's own currency is chosen, not ${currency}`);
  await fill(page, '/office/gateways/new', steps.of({ typed }));
  await told(page, 'status');
  await submit(page, '/check');
  await told(page, 'status');
  await submit(page, '/enable');
  await told(page, 'status');
}

async function buys(lab, steps, locale) {
  const page = steps.watch(await lab.visitor({ locale }));
  await page.goto('/');
  await follow(page, page.locator('main a[href^="/buy"]').first());
  await submit(page, '/buy');
  assert((await page.locator('.copy code.large').innerText()) === '6219 8610 3452 9007', 'the card, in fours');
  await page.locator('input[name=picture]').setInputFiles({ name: 'receipt.png', mimeType: 'image/png', buffer: png(64, 120) });
  await submit(page, '/receipt', steps.of({ typed: { note: '123456' } }).typed);
  await told(page, 'status');
  return page;
}

async function accepts(page) {
  await page.goto('/office');
  await follow(page, page.locator('main a.whole[href="/office/receipts"]'));
  await follow(page, page.locator('button[name=step][value=accept]'));
  await told(page, 'status');
}
