// A first view over a bad mobile line. Chromium delays each answer by a round trip and shapes what follows.

const LINE = { offline: false, latency: 400, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8 };
/** Milliseconds, as the product promises; of a page at its full weight, 1,200 are for its bytes alone. */
const MOST = { painted: 3000, usable: 3000 };

export async function slow(lab, name, path, visitor) {
  const page = await lab.visitor(visitor);
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', LINE);
  await page.goto(path, { waitUntil: 'load' });
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  const { painted, usable } = await page.evaluate(() => ({
    painted: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    usable: performance.getEntriesByType('navigation')[0].loadEventEnd,
  }));
  await page.context().close();
  lab.tell(`${name} ${visitor.locale}: painted after ${Math.round(painted)} ms, usable after ${Math.round(usable)} ms at 400 kbit/s and 400 ms`);
  if (usable < LINE.latency) throw new Error(`${path}: the line was not slow`);
  if (painted > MOST.painted || usable > MOST.usable) throw new Error(`${path}: too slow on a slow line`);
}
