// Messages on a device: what the worker shows of one that comes, and the switch on a page.
// No push service is at hand, so the browser is told that a message came, and its subscription is made up.
import { Relay } from '../relay.mjs';

const ENDPOINT = 'https://web.push.apple.com/made-up';

/** A browser that subscribes without asking anybody. */
const madeUp = (endpoint) => {
  let now = null;
  const fresh = () => ({
    unsubscribe: async () => ((now = null), true),
    endpoint,
    toJSON: () => ({
      endpoint,
      keys: {
        p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      },
    }),
  });
  PushManager.prototype.getSubscription = async () => now;
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 87) throw new Error('no such key');
    return (now ??= fresh());
  };
};

export default async function (lab, { url, session, piece }) {
  const relay = await Relay.open(url);
  lab.input.url = relay.url;
  relay.changes.set('/wallet', (page) => page.replace('</main>', `${piece}</main>`));
  try {
    const page = await lab.visitor({});
    const context = page.context();
    await context.grantPermissions(['notifications'], { origin: relay.url });
    await context.addCookies([{ name: 'session', value: session, url: relay.url, httpOnly: true }]);
    await context.addInitScript(madeUp, ENDPOINT);
    const answers = [];
    page.on('response', (answer) => {
      if (answer.url().endsWith('/account/push') && answer.request().method() === 'POST') answers.push(answer.status());
    });
    await page.goto('/wallet');
    await page.locator('[data-push-on]').click();
    await page.locator('[data-push-off]').waitFor();
    await page.locator('[data-push-off]').click();
    await page.locator('[data-push-on]').waitFor();
    if (answers.join() !== '204,204') throw new Error(`the shop answered ${answers}`);
    if (await page.locator('[data-push-denied]').isVisible()) throw new Error('told as denied');

    const line = await context.newCDPSession(page);
    const found = new Promise((done) => line.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      if (registrations.length > 0) done(registrations[0].registrationId);
    }));
    await line.send('ServiceWorker.enable');
    const data = JSON.stringify({ title: 'Quick VPN', body: 'Your subscription is ready.', url: '/subscriptions/1', tag: 't' });
    await line.send('ServiceWorker.deliverPushMessage', { origin: relay.url, registrationId: await found, data });
    const shown = await page.evaluate(async () => {
      const worker = await navigator.serviceWorker.ready;
      for (let tries = 0; tries < 50; tries++) {
        const [one] = await worker.getNotifications();
        if (one) return [one.title, one.body, one.data, one.tag].join('|');
        await new Promise((go) => setTimeout(go, 100));
      }
    });
    if (shown !== 'Quick VPN|Your subscription is ready.|/subscriptions/1|t') throw new Error(`shown: ${shown}`);
  } finally {
    relay.close();
  }
}
