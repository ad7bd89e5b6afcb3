// Pages with one fault each: a check that cannot fail protects nothing.
import { accessible, fits } from '../accessible.mjs';
import { walk } from '../keyboard.mjs';
import { masked, snapshot } from '../snapshot.mjs';
import { light } from '../weight.mjs';

const LINK = '<a href="/x">A link that is long enough to be hit</a>';
const FAULTS = [
  [accessible, '<p style="color:#ccc;background:#fff">pale</p>', 'color-contrast'],
  [accessible, '<input>', 'label'],
  [fits, '<p style="inline-size:2000px">wide</p>', 'px wide'],
  [walk, `${LINK}<style>a:focus-visible { outline: none }</style>`, 'nobody sees'],
  [walk, `${LINK}<a href="/y" tabindex="1">first</a>`, 'Tab '],
];

async function fails(what, check, reason) {
  const told = await check().then(() => 'nothing', (error) => error.message);
  if (!told.includes(reason)) throw new Error(`expected "${reason}" of ${what}, was told: ${told}`);
}

export default async function (lab, { url }) {
  const page = await lab.visitor({});
  for (const [check, body, reason] of FAULTS) {
    await page.setContent(`<!doctype html><html lang="en"><title>t</title><body><main>${body}</main></body></html>`);
    await fails(body, () => check(page), reason);
  }
  await page.setContent(`<!doctype html><html lang="en"><title>t</title><body><main><h1>t</h1>${LINK}</main></body></html>`);
  for (const check of [accessible, fits, walk]) await check(page);
  if (process.env.NEXA_UPDATE_SNAPSHOTS !== '1') {
    await fails('another page', () => snapshot(lab, page, 'home'), 'differs from');
    await fails('an unknown page', () => snapshot(lab, page, 'nameless'), 'NEXA_UPDATE_SNAPSHOTS');
  }

  lab.input.most_bytes = 100;
  await fails('a small budget', () => light(lab, 'faults', '/', { locale: 'en' }), 'weighs');
  lab.input.most_bytes = undefined;
  lab.input.url = 'http://elsewhere.invalid';
  await fails('another host', () => light(lab, 'faults', `${url}/`, { locale: 'en' }), 'asks other hosts');

  const said = masked('until 3 آذر ۱۴۰۵ or 24 ноября 2026, 10:35 UTC: ۱٬۰۲۳٫۹ of 12\u00a0500,00 [level=1] v2rayN');
  if (said !== 'until {date} or {date}: {n} of {n} [level=1] v2rayN') throw new Error(said);
}
