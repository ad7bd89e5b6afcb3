// WCAG 2.0 to 2.2, levels A and AA, as far as axe can judge; and nothing to be scrolled sideways.
import { axe } from './packages.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

export async function accessible(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(
    async (tags) => {
      const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
      return violations.map((rule) => `${rule.id}: ${rule.help}\n${rule.nodes.map((node) => `    ${node.html}\n${node.failureSummary}`).join('\n')}`);
    },
    TAGS,
  );
  if (found.length > 0) throw new Error(`${page.url()} breaks rules of axe:\n${found.join('\n')}`);
}

export async function fits(page) {
  const { wide, most, parts } = await page.evaluate(() => {
    const most = document.documentElement.clientWidth;
    const out = [...document.body.querySelectorAll('*')].filter((part) => {
      const box = part.getBoundingClientRect();
      return box.width > 0 && (box.right > most + 1 || box.left < -1);
    });
    return { most, wide: document.documentElement.scrollWidth, parts: out.slice(0, 5).map((part) => part.outerHTML.slice(0, 120)) };
  });
  if (wide > most) throw new Error(`${page.url()} is ${wide} px wide in a window of ${most} px:\n${parts.join('\n')}`);
}
