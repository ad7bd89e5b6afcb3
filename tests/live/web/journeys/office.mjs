// Every page of the office that has an address: in every language, on a phone and a desktop, by day and by night.
import { examine, inspect } from '../examine.mjs';
import { assert, follow, submit, told } from '../forms.mjs';
import { fill } from '../office.mjs';
import { png } from '../png.mjs';

/** What is there without a thing that it is about. */
const PAGES = {
  money: {
    today: '', receipts: 'receipts', unresolved: 'unresolved', reviews: 'reviews', deposits: 'deposits', takings: 'takings', analytics: 'analytics', 'analytics-by-reseller': 'analytics?by=reseller',
    exports: 'exports', affiliates: 'affiliates',
  },
  people: {
    users: 'users', orders: 'orders', broadcasts: 'broadcasts', bulks: 'bulks', resellers: 'resellers', wholesale: 'wholesale', tickets: 'tickets', desk: 'support',
    articles: 'articles',
  },
  shop: {
    plans: 'plans', 'plan-new': 'plans/new', 'pack-new': 'packs/new', groups: 'groups', servers: 'servers', 'server-new': 'servers/new?kind=hiddify', gateways: 'gateways',
    'gateway-new': 'gateways/new?kind=card', rates: 'rates', coupons: 'coupons', 'coupon-new': 'coupons/new', supply: 'supply',
  },
  settings: {
    settings: 'settings', links: 'settings/links', bot: 'settings/bot', growth: 'settings/growth', texts: 'settings/texts', webhooks: 'webhooks', import: 'import',
    staff: 'staff', audit: 'audit', setup: 'setup',
  },
};

/** Lists, and what the first row of each leads to. */
const THINGS = {
  money: { order: 'orders' },
  people: { user: 'users', ticket: 'tickets', broadcast: 'broadcasts', reseller: 'resellers' },
  shop: { plan: 'plans', group: 'groups', server: 'servers', gateway: 'gateways', coupon: 'coupons' },
};

export default async function (lab, input) {
  const { part, office, subscription } = input;
  if (part === 'fill') return fillsUp(lab, input);
  if (part === 'forms') return forms(lab, office);
  const one = { locales: ['fa', 'en', 'ru'], snaps: false, session: office };
  for (const [name, path] of Object.entries(PAGES[part])) await examine(lab, `office-${name}`, `/office/${path}`.replace(/\/$/, ''), one);
  for (const [name, list] of Object.entries(THINGS[part] ?? {})) await examine(lab, `office-one-${name}`, await first(lab, office, `/office/${list}`), one);
  if (part === 'people') await examine(lab, 'office-one-subscription', `/office/subscriptions/${subscription}`, one);
}

/** Where the first row of a list leads. */
function first(lab, session, list) {
  return lab.visit(list, { session }, async (page) => {
    const ways = await page.locator(`main a.whole[href^="${list}/"]:not([href*="/new"])`).evaluateAll((all) => all.map((way) => way.getAttribute('href')));
    assert(ways.length > 0, `something is in ${list}`);
    return ways[0];
  });
}

/** What only pages make: a receipt that waits, a question, an answer that is kept, a reseller. */
async function fillsUp(lab, { office, session, method }) {
  const customer = await lab.visitor({ session });
  await customer.goto('/buy');
  await customer.locator(`input[name=method][value="${method}"]`).check();
  await submit(customer, '/buy');
  await customer.locator('input[name=picture]').setInputFiles({ name: 'receipt.png', mimeType: 'image/png', buffer: png(300, 140) });
  await submit(customer, '/receipt', { note: 'پیگیری 123456' });
  await customer.goto('/tickets');
  await submit(customer, '/tickets', { subject: 'چرا قطع می‌شود؟', text: 'سلام، از دیروز با Hiddify روی گوشی وصل نمی‌شوم. لطفاً کمک کنید.' });
  const page = await lab.visitor({ session: office });
  await page.goto('/office/support');
  const kept = page.locator('form').filter({ has: page.locator('[name=what][value=keep]') });
  await page.locator('details:has([name=what][value=keep]) > summary').press('Enter');
  await kept.locator('[name=name]').fill('Refresh');
  await kept.locator('[name=text]').fill('Please refresh {plan} in your app.');
  await follow(page, kept.locator('button'));
  await told(page, 'status');
  await page.goto('/office/wholesale');
  await submit(page, '/office/wholesale', { name: 'Gold', return_days: '3' });
  await page.goto('/office/resellers');
  await fill(page, '/office/resellers', { typed: { name: 'Branch', hosts: 'branch.localhost', low_below: '2' } });
}

/** What a form answers with: a look before many are changed, a question before what cannot be undone, a refusal. */
async function forms(lab, session) {
  for (const locale of ['fa', 'en']) {
    for (const device of ['phone', 'desktop']) {
      const page = await lab.visitor({ session, locale, device, scheme: device === 'phone' ? 'dark' : 'light' });
      await page.goto('/office/bulks');
      await submit(page, '/office/bulks', { days: '3' });
      await inspect(lab, page, 'office-bulk-preview', { snaps: false });
      await page.goto('/office/servers');
      await follow(page, page.locator('main a.whole[href^="/office/servers/"]').first());
      await page.locator('input[name=state][value=off]').check();
      await submit(page, '/save');
      await inspect(lab, page, 'office-confirm', { snaps: false });
      await page.goto('/office/gateways');
      await follow(page, page.locator('main a.whole[href^="/office/gateways/"]').first());
      await page.locator('form[action$="/save"] [name=name]').fill(' ');
      await submit(page, '/save', {});
      await told(page);
      await inspect(lab, page, 'office-gateway-refused', { snaps: false });
    }
  }
}
