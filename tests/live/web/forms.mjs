// Filling in forms with the keyboard, whatever language they are in: a form is known by where it goes.

/** The form that goes to an address that ends so; the fold around it is opened. */
export async function form(page, action) {
  // An action may name the place on the next page; a search may go to the same page.
  const found = page.locator(`form:not([role=search])`).and(page.locator(`form[action$="${action}"], form[action*="${action}#"]`)).first();
  await found.waitFor({ state: 'attached' });
  const fold = found.locator('xpath=ancestor::details[not(@open)]');
  if ((await fold.count()) > 0) await fold.locator('> summary').press('Enter');
  await found.waitFor();
  return found;
}

/** Fills the form in and sends it; done once the next page is there. */
export async function submit(page, action, fields = {}) {
  const filled = await form(page, action);
  for (const [name, value] of Object.entries(fields)) {
    const field = filled.locator(`[name="${name}"]:not([type=hidden])`);
    // What a page forbids to type is not forbidden to a hostile sender.
    await field.evaluate((part) => part.removeAttribute('maxlength'));
    await field.fill(value);
  }
  await follow(page, filled.locator('button:not([type=button])').last());
}

/** Presses a link or a button; done once the next page is there. */
export async function follow(page, part) {
  const arrived = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame());
  await part.press('Enter');
  await arrived;
  await page.waitForLoadState('load');
}

/** What an error on the page says; fails when there is none that a person can read. */
export async function told(page, role = 'alert') {
  const text = (await page.locator(`main [role=${role}]`).first().innerText()).trim();
  if (text.length < 4 || /^[a-z]+[_-][a-z_-]+$/.test(text)) throw new Error(`${page.url()} tells nobody what is wrong: "${text}"`);
  return text;
}

export function assert(holds, what) {
  if (!holds) throw new Error(`not so: ${what}`);
}
