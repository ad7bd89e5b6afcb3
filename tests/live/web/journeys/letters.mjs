// The desk in a browser: opened for mails, and one conversation as it goes on.
import { writeFileSync } from 'node:fs';
import { inspect } from '../examine.mjs';
import { assert, follow, submit, told } from '../forms.mjs';
import { comesIn } from '../office.mjs';

export default async function (lab, { number, step, says, hears, messages, address, file }) {
  const page = await lab.visitor({ device: 'desktop' });
  await comesIn(page, number, '/office/tickets');
  if (step === 'open') return opens(lab, page, address, file);
  await page.goto('/office/tickets');
  if ((await page.locator('main a.whole').count()) === 0) await page.goto('/office/tickets?state=answered');
  await follow(page, page.locator('main a.whole').first());
  const talk = page.locator('ul.talk li');
  assert((await talk.last().innerText()).includes(hears), `said last: ${await talk.last().innerText()}`);
  if (messages) assert((await talk.count()) === messages, `${messages} messages, not ${await talk.count()}`);
  await inspect(lab, page, `office-ticket-${step}`, { snaps: false });
  if (step !== 'answer') return;
  await submit(page, '/answer', { text: says });
  await told(page, 'status');
  assert((await talk.last().innerText()).includes(says), 'the answer stands there');
}

/** The address for mails, and a hook for the mail server. */
async function opens(lab, page, address, file) {
  await page.goto('/office/support');
  const terms = page.locator('form').filter({ has: page.locator('[name=what][value=terms]') });
  await terms.locator('[name=address]').fill(address);
  await follow(page, terms.locator('button').last());
  await told(page, 'status');
  await follow(page, page.locator('form').filter({ has: page.locator('[name=what][value=hook]') }).locator('button'));
  writeFileSync(file, (await page.locator('main form code').innerText()).trim());
  await inspect(lab, page, 'office-support-hook', { snaps: false });
}
