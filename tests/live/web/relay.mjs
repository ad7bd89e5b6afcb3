// A line between the browser and the shop that can be cut, slowed down, and made to tell of another release.
import { createServer, request } from 'node:http';

export class Relay {
  #server;
  /** No answer at all, as without a network. */
  cut = false;
  /** Milliseconds that every page waits. */
  slow = 0;
  /** Answers of its own, by path: a function of the shop's body. */
  changes = new Map();
  /** What was asked for: `GET /path`. */
  asked = [];

  static async open(url) {
    const relay = new Relay();
    const { hostname, port } = new URL(url);
    relay.#server = createServer((ask, answer) => {
      relay.asked.push(`${ask.method} ${ask.url}`);
      if (relay.cut) return ask.socket.destroy();
      const headers = { ...ask.headers, 'accept-encoding': 'identity' };
      const far = request({ hostname, port, path: ask.url, method: ask.method, headers }, async (from) => {
        if (relay.slow && ask.headers['sec-fetch-mode'] === 'navigate') await new Promise((go) => setTimeout(go, relay.slow));
        const change = relay.changes.get(ask.url);
        if (!change) {
          answer.writeHead(from.statusCode, from.headers);
          return from.pipe(answer);
        }
        let body = '';
        for await (const part of from.setEncoding('utf8')) body += part;
        const { 'content-length': _, ...rest } = from.headers;
        answer.writeHead(from.statusCode, rest).end(change(body));
      });
      far.on('error', () => ask.socket.destroy());
      ask.pipe(far);
    });
    await new Promise((done) => relay.#server.listen(0, '127.0.0.1', done));
    relay.url = `http://127.0.0.1:${relay.#server.address().port}`;
    return relay;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
