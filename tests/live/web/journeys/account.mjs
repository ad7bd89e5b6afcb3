// An account with address and password: its second factor, its sessions, its data, its end.
import { readFileSync } from 'node:fs';
import { inspect } from '../examine.mjs';
import { assert, submit, told } from '../forms.mjs';
import { totp } from '../totp.mjs';

const PASSWORD = 'sieben-wilde-Schwäne';

export default async function (lab, { locale }) {
  const email = `customer-${locale}@example.org`;
  const page = await lab.visitor({ locale });
  await page.goto('/sign-up');
  await byMail(page, '/sign-up', email, PASSWORD);
  assert(page.url().endsWith('/subscriptions'), page.url());
  await out(page);

  await page.goto('/sign-in');
  await byMail(page, '/sign-in', email, 'not my password');
  await told(page);
  assert((await page.locator('[name=email]').inputValue()) === email, 'the address is kept');
  await inspect(lab, page, 'sign-in-refused');
  await byMail(page, '/sign-in', email, PASSWORD);
  await page.goto('/account');
  await inspect(lab, page, 'account-email');
  const { codes, seed } = await secondFactor(lab, page);
  await out(page);

  await withFactor(lab, page, email, totp(seed, 1));
  const other = await lab.visitor({ locale });
  await withFactor(lab, other, email, codes[0]);
  await out(other);
  await withFactor(lab, other, email, codes[0]).then(() => assert(false, 'a recovery code works twice'), () => told(other));
  await withFactor(lab, other, email, codes[1]);
  await sessions(lab, page, other);
  await data(page, email);

  await submit(page, '/account/delete');
  assert(new URL(page.url()).pathname === '/', page.url());
  await page.goto('/sign-in');
  await byMail(page, '/sign-in', email, PASSWORD);
  await told(page);
}

/** The form with the address, which is the page's last. */
async function byMail(page, action, email, password, factor) {
  const fold = page.locator('details.fold');
  if (!(await fold.evaluate((part) => part.open))) await fold.locator('summary').press('Enter');
  await fold.locator('[name=email]').fill(email);
  await fold.locator('[name=password]').fill(password);
  if (factor) await fold.locator('[name=factor]').fill(factor);
  const arrived = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith(action));
  await fold.locator('button').press('Enter');
  await arrived;
  await page.waitForLoadState('load');
}

async function out(page) {
  await page.goto('/account');
  await submit(page, '/sign-out');
}

async function secondFactor(lab, page) {
  await submit(page, '/account/factor');
  const seed = await page.locator('section[aria-labelledby=factor] .copy code').innerText();
  await inspect(lab, page, 'account-factor');
  await submit(page, '/account/factor-confirm', { code: totp(seed) });
  const codes = await page.locator('.codes code').allInnerTexts();
  assert(new Set(codes).size >= 8, `codes for the day on which the phone is lost: ${codes.length}`);
  await inspect(lab, page, 'account-recovery');
  return { codes, seed };
}

/** Signs in with password and then what the page asks for. */
async function withFactor(lab, page, email, factor) {
  await page.goto('/sign-in');
  await byMail(page, '/sign-in', email, PASSWORD);
  await told(page);
  await inspect(lab, page, 'sign-in-factor');
  await byMail(page, '/sign-in', email, PASSWORD, factor);
  if (!page.url().endsWith('/subscriptions')) throw new Error(`not in: ${page.url()}`);
}

async function sessions(lab, page, other) {
  await page.goto('/account');
  await inspect(lab, page, 'account-sessions');
  const list = page.locator('section[aria-labelledby=sessions] li');
  assert((await list.count()) === 2, `two sessions: ${await list.count()}`);
  await submit(page, '/account/sessions-end');
  await told(page, 'status');
  assert((await list.count()) === 1, 'one session');
  await other.goto('/account');
  assert(other.url().includes('/sign-in'), 'the other browser is signed out');
}

async function data(page, email) {
  const coming = page.waitForEvent('download');
  await page.locator('a[href="/account/export"]').press('Enter');
  const file = await coming;
  assert(file.suggestedFilename() === 'my-data.json', file.suggestedFilename());
  const all = readFileSync(await file.path(), 'utf8');
  assert(JSON.parse(all) && all.includes(email), 'the own data, with the address');
}
