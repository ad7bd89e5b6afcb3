#!/usr/bin/env python3
"""Asks the real program everything that its OpenAPI document allows and much that it does not, and fails on a 5xx, on a
status, content type, header or body that the document does not tell of, and on wrong data that is taken.

    run.py --nexa target/debug/nexa [--cases 2000] [--seed 1]

An operator, a customer and a reseller ask in turn. Needs schemathesis (requirements.txt) in the Python that runs this.
What stands behind the options is given to schemathesis.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from shop import Shop

HERE = Path(__file__).resolve().parent
# The share of the cases that each makes.
ROLES = {"operator": 0.5, "customer": 0.3, "reseller": 0.2}
# What these take would have the shop call browsers' makers and Telegram.
OUTSIDE = ["--exclude-operation-id", "pushOn", "--exclude-operation-id", "adminSetTelegram"]
# The office refuses customers before it reads what they sent.
LEFT_OUT = {"customer": ["--exclude-path-regex", "^/admin/"]}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nexa", required=True, type=Path, help="the program")
    parser.add_argument("--cases", default=2000, type=int, help="how many, about and at least")
    parser.add_argument("--seed", default=1, type=int, help="repeats a run")
    parser.add_argument("--reports", type=Path, help="a folder for what schemathesis writes down")
    return parser.parse_known_args()


def ask_as(role, shop, folder, reports, cases, seed, more):
    """Runs until there were so many cases; gives what they came to."""
    total = {"cases": 0, "failures": 0, "errors": 0, "operations": 0, "seconds": 0}
    while total["cases"] < cases:
        number = seed + total["cases"]
        report = Path(reports, f"{role}-{number}.json").resolve()
        began = time.monotonic()
        # A few cases of each operation at a time, until there are enough of all.
        command = [
            str(Path(sys.executable).with_name("st")), "--config-file", str(HERE / "schemathesis.toml"), "run",
            f"{shop.base}/openapi.json", "--origin", shop.base, "--seed", str(number),
            "--max-examples", str(max(1, min(40, (cases - total["cases"]) // 350))),
            "--report", "json", "--report-json-path", str(report), *OUTSIDE, *LEFT_OUT.get(role, []), *more,
        ]
        if cases < 3000 and "--phases" not in more:
            command += ["--phases", "fuzzing"]
        environment = os.environ | {
            "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "NEXA_ROLE": role,
            "NEXA_KNOWN": str(Path(folder, "known.json")),
        }
        done = subprocess.run(command, env=environment, cwd=folder, check=False)
        told = json.loads(report.read_text(encoding="utf-8"))
        total["cases"] += told["test_cases"]["generated"]
        total["failures"] += told["test_cases"]["unique_failures"]
        total["errors"] += told["test_cases"]["errored"] + len(told["errors"])
        total["operations"] = max(total["operations"], told["operations"]["tested"])
        total["seconds"] += round(time.monotonic() - began)
        if done.returncode or not told["test_cases"]["generated"]:
            total["failures"] = max(total["failures"], 1)
            break
    return total


def main():
    wish, more = arguments()
    totals = {}
    with tempfile.TemporaryDirectory() as folder:
        for role, share in ROLES.items():
            home = Path(folder, role)
            home.mkdir()
            # A shop for each, as furnished.
            with Shop(wish.nexa.resolve(), home) as shop:
                Path(home, "known.json").write_text(json.dumps(shop.furnish()), encoding="utf-8")
                totals[role] = ask_as(role, shop, home, wish.reports or home, round(wish.cases * share), wish.seed, more)
                alive = shop.process.poll() is None
                panics = shop.said().count("panicked")
                if not alive or panics:
                    print(shop.said()[-4000:])
                    totals[role]["failures"] += 1
    print()
    for role, of in totals.items():
        print(f"{role:9}" + ", ".join(f"{number} {name}" for name, number in of.items()))
    cases, failures = (sum(of[name] for of in totals.values()) for name in ("cases", "failures"))
    errors = sum(of["errors"] for of in totals.values())
    print(f"schemathesis: {cases} cases, {failures} failures, {errors} errors")
    sys.exit(bool(failures or errors))


if __name__ == "__main__":
    main()
