"""A customer's story over the Python bindings: the main journeys of the storefront suite, against the demo in memory or
a real server. story.kt tells most of it.

    story.py                        the demo
    story.py URL ACCOUNT_NUMBER     a server that runs `nexa demo`, and its customer with money in the wallet
"""

import asyncio
import base64
import json
import sys
import urllib.parse
import urllib.request

import nexa
from nexa import LinkFormat, PageRequest, Purpose, ShopError

NOBODY = "00000000-0000-7000-8000-000000000000"


class Keychain(nexa.SecretStore):
    """What a phone has for secrets, in memory; it can be locked."""

    def __init__(self):
        self.held, self.locked = {}, False

    def check(self):
        if self.locked:
            raise nexa.SecretStoreError.Unavailable("locked")

    def load(self, name):
        self.check()
        return self.held.get(name)

    def save(self, name, secret):
        self.check()
        self.held[name] = secret

    def erase(self, name):
        self.check()
        self.held.pop(name, None)


class Broken(Keychain):
    """Throws what no interface promised."""

    def save(self, name, secret):
        raise RuntimeError("out of paper")


class Demo:
    """The shop in memory: every phone has one of its own, so two customers share one phone in turn."""

    def __init__(self):
        self.first = None

    def phone(self, secrets=None):
        return nexa.Shop.demo("en", secrets)

    async def pay(self, shop, payment):
        await shop.controls().pay(payment)


class Server:
    """A shop behind HTTP that takes play money on a page with one button."""

    def __init__(self, url):
        self.url = url

    def phone(self, secrets=None):
        # The first address leads nowhere: a phone has several, and goes on to the next.
        dead = "http://127.0.0.1:9"
        return nexa.Shop.connect([dead, self.url], None, nexa.ShopSettings(locale="en"), secrets)

    async def pay(self, shop, payment):
        page = urllib.parse.urlsplit(payment.redirect_url)
        fields = dict(urllib.parse.parse_qsl(page.query))
        hook = f"{page.scheme}://{page.netloc}{fields.pop('hook')}"
        fields["reference"] = page.path.rsplit("/", 1)[1]
        body = urllib.parse.urlencode(fields).encode()
        await asyncio.to_thread(lambda: urllib.request.urlopen(urllib.request.Request(hook, body)).read())


async def refused(call):
    """The code of a call that must be refused."""
    try:
        given = await call
    except ShopError.Refused as no:
        assert no.text, f"{no.code} has a sentence"
        return no.code
    raise AssertionError(f"not refused: {given}")


async def signed_out(call):
    try:
        given = await call
    except ShopError.SignedOut:
        return
    raise AssertionError(f"not asked to sign in: {given}")


async def watched(shop, order_id):
    """Follows an order to its end."""
    watch, last = shop.watch_order(order_id), None
    while (order := await watch.next()) is not None:
        last = order
    return last


async def look_around(shop):
    plans, methods = await shop.plans(), await shop.methods()
    assert plans and (await shop.offer()).plans == plans
    assert methods[0].method == "wallet" and len(methods) > 1
    assert await shop.packs()
    await signed_out(shop.me())
    await signed_out(shop.order(NOBODY))
    return plans[0], methods[-1].method


async def buy(stage, shop, plan, method):
    quote = await shop.quote(nexa.QuoteRequest(plan_id=plan.plan_id, method=method))
    wish = nexa.CheckoutRequest(purpose=Purpose.NEW, method=method, plan_id=plan.plan_id, expected=quote.price)
    order = await shop.checkout(wish, "my-first")
    assert order.price == quote.price and order.payment.due == quote.due
    assert (await shop.checkout(wish, "my-first")).order_id == order.order_id, "placed once"
    other = nexa.CheckoutRequest(purpose=Purpose.TOP_UP, method=method, amount=plan.price)
    assert await refused(shop.checkout(other, "my-first")) == "key_reused"
    dear = nexa.CheckoutRequest(
        purpose=Purpose.NEW, method=method, plan_id=plan.plan_id, expected=nexa.MoneyView(minor=1, currency="USD")
    )
    assert await refused(shop.checkout(dear, "too-cheap")) == "price_changed"
    watch = shop.watch_order(order.order_id)
    assert (await watch.next()).state == "awaiting_payment"
    await stage.pay(shop, order.payment)
    while (seen := await watch.next()) is not None:
        order = seen
    assert order.state == "fulfilled" and order.paid_at, order.state
    assert await watch.next() is None
    return order


async def use(shop, subscription_id):
    held = await shop.subscription(subscription_id)
    assert held.state == "active" and held.days_left > 0
    assert (await shop.link_qr_png(subscription_id)).startswith(b"\x89PNG\r\n\x1a\n")
    assert (await shop.link_qr_svg(subscription_id)).startswith("<svg")
    plain = await shop.link_document(subscription_id, LinkFormat.PLAIN)
    assert "vless://" in plain
    packed = await shop.link_document(subscription_id, LinkFormat.BASE64)
    assert b"vless://" in base64.b64decode(packed)
    assert json.loads(await shop.link_document(subscription_id, LinkFormat.SING_BOX))["outbounds"]
    assert json.loads(await shop.link_document(subscription_id, LinkFormat.XRAY))
    assert json.loads(await shop.link_document(subscription_id, LinkFormat.SIP008))["servers"]
    assert "proxies:" in await shop.link_document(subscription_id, LinkFormat.CLASH)
    usage = await shop.usage(subscription_id, 7)
    assert len(usage.days) == 7 and usage.total_bytes == sum(day.bytes for day in usage.days)
    assert await refused(shop.usage(subscription_id, 91)) == "bad_input"
    assert await shop.devices(subscription_id) == []
    assert (await shop.guide_link(subscription_id)).link.startswith("http")
    reached = await shop.probe_servers(subscription_id).finish()
    names = {server.name for server in held.servers}
    assert reached and {one.server for one in reached} <= names, reached
    assert nexa.fastest_server(reached) in names
    ended = shop.probe_servers(subscription_id)
    ended.cancel()
    assert await ended.finish() == []


async def change(shop, held):
    name = (await shop.rename_subscription(held, " گوشی\u200cمن ")).name
    assert name == "گوشی\u200cمن"
    assert await refused(shop.rename_subscription(held, "a\u202eb")) == "bad_input"
    for on in (True, False):
        assert (await shop.set_auto_renew(held, on)).auto_renew is on
    old = (await shop.subscription(held)).link
    assert (await shop.reset_link(held)).link != old
    assert await refused(shop.move_subscription(held, "XX")) == "region_unknown"


async def fill_and_spend(stage, shop, plan, method, held):
    amount = nexa.MoneyView(minor=5 * plan.price.minor, currency=plan.price.currency)
    wish = nexa.CheckoutRequest(purpose=Purpose.TOP_UP, method=method, amount=amount)
    order = await shop.checkout(wish, "top-up")
    await stage.pay(shop, order.payment)
    await watched(shop, order.order_id)
    wallet = await shop.wallet(PageRequest())
    assert wallet.balance == amount and wallet.items[0].amount == amount
    pack = next(pack for pack in await shop.packs() if pack.kind == "traffic")
    before = await shop.subscription(held)
    more = nexa.CheckoutRequest(
        purpose=Purpose.TRAFFIC_PACK, method="wallet", pack_id=pack.pack_id, subscription_id=held
    )
    order = await shop.checkout(more, "more")
    assert order.state in ("paid", "fulfilled"), "the wallet pays at once"
    await watched(shop, order.order_id)
    after = await shop.subscription(held)
    assert after.limit_bytes == before.limit_bytes + pack.amount and after.ends_at == before.ends_at
    renewal = nexa.CheckoutRequest(
        purpose=Purpose.RENEWAL, method="wallet", plan_id=plan.plan_id, subscription_id=held
    )
    await watched(shop, (await shop.checkout(renewal, "renewal")).order_id)
    assert (await shop.subscription(held)).pack_bytes == 0
    left = (await shop.me()).wallet.minor
    assert left == amount.minor - pack.price.minor - plan.price.minor


async def give(shop, plan):
    """Buys a gift; gives its code and order."""
    wish = nexa.CheckoutRequest(
        purpose=Purpose.NEW, method="wallet", plan_id=plan.plan_id, gift=True, note="نوروز مبارک"
    )
    order = await watched(shop, (await shop.checkout(wish, "gift")).order_id)
    gift = (await shop.gifts())[0]
    assert gift.order_id == order.order_id and gift.state == "ready" and gift.note == "نوروز مبارک"
    return gift.code


async def ask_and_read(shop, held):
    ticket = await shop.open_ticket(
        nexa.OpenTicketRequest(subject="Slow", text="It is slow", subscription_id=held), None
    )
    ticket_id = ticket.ticket.ticket_id
    assert ticket.ticket.state == "open" and ticket.messages[0].text == "It is slow"
    assert await refused(shop.reply_ticket(ticket_id, "", b"no picture")) == "bad_picture"
    ticket = await shop.reply_ticket(ticket_id, "Still", None)
    assert [message.text for message in ticket.messages] == ["It is slow", "Still"]
    assert (await shop.close_ticket(ticket_id)).ticket.state == "closed"
    assert (await shop.tickets(PageRequest(limit=1))).items[0].ticket_id == ticket_id
    notices = (await shop.notices(PageRequest())).items
    assert any(notice.key == "ready" for notice in notices), [notice.key for notice in notices]
    changed = await shop.set_notice_preferences(
        nexa.NoticePreferencesRequest(news=False, quiet_from="22:00", quiet_until="08:00")
    )
    assert not changed.news and changed.quiet_from == "22:00"
    assert await shop.notice_preferences() == changed
    assert await shop.articles(None, "en")


async def odd_input(shop):
    long = "x" * 100_000
    for text in ("", " ", "x", "\0", "../..", "'; DROP TABLE orders;--", "🙂", long, NOBODY):
        for call in (shop.order, shop.subscription, shop.ticket, shop.cancel_order, shop.reset_link):
            assert await refused(call(text)) == "not_found"
    # A server counts these as guesses, and takes 20 in 10 minutes of all that can be guessed.
    for text in (long, NOBODY):
        await refused(shop.adopt(text))
    proof = nexa.PasskeyProof(state="x", response="{ no JSON")
    await refused(shop.sign_in(nexa.SignInRequest(passkey=proof)))
    await refused(shop.sign_in(nexa.SignInRequest(account_number="1" * 25)))
    shop.speak("fa")
    try:
        await shop.order(NOBODY)
        raise AssertionError("it is nobody's")
    except ShopError.Refused as no:
        assert any("\u0600" <= letter < "\u0700" for letter in no.text), no.text
    shop.speak("en")


async def come_and_go(stage, plan):
    """The session is in the phone's store from the first moment to the last."""
    keychain = Keychain()
    shop = stage.phone(keychain)
    made = await shop.sign_up(nexa.SignUpRequest())
    assert len(made.account_number) == 25 and keychain.held["session"] == shop.token()
    await shop.prove(nexa.SignInRequest(account_number=made.account_number))
    assert json.loads(await shop.export())
    assert len(await shop.sessions()) == 1
    await shop.sign_out()
    assert not keychain.held and not shop.is_signed_in()
    await signed_out(shop.me())
    again = await shop.sign_in(nexa.SignInRequest(account_number=made.account_number))
    assert again.user_id == made.session.user_id == (await shop.me()).user_id
    number = await shop.new_account_number()
    await shop.sign_out()
    assert await refused(shop.sign_in(nexa.SignInRequest(account_number=made.account_number))) == "wrong_credentials"
    await shop.sign_in(nexa.SignInRequest(account_number=number.account_number))
    keychain.locked = True
    for broken in (keychain, Broken()):
        try:
            await stage.phone(broken).sign_up(nexa.SignUpRequest())
            raise AssertionError("a store that throws is told")
        except ShopError.Secrets as no:
            assert no.reason
    keychain.locked = False
    trial = await watched(shop, (await shop.trial()).order_id)
    assert trial.state == "fulfilled"
    assert await refused(shop.trial()) == "trial_used"
    await shop.delete_account(True)
    assert not keychain.held
    await signed_out(shop.me())


async def claim(shop, code, first_order):
    """Somebody else: sees nothing of the first customer, and claims what was given."""
    await shop.sign_up(nexa.SignUpRequest())
    assert await refused(shop.order(first_order)) == "not_found"
    assert (await shop.gift(code)).state == "ready"
    order = await watched(shop, (await shop.claim_gift(code, None)).order_id)
    assert order.state == "fulfilled" and len(await shop.subscriptions()) == 1
    assert await refused(shop.gift("0" * 26)) == "gift_unknown"


async def together(shop):
    """Many calls at once, on this thread and on others."""
    many = await asyncio.gather(*(shop.plans() for _ in range(64)))
    assert all(plans == many[0] for plans in many)
    threads = (asyncio.to_thread(lambda: asyncio.run(shop.me())) for _ in range(8))
    assert len({me.user_id for me in await asyncio.gather(*threads)}) == 1


async def main(arguments):
    stage = Server(arguments[0]) if arguments else Demo()
    shop = stage.phone()
    plan, method = await look_around(shop)
    made = await shop.sign_up(nexa.SignUpRequest())
    order = await buy(stage, shop, plan, method)
    held = order.subscription_id
    await use(shop, held)
    await change(shop, held)
    await fill_and_spend(stage, shop, plan, method, held)
    await ask_and_read(shop, held)
    await odd_input(shop)
    invitation = await shop.invitation()
    assert await refused(shop.accept_invitation(invitation.code)) == "own_invitation"
    code = await give(shop, plan)
    await together(shop)
    if arguments:
        await claim(stage.phone(), code, order.order_id)
        rich = stage.phone()
        await rich.sign_in(nexa.SignInRequest(account_number=arguments[1]))
        assert (await rich.me()).wallet.minor > 0
    else:
        # Two customers of one demo: the same shop object, one after the other.
        await shop.sign_out()
        await claim(shop, code, order.order_id)
        await shop.sign_out()
        await shop.sign_in(nexa.SignInRequest(account_number=made.account_number))
    assert (await shop.gifts())[0].state == "claimed"
    if not arguments:
        controls = shop.controls()
        controls.set_offline(True)
        try:
            await shop.me()
            raise AssertionError("offline is told")
        except ShopError.Offline as cut:
            assert cut.retry_after_seconds > 0
        controls.set_offline(False)
    await come_and_go(stage, plan)
    print("story: told")


asyncio.run(main(sys.argv[1:]))
