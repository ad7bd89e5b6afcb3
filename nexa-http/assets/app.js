// What pages do better with a script. Every page works without this one.
const all = (selector) => document.querySelectorAll(selector);

// Light or dark: the choice is kept in a cookie, so that the next page comes in it.
for (const button of all("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax${secure}`;
  });
}

// What is said to those who do not see it.
const voice = Object.assign(document.createElement("p"), { className: "hidden-label" });
voice.setAttribute("role", "status");
document.body.append(voice);
const say = (text) => (voice.textContent = text ?? "✓");

// A menu closes with Escape and with a click elsewhere.
addEventListener("keydown", ({ key }) => key === "Escape" && all(".menu[open]").forEach((menu) => menu.removeAttribute("open")));
addEventListener("click", ({ target }) => all(".menu[open]").forEach((menu) => menu.contains(target) || menu.removeAttribute("open")));

// Copying, told by a tick on the button.
for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const was = button.innerHTML;
    button.textContent = "✓";
    say(document.body.dataset.copied);
    setTimeout(() => (button.innerHTML = was), 1500);
  });
}

// One key for what is done again and again, by its place on the keyboard, whatever the layout. A way is gone at once; a
// button only gets the focus, so that nothing is decided by a slip.
const keyed = all("[data-key]");
if (keyed.length) for (const hint of all("kbd, [data-keys]")) hint.hidden = false;
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea")) return;
  const place = [...keyed].find((one) => one.dataset.key === event.code);
  if (!place) return;
  event.preventDefault();
  if (place.matches("a")) place.click();
  else place.focus();
});

// Of a row that is wider than the screen, the part where one is.
for (const here of all(".sections [aria-current]")) {
  const row = here.closest("ul");
  const [own, whole] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += own.left + own.width / 2 - whole.left - whole.width / 2;
}

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// The time that is left, counted from what the server said, whatever the clock of this device says.
for (const place of all("[data-countdown]")) {
  const end = performance.now() + Number(place.dataset.countdown) * 1000;
  const language = document.documentElement.lang;
  const two = new Intl.NumberFormat(language, { minimumIntegerDigits: 2, useGrouping: false });
  const show = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    const parts = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    place.textContent = (parts[0] ? parts : parts.slice(1)).map((part) => two.format(part)).join(":");
    if (left === 0) clearInterval(timer);
  };
  const timer = setInterval(show, 1000);
  place.hidden = false;
  show();
}

// An order that moves: the page loads itself again. Told by the server, else asked for now and then.
for (const badge of all("[data-watch]")) {
  const { watch, mark } = badge.dataset;
  // Not a reload: the page may be the answer to a form, which would be sent again.
  const heard = (now) => now && now !== mark && location.replace(watch);
  const ask = async () => {
    const answer = await fetch(`${watch}/mark`).catch(() => null);
    if (answer?.ok) heard(await answer.text());
  };
  let asking = 0;
  const askNowAndThen = () => (asking ||= setInterval(ask, 6000));
  const source = new EventSource(`${watch}/watch`);
  source.onmessage = (event) => heard(event.data);
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) askNowAndThen();
    else setTimeout(() => source.readyState !== EventSource.OPEN && askNowAndThen(), 8000);
  };
  addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
}

// What Telegram signed stands behind "#", which no server sees: it is posted to ours.
const behind = new URLSearchParams(location.hash.slice(1));
for (const form of all("[data-telegram]")) {
  const coded = behind.get("tgAuthResult");
  if (!coded) continue;
  const bytes = Uint8Array.from(atob(coded.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  form.elements.widget.value = new URLSearchParams(JSON.parse(new TextDecoder().decode(bytes))).toString();
  form.submit();
}

// A Mini App signs in by itself, whichever page it opens.
const initData = behind.get("tgWebAppData");
// Only where Telegram's own browser shows the page: else any address could sign a visitor into a stranger's account.
if (initData && "TelegramWebviewProxy" in window && !document.body.classList.contains("signed-in") && !all("[data-telegram]").length) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: "/sign-in/telegram" });
  for (const [name, value] of Object.entries({ init_data: initData, next: location.pathname })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  history.replaceState(null, "", location.pathname + location.search);
  document.body.append(form);
  form.submit();
}

// Passkeys, where the browser has them: it is asked for one, and its answer posted.
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const textOf = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => list?.map((one) => ({ ...one, id: bytesOf(one.id) }));
const post = async (step, body) => {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`/passkeys/${step}`, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
  const told = await answer.json();
  if (!answer.ok) throw told;
  return told;
};
const create = (json) => {
  const read = PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? {
    ...json,
    challenge: bytesOf(json.challenge),
    user: { ...json.user, id: bytesOf(json.user.id) },
    excludeCredentials: named(json.excludeCredentials),
  };
  return navigator.credentials.create({ publicKey: read });
};
const get = (json) => {
  const read = PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? {
    ...json,
    challenge: bytesOf(json.challenge),
    allowCredentials: named(json.allowCredentials),
  };
  return navigator.credentials.get({ publicKey: read });
};
const written = ({ id, type, rawId, response }) => {
  const fields = ["attestationObject", "authenticatorData", "clientDataJSON", "signature", "userHandle"];
  const filled = fields.filter((field) => response[field]).map((field) => [field, textOf(response[field])]);
  return { id, type, rawId: textOf(rawId), response: Object.fromEntries(filled) };
};
for (const form of window.PublicKeyCredential ? all("[data-passkey]") : []) {
  const step = form.dataset.passkey;
  const alert = form.querySelector("[role=alert]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    alert.hidden = true;
    try {
      const { state, options } = await post(step === "add" ? "begin" : "ask");
      const credential = await (step === "add" ? create : get)(options.publicKey);
      const response = credential.toJSON?.() ?? written(credential);
      const { next } = await post(step, { state, response, next: form.elements.next?.value });
      const again = step === "prove" && document.querySelector("[data-again]");
      if (!again) return location.assign(next);
      // What was kept is not done unasked: only its button is left.
      for (const other of all("main > form")) other.hidden = true;
      again.closest("[hidden]")?.removeAttribute("hidden");
      again.querySelector("button").focus();
    } catch (fault) {
      if (fault.code === "prove_again") return form.submit();
      alert.textContent = fault.detail ?? form.dataset.failed;
      alert.hidden = false;
    }
  });
}

// A page that was kept tells when; the worker marks it.
const keptAt = document.documentElement.dataset.kept;
for (const place of all("[data-kept-bar] time")) {
  if (!keptAt) continue;
  place.dateTime = keptAt;
  const style = { dateStyle: "medium", timeStyle: "short" };
  place.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date(keptAt));
}

// The worker keeps the own subscriptions for times without a network; see sw.js.
const { worker } = document.documentElement.dataset;
if (worker && isSecureContext && navigator.serviceWorker)
  addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));

// Shows something, and the card that it stands in.
const reveal = (place) => {
  place.hidden = false;
  place.closest("[data-app]")?.removeAttribute("hidden");
};

// Installing as an app, where the browser offers it.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  for (const button of all("[data-install]")) {
    reveal(button);
    button.onclick = async () => {
      button.hidden = true;
      await event.prompt();
    };
  }
});
const isApple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
for (const hint of all("[data-install-ios]")) if (isApple && !navigator.standalone) reveal(hint);

// Messages on this device.
async function pushSwitch(place) {
  const address = place.dataset.push;
  const part = (name) => place.querySelector(`[data-push-${name}]`);
  const told = (body) =>
    fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const { key } = await (await fetch(address)).json();
  const { pushManager } = await navigator.serviceWorker.ready;
  if (!key || !pushManager) return;
  const show = async () => {
    const now = await pushManager.getSubscription();
    part("on").hidden = now !== null;
    part("off").hidden = now === null;
    return now;
  };
  const on = async () => {
    const got = (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })).toJSON();
    return told({ endpoint: got.endpoint, ...got.keys });
  };
  // Said again at each visit: the browser may have got another address, or its account another owner.
  if (await show()) await on();
  part("on").onclick = async () => {
    const answer = await on().catch(() => null);
    if (!answer?.ok) await (await pushManager.getSubscription())?.unsubscribe();
    part("denied").hidden = answer?.ok === true;
    await show();
  };
  part("off").onclick = async () => {
    const now = await pushManager.getSubscription();
    await told({ off: now.endpoint });
    await now.unsubscribe();
    await show();
  };
  reveal(place);
}
if (worker && isSecureContext && navigator.serviceWorker && "PushManager" in window)
  for (const place of all("[data-push]")) pushSwitch(place).catch(() => {});

// A colour is shown as pages would have it while it is chosen.
for (const input of all("[data-sample]"))
  input.addEventListener("input", () => {
    const image = document.getElementById(input.dataset.sample);
    image.src = `${image.src.split("?")[0]}?accent=${encodeURIComponent(input.value)}`;
  });
