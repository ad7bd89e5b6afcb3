// What a page says to a screen reader, compared with snapshots/NAME.LOCALE.yml.
// NEXA_UPDATE_SNAPSHOTS=1 writes the files anew; read the difference before it is committed.
import { readFileSync, writeFileSync } from 'node:fs';

const DIGIT = '[0-9۰-۹]';
const NUMBER = `${DIGIT}+(?:[.,٫٬\\u00a0]${DIGIT}+)*`;

/** The months of a language, in the calendar that our dates use, as a pattern. */
function months(tag) {
  const format = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', timeZone: 'UTC' });
  const name = (day) => format.formatToParts(new Date(Date.UTC(2026, 0, day))).find(({ type }) => type === 'month').value;
  return [...new Set(Array.from({ length: 24 }, (_, half) => name(half * 15 + 1)))].join('|');
}

const MONTH = ['fa-u-ca-persian', 'en', 'ru'].map(months).join('|');
const CLOCK = `(?:[,،]? ${DIGIT}{2}:${DIGIT}{2}(?: UTC)?)?`;

/** From the most telling to the least; each pattern sees what those before it left. */
const MASKS = [
  // Whether a server answers, behind its flag and name: some journeys hold it back.
  [/^( *- listitem: [\u{1F1E6}-\u{1F1FF}]{2} \S+) .+$/gmu, '$1 {health}'],
  [/(sub:\/\/)[A-Za-z0-9+/=]+/g, '$1{link}'],
  [/https?(?::\/\/|%3A%2F%2F)127\.0\.0\.1(?::|%3A)\d+/g, '{shop}'],
  [/((?:\/|%2F)(?:s|operator|sandbox)(?:\/|%2F))[A-Za-z0-9_-]+/g, '$1{token}'],
  [/nx[a-z]_[A-Za-z0-9_-]+/g, '{key}'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '{id}'],
  [new RegExp(`(?:${DIGIT}{1,2} (?:${MONTH}),? ${DIGIT}{4}|(?:${MONTH}) ${DIGIT}{1,2}, ${DIGIT}{4})${CLOCK}`, 'g'), '{date}'],
  [/\brltc1[a-z0-9]+/g, '{address}'],
  [/(?<=[?&]amount=)[0-9.]+/g, '{n}'],
  [/(?<![\w-])[A-Z2-7]{32}(?![\w-])/g, '{seed}'],
  [/(?<![\w-])(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}(?![\w-])/g, '{recovery code}'],
  [/(?<![\w-])[0-9A-Z]{4}-[0-9A-Z]{4}(?![\w-])/g, '{order number}'],
  [/(?:[0-9]{5} ){4}[0-9]{5}/g, '{account number}'],
  // Not the numbers of ARIA, such as [level=1], and not those inside words, such as v2rayNG.
  [new RegExp(`(?<![\\w=])${NUMBER}(?![\\w])`, 'g'), '{n}'],
];

export function masked(text) {
  return MASKS.reduce((rest, [pattern, name]) => rest.replace(pattern, name), text);
}

export async function snapshot(lab, page, name) {
  const locale = await page.evaluate(() => document.documentElement.lang);
  const fresh = `${masked(await page.locator('body').ariaSnapshot())}\n`;
  const file = new URL(`snapshots/${name}.${locale}.yml`, import.meta.url);
  if (process.env.NEXA_UPDATE_SNAPSHOTS === '1') return writeFileSync(file, fresh);
  let known = '';
  try {
    known = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`there is no ${file.pathname}; NEXA_UPDATE_SNAPSHOTS=1 writes it`);
  }
  if (known === fresh) return undefined;
  const [before, now] = [known, fresh].map((text) => text.split('\n'));
  const at = now.findIndex((line, index) => line !== before[index]);
  const around = (lines) => lines.slice(Math.max(0, at - 2), at + 5).join('\n');
  throw new Error(`${page.url()} differs from ${file.pathname} in line ${at + 1}.\nKnown:\n${around(before)}\nNow:\n${around(now)}`);
}
