import { createHmac, timingSafeEqual } from "node:crypto";

export function isOurs(secret, headers, body) {  // body: a Buffer
  const sent = Number(headers["webhook-timestamp"]);
  if (!(Math.abs(Date.now() / 1000 - sent) <= 300)) return false;  // an old message that somebody sends again
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const mac = createHmac("sha256", key).update(`${headers["webhook-id"]}.${sent}.`).update(body).digest("base64");
  const own = Buffer.from(`v1,${mac}`);
  return headers["webhook-signature"].split(" ").some((one) => {
    const given = Buffer.from(one);
    return given.length === own.length && timingSafeEqual(given, own);
  });
}
