// What the pages do without a network: the own subscriptions as they were last seen, each with its link and code.
// The server puts RELEASE and FILES before this text, so each release is another worker.
const FILES_CACHE = `files-${RELEASE}`;
const PATIENCE = 4000;
const KEPT_PAGE = /^\/subscriptions(\/[0-9a-f-]{36})?$/;
// Whatever is posted here changes who sits in front of this device.
const CHANGES_VISITOR = /^\/(sign-in|sign-up|sign-out|account\/(delete|close))(\/|$)/;

const isPages = (name) => name.startsWith("pages-");

async function drop(unwanted) {
  for (const name of await caches.keys()) if (unwanted(name)) await caches.delete(name);
}

// Rises when somebody comes or goes: what was asked for before is not kept, and not shown, any more.
let visits = 0;

// Keeps a page for the visitor that the server says it is for, and nothing of anybody else.
async function keep(path, answer, since = visits) {
  if (answer.type === "opaqueredirect" || answer.redirected || answer.status === 401) return drop(isPages);
  const visitor = answer.headers.get("x-visitor");
  const mine = `pages-${visitor}-${RELEASE}`;
  if (answer.status === 404 && visitor) return (await caches.open(mine)).delete(path);
  if (answer.status !== 200 || !visitor) return;
  const headers = new Headers(answer.headers);
  headers.set("x-kept", new Date().toISOString());
  const copy = new Response(await answer.text(), { headers });
  if (since !== visits) return;
  await drop((name) => isPages(name) && name !== mine);
  await (await caches.open(mine)).put(path, copy);
}

async function remembered(path) {
  for (const name of (await caches.keys()).filter(isPages)) {
    // Not open(): that would make a cache again which was dropped just now.
    const page = await caches.match(path, { cacheName: name });
    if (!page) continue;
    const text = await page.text();
    const at = page.headers.get("x-kept");
    return new Response(text.replace("<html ", `<html data-kept="${at}" `), { headers: page.headers });
  }
}

// From the network, or what was kept when that fails or takes too long.
async function page(event, path) {
  const since = visits;
  const asked = fetch(event.request);
  event.waitUntil(asked.then((answer) => keep(path, answer.clone(), since)).catch(() => {}));
  const late = new Promise((_, fail) => setTimeout(fail, PATIENCE));
  try {
    return await Promise.race([asked, late]);
  } catch {
    return (await remembered(path)) ?? asked.catch(() => caches.match("/offline"));
  }
}

// Named by its content, so what was kept is right for ever.
async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200 && !answer.redirected) await (await caches.open(FILES_CACHE)).put(request, answer.clone());
  return answer;
}

async function install() {
  const cache = await caches.open(FILES_CACHE);
  await cache.addAll(FILES);
  await skipWaiting();
}

// Pages of the last release are asked for anew, because the files that they were made for go.
async function activate() {
  const paths = new Set();
  for (const name of (await caches.keys()).filter(isPages))
    for (const { url } of await (await caches.open(name)).keys()) paths.add(new URL(url).pathname);
  for (const { url } of await clients.matchAll({ type: "window", includeUncontrolled: true })) paths.add(new URL(url).pathname);
  await drop((name) => !name.endsWith(RELEASE));
  await clients.claim();
  for (const path of [...paths].filter((path) => KEPT_PAGE.test(path)))
    await fetch(path).then((answer) => keep(path, answer)).catch(() => {});
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") {
    if (request.mode === "navigate" && CHANGES_VISITOR.test(url.pathname)) {
      visits += 1;
      event.waitUntil(drop(isPages));
    }
  } else if (url.pathname.startsWith("/assets/") && url.search.startsWith("?v=")) {
    event.respondWith(file(request));
  } else if (request.mode === "navigate" && KEPT_PAGE.test(url.pathname)) {
    event.respondWith(page(event, url.pathname));
  }
});

// A message. Whoever turned messages on sees one for each that comes, as browsers demand.
addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data.json();
  const show = { body, tag, data: url, dir: "auto", icon: "/icon-192.png", badge: "/icon-192.png" };
  event.waitUntil(registration.showNotification(title, show));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(event.notification.data));
});
