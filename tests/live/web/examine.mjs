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
export async function inspect(lab, page, name) {
  await accessible(page);
  await fits(page);
  await walk(page);
  await snapshot(lab, page, name);
}

/** A page that can be opened by its address: in every language, light and quick. */
export async function examine(lab, name, path, locales = LOCALES) {
  for (const locale of locales) {
    for (const look of LOOKS) {
      await lab.visit(path, { locale, ...look }, async (page) => {
        const lang = await page.evaluate(() => document.documentElement.lang);
        if (lang !== locale) throw new Error(`${path} speaks ${lang} to somebody who wishes ${locale}`);
        await inspect(lab, page, name);
      });
    }
    await light(lab, name, path, { locale });
    await slow(lab, name, path, { locale });
  }
}
