"""What the cases are made with: who asks, from where, and ids of things that exist.

Read by schemathesis (SCHEMATHESIS_HOOKS); NEXA_KNOWN is what shop.py remembered, NEXA_ROLE who asks.
"""

import hashlib
import ipaddress
import json
import os
import urllib.request

import schemathesis

with open(os.environ["NEXA_KNOWN"], encoding="utf-8") as known:
    KNOWN = json.load(known)
ROLE = os.environ["NEXA_ROLE"]
# The shop that a reseller's token belongs to.
HOST = {"Host": "branch.example"} if ROLE == "reseller" else {}
ADDRESSES = iter(range(2**24))
# After these the token is good for nothing: each gets a customer of its own.
LAST = {"signOut", "deleteMe", "revokeOtherSessions", "revokeSession", "setPassword", "confirmTotp", "disableTotp"}


def address():
    """One that nobody had before, or a limit by address would soon answer in place of the operation."""
    return str(ipaddress.ip_address("10.0.0.0") + next(ADDRESSES))


def newcomer():
    """The session of a customer who was not there before."""
    headers = {"Content-Type": "application/json", "X-Forwarded-For": address()} | HOST
    request = urllib.request.Request(KNOWN["base"] + "/v1/accounts", b"{}", headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["session"]["token"]


@schemathesis.auth(refresh_interval=None)
class Token:
    """The token of one who is signed in; a check of schemathesis leaves it out and expects a 401."""

    def get(self, case, ctx):
        if ctx.operation.definition.raw.get("operationId") in LAST:
            return newcomer()
        return KNOWN["tokens"][ROLE]

    def set(self, case, data, ctx):
        case.headers["Authorization"] = f"Bearer {data}"


def chosen(name, given):
    """For three of four values an id that exists, for the others what was made up: decided by the value itself, so
    that a seed repeats a run."""
    ids = KNOWN["ids"].get(name)
    if not ids or not isinstance(given, str):
        return given
    number = hashlib.sha256(given.encode(errors="replace")).digest()
    return ids[number[1] % len(ids)] if number[0] % 4 else given


@schemathesis.hook
def map_path_parameters(ctx, path_parameters):
    return {name: chosen(name, given) for name, given in (path_parameters or {}).items()}


@schemathesis.hook
def map_body(ctx, body):
    if isinstance(body, dict):
        return {name: chosen(name, given) for name, given in body.items()}
    return body


@schemathesis.hook
def before_call(ctx, case, kwargs):
    case.headers.update(HOST, **{"X-Forwarded-For": address()})
