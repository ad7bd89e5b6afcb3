// What a first view costs: bytes as they come over the line, and whom it asks.

/** The most that the first view of a page may weigh, in bytes, headers included. */
export const MOST_BYTES = 60_000;

export async function weigh(lab, path, visitor) {
  const page = await lab.visitor(visitor);
  const line = await page.context().newCDPSession(page);
  const own = new URL(lab.input.url).host;
  const asked = [];
  let bytes = 0;
  line.on('Network.requestWillBeSent', ({ request }) => asked.push(request.url));
  line.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await line.send('Network.enable');
  await page.goto(path, { waitUntil: 'networkidle' });
  const blocking = await page.evaluate(
    () => performance.getEntriesByType('resource').filter((entry) => entry.renderBlockingStatus === 'blocking').length,
  );
  await page.context().close();
  const sent = asked.filter((address) => !address.startsWith('data:'));
  return { bytes: Math.round(bytes), requests: sent.length, blocking, foreign: sent.filter((address) => new URL(address).host !== own) };
}

/** The most requests that painting may wait for. */
const MOST_BLOCKING = 2;

/** Fails above the budget, on requests to other hosts, and on more that painting waits for than there may be. */
export async function light(lab, name, path, visitor) {
  const { bytes, requests, blocking, foreign } = await weigh(lab, path, visitor);
  lab.tell(`${name} ${visitor.locale}: ${bytes} bytes in ${requests} requests, ${blocking} of them render-blocking`);
  if (bytes === 0) throw new Error(`${path}: nothing was weighed`);
  if (bytes > (lab.input.most_bytes ?? MOST_BYTES)) throw new Error(`${path}: the first view weighs ${bytes} bytes`);
  if (foreign.length > 0) throw new Error(`${path} asks other hosts:\n${foreign.join('\n')}`);
  if (blocking > MOST_BLOCKING) throw new Error(`${path}: painting waits for ${blocking} requests`);
}
