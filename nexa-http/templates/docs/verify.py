import base64, hashlib, hmac, time

def is_ours(secret, headers, body):              # body: bytes
    sent = int(headers["webhook-timestamp"])
    if abs(time.time() - sent) > 300:            # an old message that somebody sends again
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{sent}.".encode() + body
    own = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    return any(hmac.compare_digest(own, one.encode()) for one in headers["webhook-signature"].split())
