// What journeys through the office share.
import { assert, form, submit } from './forms.mjs';

/** Signs in with an account number, and a code where the account asks for one; then is at `next`. */
export async function comesIn(page, number, next = '/office') {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await submit(page, '/sign-in', { number });
  assert(new URL(page.url()).pathname === next, `in, and at ${next}: ${page.url()}`);
}

/** Sends a form of which some fields are chosen or ticked rather than typed. */
export async function fill(page, action, { typed = {}, chosen = {}, ticked = [] }) {
  const filled = await form(page, action);
  // Seldom ones are folded away.
  for (const name of [...Object.keys(chosen), ...ticked, ...Object.keys(typed)]) {
    const fold = filled.locator(`[name="${name}"]:not([type=hidden])`).locator('xpath=ancestor::details[not(@open)]');
    if ((await fold.count()) > 0) await fold.locator('> summary').press('Enter');
  }
  for (const [name, value] of Object.entries(chosen)) await filled.locator(`[name="${name}"]`).selectOption(value);
  for (const name of ticked) await filled.locator(`[name="${name}"]`).check();
  await submit(page, action, typed);
}

/** Counts the pages that are loaded and the fields that are filled in, for whoever wonders how long a way is. */
export class Steps {
  pages = 0;
  fields = 0;

  watch(page) {
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.pages += 1;
    });
    return page;
  }

  of(parts) {
    this.fields += Object.keys(parts.typed ?? {}).length + Object.keys(parts.chosen ?? {}).length + (parts.ticked ?? []).length;
    return parts;
  }
}
