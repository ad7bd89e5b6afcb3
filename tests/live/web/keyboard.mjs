// Whoever has no mouse reaches every control with Tab, in the order of the page, and sees where they are.

const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';

/** Notes the page's controls; of radio buttons with one name, Tab stops at one. */
function note(selector) {
  const groups = new Set();
  const look = (part) => {
    const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } = getComputedStyle(part);
    return [outlineStyle === 'none' ? '0px' : outlineWidth, boxShadow, borderColor, backgroundColor].join();
  };
  const seen = (part) => {
    if (part.disabled || part.tabIndex < 0 || !part.checkVisibility({ visibilityProperty: true })) return false;
    if (part.type !== 'radio') return true;
    return !groups.has(part.name) && Boolean(groups.add(part.name));
  };
  const parts = [...document.querySelectorAll(selector)].filter(seen);
  window.walk = { parts, look, plain: parts.map(look) };
  return parts.map((part) => part.outerHTML.replace(/\s+/g, ' ').slice(0, 120));
}

/** Tab begins at the top again, wherever it has been. */
function rewind() {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
}

/** Where Tab has led: the number of a control, or -1; and whether it shows. */
function where() {
  const { parts, look, plain } = window.walk;
  const at = document.activeElement;
  const index = parts.findIndex((part) => part === at || (part.type === 'radio' && part.name === at?.name && at.type === 'radio'));
  return { index, shown: index < 0 || look(parts[index]) !== plain[index], away: at === document.body };
}

export async function walk(page) {
  await page.evaluate(rewind);
  const controls = await page.evaluate(note, CONTROLS);
  const reached = [];
  // Boxes that scroll are stops too, so there may be more stops than controls.
  for (let step = 0; step < controls.length * 2 + 10; step++) {
    await page.keyboard.press('Tab');
    const { index, shown, away } = await page.evaluate(where);
    if (away && reached.length > 0) break;
    if (index < 0) continue;
    // A field of several parts, such as a time, is left only after the last of them.
    if (reached.at(-1) === index) continue;
    if (reached.includes(index)) break;
    if (!shown) throw new Error(`${page.url()}: nobody sees that this has the focus: ${controls[index]}`);
    reached.push(index);
  }
  const missed = controls.filter((_, index) => !reached.includes(index));
  if (missed.length > 0) throw new Error(`${page.url()}: Tab does not reach:\n${missed.join('\n')}`);
  const jump = reached.findIndex((index, step) => index !== step);
  if (jump >= 0) throw new Error(`${page.url()}: Tab jumps to ${controls[reached[jump]]}`);
}
