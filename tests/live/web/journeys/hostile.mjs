// What people with bad intentions type: refused, or shown as the harmless text that it is.
import { fits } from '../accessible.mjs';
import { assert, submit, told } from '../forms.mjs';
import { png } from '../png.mjs';

const NAMES = [
  '<script>ran=1</script>',
  '"><img src=x onerror=ran=1>',
  "'-ran=1-'{{7*7}}${7*7}",
  'invoice\u202Egnp.exe',
  '👩‍👩‍👧‍👦🏴‍☠️🇮🇷👍🏽',
  'W'.repeat(40),
  '\u0000\u0007',
  '   ',
];
const LONG = 'x'.repeat(10_000);

/** No script ran, and nothing is wider than the page. */
async function harmless(page, what) {
  assert(!(await page.evaluate(() => 'ran' in window)), `${what} is no script`);
  await fits(page);
}

/** Whether the whole form was too much: a page that says so, and nothing else. */
async function refused(page) {
  if ((await page.locator('main form').count()) > 0) return false;
  const text = await page.locator('main h1 + p').innerText();
  assert(text.length > 10, `a reason is given: ${text}`);
  return true;
}

/** Sends a name; it is shown as it is, without the characters that nobody sees, or refused with a sentence. */
async function named(page, home, action, name, shown) {
  await submit(page, home + action, { name });
  await harmless(page, JSON.stringify(name.slice(0, 40)));
  if (await refused(page)) return page.goto(home);
  if ((await page.locator('main [role=alert]').count()) > 0) return told(page);
  const text = await shown.innerText();
  const plain = name.replace(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/g, ' ').trim();
  assert(text.includes(plain), `${JSON.stringify(plain)} is shown, not ${JSON.stringify(text)}`);
  assert(!text.includes('\u202e'), 'nothing turns the text around it');
  return undefined;
}

export default async function (lab, { session, bought, method }) {
  for (const [locale, { id, link }] of Object.entries(bought)) {
    const page = await lab.visitor({ locale, session });
    page.on('dialog', (dialog) => dialog.dismiss().then(() => page.evaluate(() => (window.ran = 1))));
    const headers = { 'x-hwid': 'hostile-device', 'x-device-model': NAMES[0], 'x-device-os': NAMES[1] };
    assert((await page.context().request.get(`${link}/plain`, { headers })).ok(), 'a hostile device is let in');
    const home = `/subscriptions/${id}`;
    await page.goto(`${home}?done=${encodeURIComponent(NAMES[0])}`);
    await harmless(page, 'what a device says of itself');
    for (const name of [...NAMES, LONG]) {
      await named(page, home, '/name', name, page.locator('main h1'));
      await named(page, home, '/device-name', name, page.locator('section[aria-labelledby=devices-title] li'));
    }
    await page.goto('/subscriptions');
    await harmless(page, 'the list of subscriptions');
    await notes(lab, page, method);
    await addresses(page);
  }
}

/** The note beside a receipt. */
async function notes(lab, page, method) {
  await page.goto('/buy');
  await page.locator(`input[name=method][value="${method}"]`).check();
  await submit(page, '/buy');
  const path = new URL(page.url()).pathname;
  const picture = { name: `${NAMES[0]}.png`, mimeType: 'image/png', buffer: png(32, 200) };
  for (const note of [LONG, NAMES[0]]) {
    await page.goto(path);
    if ((await page.locator('input[name=picture]').count()) === 0) break;
    await page.locator('input[name=picture]').setInputFiles(picture);
    await submit(page, '/receipt', { note });
    await harmless(page, 'a note');
    if (!(await refused(page))) await told(page, (await page.locator('main [role=alert]').count()) > 0 ? 'alert' : 'status');
  }
  await page.goto(path);
  await submit(page, '/cancel');
}

/** What stands in an address and comes back in the page. */
async function addresses(page) {
  await page.context().clearCookies();
  for (const path of ['/sign-in?next=', '/sign-up?next=', '/sign-in/code?next=', '/buy?plan=', '/nowhere/']) {
    await page.goto(path + encodeURIComponent(`/"><script>ran=1</script>${NAMES[3]}${LONG.slice(0, 500)}`));
    await harmless(page, path);
  }
  await page.goto('/sign-in');
  await submit(page, '/sign-in', { number: `"><script>ran=1</script>${LONG}` });
  await harmless(page, 'an account number');
  if (!(await refused(page))) await told(page);
}
