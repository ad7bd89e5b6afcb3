// The own subscriptions without a network: kept, shown with their age, and gone with the session.
import { readFileSync } from 'node:fs';
import { Relay } from '../relay.mjs';

const OFF = readFileSync(new URL('../../../../nexa-http/assets/sw-off.js', import.meta.url), 'utf8');

function must(holds, what) {
  if (!holds) throw new Error(what);
}

const caches = (page) => page.evaluate(async () => {
  const all = {};
  for (const name of await caches.keys()) all[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
  return all;
});
// By name only: to open a cache makes it anew when the worker dropped it just now.
const names = (page) => page.evaluate(() => caches.keys());
const kept = async (page) =>
  Object.entries(await caches(page)).filter(([name]) => name.startsWith('pages-')).flatMap(([, paths]) => paths).sort();

async function until(page, what, holds) {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds().catch(() => false)) return;
    await page.waitForTimeout(100);
  }
  throw new Error(`${what}; kept: ${JSON.stringify(await caches(page).catch(String))}`);
}

async function enter(lab, relay, session, locale = 'en') {
  const page = await lab.visitor({ locale });
  await page.context().addCookies([{ name: 'session', value: session, url: relay.url, httpOnly: true }]);
  return page;
}

/** The page is there without a network, says so, and has link and code. */
async function withoutNetwork(relay, page, path, link) {
  relay.cut = true;
  await page.goto(path);
  await page.locator('[data-kept-bar]').waitFor();
  must(/\d/.test(await page.locator('[data-kept-bar] time').textContent()), 'the bar does not tell when');
  must((await page.content()).includes(link), `no link at ${path}`);
  must((await page.locator('.qr svg').count()) > 0, `no code at ${path}`);
  const styled = await page.evaluate(() => getComputedStyle(document.querySelector('main')).display);
  must(styled === 'grid', 'the page lost its style');
  relay.cut = false;
}

export default async function (lab, { url, session, other, link, subscription }) {
  const relay = await Relay.open(url);
  lab.input.url = relay.url;
  const path = `/subscriptions/${subscription}`;
  try {
    const page = await enter(lab, relay, session);
    await page.goto(path);
    await until(page, 'the first page is not kept', async () => (await kept(page)).includes(path));
    await page.goto('/subscriptions?app=1');
    await until(page, 'the list is not kept', async () => (await kept(page)).join() === `/subscriptions,${path}`);
    await withoutNetwork(relay, page, path, link);

    // Other pages and forms are never kept.
    await page.goto('/wallet');
    must((await kept(page)).length === 2, 'another page was kept');
    relay.cut = true;
    const second = await page.context().newPage();
    must((await second.goto('/wallet').catch(() => null)) === null, 'a page of money came without a network');
    await second.close();
    await page.goto('/subscriptions/00000000-0000-7000-8000-000000000000');
    await page.locator('main a.button').waitFor();
    must(!(await page.content()).includes(link), 'the page for nothing kept shows something');
    relay.cut = false;

    // A slow line: what was kept comes first.
    relay.slow = 12_000;
    const began = Date.now();
    await page.goto(path);
    await page.locator('[data-kept-bar]').waitFor();
    must(Date.now() - began < 10_000, 'a slow line is waited for');
    relay.slow = 0;

    // A new release takes over, and nothing of the old one stays.
    await page.goto(path);
    const before = await names(page);
    relay.changes.set('/sw.js', (text) => text.replace(/^const RELEASE = ".*";/, 'const RELEASE = "another";'));
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await until(page, 'the old caches stay', async () => {
      const now = await names(page);
      return now.length > 1 && now.every((name) => name.endsWith('another') && !before.includes(name));
    });
    await until(page, 'the new release keeps nothing', async () => (await kept(page)).length === 2);
    await withoutNetwork(relay, page, path, link);

    // Somebody else signs in here.
    await page.context().addCookies([{ name: 'session', value: other, url: relay.url, httpOnly: true }]);
    await page.goto('/subscriptions');
    await until(page, 'pages of two customers are kept', async () => (await kept(page)).join() === '/subscriptions');
    must(!relay.asked.some((line) => line.startsWith('POST')), 'the worker posts');

    // Signing out.
    await page.context().addCookies([{ name: 'session', value: session, url: relay.url, httpOnly: true }]);
    await page.goto(path);
    await until(page, 'nothing is kept to be erased', async () => (await kept(page)).includes(path));
    await page.evaluate(() => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action: '/sign-out' });
      document.body.append(form);
      form.submit();
    });
    await page.waitForURL(`${relay.url}/`);
    await until(page, 'pages stay after signing out', async () => (await kept(page)).length === 0);
    relay.cut = true;
    const shown = await page.goto(path).then(() => page.content(), () => '');
    must(!shown.includes(link), 'a link is shown after signing out');
    relay.cut = false;

    // The operator ends it.
    relay.changes.clear();
    const last = await enter(lab, relay, other);
    await last.goto('/subscriptions');
    await until(last, 'nothing is kept', async () => (await kept(last)).length === 1);
    relay.changes.set('/sw.js', () => OFF);
    await last.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await until(last, 'the worker stays', async () =>
      (await names(last)).length === 0 &&
      (await last.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)) === 0);
  } finally {
    relay.close();
  }
}
