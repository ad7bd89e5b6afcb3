#!/usr/bin/env python3
"""A customer of a shop on the command line, over the Python bindings (`pip install nexa-ffi/python`).

    customer.py --demo tour                      a whole purchase with play money, without a server
    customer.py --shop https://shop.example plans
    customer.py --shop … sign-up | sign-in NUMBER | sign-out
    customer.py --shop … buy PLAN METHOD         waits until it is delivered
    customer.py --shop … subscriptions | usage ID | devices ID | fastest ID | tickets | ask TEXT
    customer.py --shop … link ID plain|base64|sing-box|clash|sip008|xray|wire-guard
    customer.py --shop … qr ID FILE.png
"""

import argparse
import asyncio
import os
import pathlib
import sys

import nexa

GIB = 1 << 30


class Drawer(nexa.SecretStore):
    """Keeps secrets in files that only their owner reads. A program with a desktop would take its keyring."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def load(self, name):
        try:
            return (self.folder / name).read_text()
        except FileNotFoundError:
            return None

    def save(self, name, secret):
        file = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w") as written:
            written.write(secret)

    def erase(self, name):
        (self.folder / name).unlink(missing_ok=True)


def money(of):
    # Two decimals suit the currencies that shops price in; rial has none.
    decimals = 0 if of.currency == "IRR" else 2
    return f"{of.minor / 10**decimals:,.{decimals}f} {of.currency}"


async def plans(shop):
    for plan in await shop.plans():
        print(f"{plan.plan_id}  {plan.name}  {plan.traffic_bytes / GIB:.0f} GiB  {money(plan.price)}")
    for method in await shop.methods():
        print(f"{method.method}  {method.name} ({method.currency})")


async def sign_up(shop):
    made = await shop.sign_up(nexa.SignUpRequest(client="customer.py"))
    print(f"Your account number, shown this once: {made.account_number}")


async def sign_in(shop, number):
    await shop.sign_in(nexa.SignInRequest(account_number=number, client="customer.py"))


async def buy(shop, plan, method, pay=None):
    wish = nexa.CheckoutRequest(purpose=nexa.Purpose.NEW, method=method, plan_id=plan)
    # Without a key the shop object makes one and keeps it until a server has answered: after a lost connection or a crash
    # the same command buys nothing twice.
    order = await shop.checkout(wish, None)
    payment = order.payment
    if payment and (where := payment.redirect_url or payment.uri or payment.address):
        print(f"Order {order.number}: pay {payment.due_text} {payment.due.currency} at {where}")
        if pay:
            await pay(payment)
    watch = shop.watch_order(order.order_id)
    while (seen := await watch.next()) is not None:
        print(f"  {seen.state}")
        order = seen
    return order


async def subscriptions(shop):
    for held in await shop.subscriptions():
        used = f"{held.used_bytes / GIB:.1f} of {held.limit_bytes / GIB:.0f} GiB"
        print(f"{held.subscription_id}  {held.name or held.plan_name}  {held.state}  {used}, {held.days_left} days left")
        print(f"  {held.link}")


async def usage(shop, held):
    for day in (await shop.usage(held, 14)).days:
        print(f"{day.date}  {day.bytes / GIB:8.2f} GiB  {'#' * round(day.bytes / GIB)}")


async def devices(shop, held):
    for device in await shop.devices(held):
        print(f"{device.device_id}  {device.name}  {device.os or ''}  last seen {device.last_seen}")


async def fastest(shop, held):
    reached = await shop.probe_servers(held).finish()
    for one in reached:
        print(f"{one.server}  {one.entry}  {'-' if one.millis is None else f'{one.millis} ms'}")
    print(f"Nearest: {nexa.fastest_server(reached) or 'none answers'}")


async def link(shop, held, form):
    print(await shop.link_document(held, nexa.LinkFormat[form.upper().replace("-", "_")]))


async def qr(shop, held, file):
    pathlib.Path(file).write_bytes(await shop.link_qr_png(held))


async def tickets(shop):
    for ticket in (await shop.tickets(nexa.PageRequest())).items:
        print(f"{ticket.ticket_id}  {ticket.state}  {ticket.subject or ''}")


async def ask(shop, text):
    await shop.open_ticket(nexa.OpenTicketRequest(text=text), None)


async def sign_out(shop):
    await shop.sign_out()


async def tour(shop):
    await plans(shop)
    await sign_up(shop)
    plan, method = (await shop.plans())[0], (await shop.methods())[-1]
    order = await buy(shop, plan.plan_id, method.method, shop.controls().pay)
    await subscriptions(shop)
    await fastest(shop, order.subscription_id)


COMMANDS = (plans, sign_up, sign_in, sign_out, buy, subscriptions, usage, devices, fastest, link, qr, tickets, ask, tour)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", action="append", metavar="URL", help="an address of the shop; several may be given")
    parser.add_argument("--demo", action="store_true", help="a shop in memory")
    parser.add_argument("--lang", default="en", choices=("fa", "en", "ru"))
    parser.add_argument("--home", type=pathlib.Path, default=pathlib.Path.home() / ".local/share/nexa-customer")
    parser.add_argument("command", choices=[one.__name__.replace("_", "-") for one in COMMANDS])
    parser.add_argument("words", nargs="*")
    asked = parser.parse_args()
    if asked.demo:
        shop = nexa.Shop.demo(asked.lang)
    elif asked.shop:
        settings = nexa.ShopSettings(locale=asked.lang, cache_folder=str(asked.home / "views"))
        shop = nexa.Shop.connect(asked.shop, None, settings, Drawer(asked.home))
    else:
        parser.error("one of --shop and --demo is needed")
    command = next(one for one in COMMANDS if one.__name__.replace("_", "-") == asked.command)
    try:
        await command(shop, *asked.words)
    except nexa.ShopError.Refused as no:
        sys.exit(no.text)
    except nexa.ShopError.SignedOut:
        sys.exit("Sign in first.")
    except nexa.ShopError.Offline as cut:
        sys.exit(cut.text)


asyncio.run(main())
