// Two devices are allowed: a third is told so by name, and let in once another was removed.
import { inspect } from '../examine.mjs';
import { assert, submit, told } from '../forms.mjs';

const DEVICES = ['Pixel 8', 'iPhone 15', 'Galaxy S24'];

/** An app on one of the devices fetches the link. */
async function fetched(page, link, device) {
  const headers = { 'x-hwid': `hwid-of-device-${device}`, 'x-device-os': 'Android', 'x-device-model': DEVICES[device], 'user-agent': 'HiddifyNext/2.5' };
  const answer = await page.context().request.get(`${link}/plain`, { headers });
  assert(answer.ok(), `the link answers ${answer.status()}`);
  const full = answer.headers()['x-hwid-max-devices-reached'] === 'true';
  return { full, headers: answer.headers(), text: decodeURIComponent(await answer.text()) };
}

export default async function (lab, { session, bought }) {
  for (const [locale, { id, link }] of Object.entries(bought)) {
    const page = await lab.visitor({ locale, session });
    for (const device of [0, 1]) assert(!(await fetched(page, link, device)).full, `device ${device} fits`);
    const third = await fetched(page, link, 2);
    assert(third.full && third.headers['x-hwid-limit'] === 'true' && third.headers.announce, 'the third is told');
    assert(third.text.includes('Device limit reached'), `in the list of servers, too: ${third.text}`);

    await page.goto(`/subscriptions/${id}`);
    const list = page.locator('section[aria-labelledby=devices-title] li');
    assert((await list.count()) === 2, 'two devices');
    await inspect(lab, page, 'devices');
    await submit(page, '/device-name', { name: 'گوشی مامان' });
    await told(page, 'status');
    assert((await list.first().innerText()).includes('گوشی مامان'), 'it has its name');
    await submit(page, '/device-remove');
    assert((await list.count()) === 1 && !(await list.innerText()).includes('گوشی'), 'one is gone');
    assert(!(await fetched(page, link, 2)).full, 'the third has its place');
    await page.reload();
    assert((await list.last().innerText()).includes(DEVICES[2]), 'and is shown');
    assert((await fetched(page, link, 0)).full, 'the first is out');
  }
}
