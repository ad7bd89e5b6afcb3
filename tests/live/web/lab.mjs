// Chromium, and visitors who differ in language, device and colours.
import { chromium } from './packages.mjs';

export const LOCALES = ['fa', 'en', 'ru'];
/** CSS pixels: the narrowest phones still sold, and a plain desktop. */
export const DEVICES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };

export class Lab {
  #browser;
  #faults = [];

  static async open(input) {
    const lab = new Lab();
    lab.input = input;
    // A container has neither a sandbox for root nor a large /dev/shm.
    const args = ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'];
    lab.#browser = await chromium.launch({ executablePath: input.chromium, args });
    return lab;
  }

  /** A page of somebody new, nothing cached; no cookie but that of a `session`. `page.context()` keeps what the visit brings. */
  async visitor({ locale = 'en', device = 'phone', scheme = 'light', session, userAgent } = {}) {
    const context = await this.#browser.newContext({
      baseURL: this.input.url, locale, viewport: DEVICES[device], colorScheme: scheme, timezoneId: 'Asia/Tehran', userAgent,
      // A worker asks under the browser's own name, whatever the page's is.
      serviceWorkers: userAgent ? 'block' : 'allow',
    });
    context.setDefaultTimeout(15_000);
    if (session) await context.addCookies([{ name: 'session', value: session, url: this.input.url, httpOnly: true, sameSite: 'Lax' }]);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.#faults.push(`script: ${error}`));
    page.on('console', (line) => {
      if (/Content Security Policy|Permissions[- ]Policy|Mixed Content/i.test(line.text())) this.#faults.push(line.text());
    });
    return page;
  }

  /** Opens an address as a new visitor, hands the page to `look` and forgets the visitor. */
  async visit(path, visitor, look) {
    const page = await this.visitor(visitor);
    try {
      const answer = await page.goto(path);
      if (answer.status() !== 200) throw new Error(`${path} answers ${answer.status()}`);
      return await look(page);
    } finally {
      await page.context().close();
    }
  }

  /** One line of figures for whoever reads the test's output. */
  tell(line) {
    console.log(line);
  }

  /** No script of a page failed, and no page asked for what its own policy forbids. */
  assertQuiet() {
    if (this.#faults.length > 0) throw new Error(`the browser complained:\n${this.#faults.join('\n')}`);
  }

  close() {
    return this.#browser.close();
  }
}
