"""A shop of play money on loopback for the cases: the real program in a folder of its own, furnished over its API."""

import base64
import json
import os
import re
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request

DOLLAR = 100


class Shop:
    """Runs as long as it is entered."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.known = {}

    def __enter__(self):
        settings = {
            "DATA": os.path.join(self.folder, "data"),
            "LISTEN": f"127.0.0.1:{self.port}",
            "TEST": "true",
            "LOCALE": "en",
            "NODE": "false",
            "LOG": "warn",
            # Every case comes from an address of its own (hooks.py), so that limits by address refuse only what
            # they are asked to refuse.
            "TRUSTED_PROXIES": "127.0.0.1",
        }
        environment = {"PATH": os.environ["PATH"]} | {f"NEXA_{name}": value for name, value in settings.items()}
        self.log = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.program, "serve"], cwd=self.folder, env=environment, stdout=self.log, stderr=self.log
        )
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.base}/healthz", timeout=1):
                    return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.__exit__()
        raise SystemExit(f"the shop did not start:\n{self.said()}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.flush()

    def said(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            return log.read()

    def ask(self, method, path, body=None, token=None, host=None, raw=False):
        headers = {"Accept-Language": "en", "Idempotency-Key": secrets.token_hex(8)}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if host:
            headers["Host"] = host
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        if raw:
            headers |= {"Origin": f"http://{host}" if host else self.base, "Accept": "text/html"}
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            data = b""
        url = f"{self.base}{path}" if raw else f"{self.base}/v1{path}"
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()[:300]}") from error
        return text if raw or not text else json.loads(text)

    def claim(self, link, host=None):
        """Opens an operator's link, and gives the key that the page shows."""
        page = self.ask("POST", "/operator/" + link.rsplit("/", 1)[1], host=host, raw=True)
        return re.search(r"nxk_[\w-]+", page).group(0)

    def furnish(self):
        """Everything that there is in a shop, once; remembers tokens, and ids by the names of the paths' parameters."""
        link = re.search(r"/operator/nxc_[\w-]+", self.said()).group(0)
        operator = self.claim(link)
        office = lambda method, path, body=None: self.ask(method, "/admin" + path, body, operator)
        money = lambda minor: {"minor": minor, "currency": "USD"}
        server = office("POST", "/servers", {"name": "Frankfurt", "kind": "memory", "config": {"name": "f"}, "region": "DE"})
        plan = office("POST", "/plans", {
            "name": "Month", "days": 30, "traffic_bytes": 10 << 30, "devices": 2, "on_sale": True,
            "prices": [money(5 * DOLLAR)],
        })
        pack = office("PUT", "/packs", {
            "kind": "traffic", "name": "More", "amount": 1 << 30, "prices": [money(DOLLAR)], "on_sale": True,
        })
        gateway = office("POST", "/gateways", {
            "kind": "sandbox", "name": "Play money", "config": {"secret": secrets.token_hex(16)},
        })
        office("PATCH", f"/gateways/{gateway['gateway_id']}", {"enabled": True})
        office("PATCH", "/shop", {"trial_plan_id": plan["plan_id"]})
        made = self.ask("POST", "/accounts", {})
        customer, user = made["session"]["token"], made["session"]["user_id"]
        office("POST", f"/users/{user}/wallet/corrections", {"amount": money(1000 * DOLLAR)})
        buy = lambda **more: self.ask("POST", "/orders", {"plan_id": plan["plan_id"], **more}, customer)
        paid = buy(purpose="new", method="wallet")
        gift = buy(purpose="new", gift=True, method="wallet")
        waiting = buy(purpose="new", method=gateway["gateway_id"])
        for _ in range(100):
            paid = self.ask("GET", f"/orders/{paid['order_id']}", token=customer)
            if paid["state"] == "fulfilled":
                break
            time.sleep(0.1)
        ticket = self.ask("POST", "/tickets", {"subject": "Help", "text": "Nothing connects."}, customer)
        wares = office("POST", "/wholesale", {
            "name": "Gold", "prices": [{"plan_id": plan["plan_id"], "price": money(3 * DOLLAR), "free": False}],
        })
        branch = office("POST", "/resellers", {
            "shop_name": "Branch", "currency": "USD", "locale": "en", "hosts": ["branch.example"],
            "terms": {"list_id": wares["list_id"], "dunning": False},
        })
        reseller = self.claim(branch["claim_link"], host="branch.example")
        office("POST", f"/users/{branch['reseller']['user_id']}/wallet/corrections", {"amount": money(1000 * DOLLAR)})
        self.ask("POST", "/admin/supply/wares", {
            "plan_id": plan["plan_id"], "prices": [money(7 * DOLLAR)], "on_sale": True,
        }, reseller, "branch.example")
        self.known = {
            "base": self.base,
            "tokens": {"operator": operator, "customer": customer, "reseller": reseller},
            "ids": {
                "server_id": [server["server_id"]], "plan_id": [plan["plan_id"]], "pack_id": [pack["pack_id"]],
                "gateway_id": [gateway["gateway_id"]], "user_id": [user],
                "order_id": [o["order_id"] for o in (paid, gift, waiting)],
                "payment_id": [waiting["payment"]["payment_id"]],
                "subscription_id": [paid["subscription_id"]], "ticket_id": [ticket["ticket"]["ticket_id"]],
                "list_id": [wares["list_id"]], "reseller_id": [branch["reseller"]["reseller_id"]],
                "group_id": [server["group_id"]] if server.get("group_id") else [],
                "method": ["wallet", gateway["gateway_id"]],
            },
        }
        return self.known
