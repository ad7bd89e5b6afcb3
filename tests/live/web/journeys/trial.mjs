// The free trial, from the first page to a link in an app, on a phone; then the key to the account that it made.
import { writeFileSync } from 'node:fs';
import { inspect } from '../examine.mjs';
import { assert, follow, submit } from '../forms.mjs';

const PHONE = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36';

/** The server answers only once the file `thaw` is there, so that the order's page can be looked at meanwhile. */
export default async function (lab, { locale, thaw }) {
  const page = await lab.visitor({ locale, userAgent: PHONE });
  await page.goto('/');
  await inspect(lab, page, 'landing');
  await submit(page, '/trial');
  assert(/\/orders\/[^/]+$/.test(page.url()), `the trial leads to its order, not ${page.url()}`);
  await inspect(lab, page, 'trial-order');
  const ready = page.waitForURL(/\/subscriptions\/[^/]+\?ready=1$/, { timeout: 90_000 });
  writeFileSync(thaw, '');
  await ready;
  await inspect(lab, page, 'trial-ready');
  await imports(page);

  await follow(page, page.locator('.notice a[href="/account"]'));
  await inspect(lab, page, 'account-unsaved');
  await submit(page, '/account/number');
  await inspect(lab, page, 'account-number');
  const number = await page.locator('.copy code.large').innerText();
  assert(/^(\d{5} ){4}\d{5}$/.test(number), `25 digits: ${number}`);
  await submit(page, '/sign-out');
  await page.goto('/account');
  assert(page.url().endsWith('/sign-in?next=%2Faccount'), `nobody is signed in: ${page.url()}`);
  await inspect(lab, page, 'sign-in');
  await submit(page, '/sign-in', { number });
  assert(page.url().endsWith('/account'), `the way goes on where it began: ${page.url()}`);
  await page.goto('/subscriptions');
  assert((await page.locator('main a[href^="/subscriptions/"][href$="#connect"]').count()) === 1, 'the trial is there');
  await inspect(lab, page, 'subscriptions');
  await submit(await account(page), '/sign-out');
  await signUp(lab, page);
}

async function account(page) {
  await page.goto('/account');
  return page;
}

/** The buttons of this phone's apps are there, and of no other system's; the code can be scanned. */
async function imports(page) {
  const link = await page.locator('#connect [data-copy]').first().getAttribute('data-copy');
  const app = (scheme) => page.locator(`#connect a[href^="${scheme}"]`).filter({ visible: true });
  assert((await app('hiddify://import/').getAttribute('href')).includes(link), 'Hiddify gets the link');
  assert((await app('v2rayng://').count()) === 1, 'v2rayNG runs on Android');
  assert((await app('streisand://').count()) === 0, 'Streisand does not');
  assert((await page.locator('.qr svg').boundingBox()).width > 150, 'the code is large enough for a camera');
}

async function signUp(lab, page) {
  await page.goto('/sign-up');
  await inspect(lab, page, 'sign-up');
  await submit(page, '/sign-up');
  await inspect(lab, page, 'number');
  await submit(page, '/account/saved');
  assert(page.url().endsWith('/subscriptions'), page.url());
  await inspect(lab, page, 'subscriptions-none');
}
