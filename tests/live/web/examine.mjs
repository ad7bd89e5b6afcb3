// All that every page must be, whoever visits it.
import { accessible, fits } from './accessible.mjs';
import { walk } from './keyboard.mjs';
import { LOCALES } from './lab.mjs';
import { slow } from './slow.mjs';
import { snapshot } from './snapshot.mjs';
import { light } from './weight.mjs';

/** Each window and each colour scheme once: no style of ours depends on both. */
const LOOKS = [{ device: 'phone', scheme: 'light' }, { device: 'desktop', scheme: 'dark' }];

/** A page that a journey has arrived at, in the language, window and colours that it has. */
export async function inspect(lab, page, name, { snaps = true } = {}) {
  await accessible(page);
  await fits(page);
  await walk(page);
  if (snaps) await snapshot(lab, page, name);
  if (process.env.NEXA_WEB_PICTURES) await picture(page, name);
}

/** For people to look at: NEXA_WEB_PICTURES names the folder. */
async function picture(page, name) {
  const locale = await page.evaluate(() => document.documentElement.lang);
  // The walk with Tab has scrolled.
  await page.evaluate(() => {
    for (const here of document.querySelectorAll('.sections [aria-current]')) here.scrollIntoView({ inline: 'center' });
    document.activeElement?.blur();
    scrollTo({ top: 0, behavior: 'instant' });
  });
  const path = `${process.env.NEXA_WEB_PICTURES}/${name}.${locale}.${page.viewportSize().width}.png`;
  await page.screenshot({ path, fullPage: true });
}

/**
 * A page that can be opened by its address: in every language, light and quick. `visitor` is who opens it. All looks and
 * all figures are those of the `thorough` languages, of which Persian is the heaviest by its font; others get one look each.
 * `snaps` is for pages that say the same in every shop.
 */
export async function examine(lab, name, path, { locales = LOCALES, thorough = ['fa'], snaps = true, ...visitor } = {}) {
  for (const [turn, locale] of locales.entries()) {
    const whole = thorough.includes(locale);
    const looks = whole ? LOOKS : [LOOKS[turn % LOOKS.length]];
    for (const look of looks) {
      await lab.visit(path, { ...visitor, locale, ...look }, async (page) => {
        const lang = await page.evaluate(() => document.documentElement.lang);
        if (lang !== locale) throw new Error(`${path} speaks ${lang} to somebody who wishes ${locale}`);
        // A phone and a desktop show other ways about; what is kept is one of them.
        await inspect(lab, page, name, { snaps: snaps && look === looks[0] });
      });
    }
    if (!whole) continue;
    await light(lab, name, path, { ...visitor, locale });
    await slow(lab, name, path, { ...visitor, locale });
  }
}
