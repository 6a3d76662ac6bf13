#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A kitchen's orders over kill -9 and a stop while its printer has no paper:
each sale's order comes out, once; what may be there already says so."""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
from paper import HOLDFAST, SIM, Talk, ok, points, text, wait_for  # noqa: E402


def main():
    top = tempfile.mkdtemp(prefix="orders")
    shop, paper = f"{top}/shop", f"{top}/orders"
    subprocess.run([HOLDFAST, "init", "--store", shop, "--shop", "CORNER",
                    "--register", "R01", "--currency", "EUR", "--prices",
                    "included", "--tax", "A=19%", "--key-file",
                    f"{top}/key"], check=True, stdout=subprocess.DEVNULL)
    kitchen = Talk(SIM, "escpos", "--unix", f"{top}/k", "-o", "profile=epson",
                   "--paper", paper)
    ok(kitchen.until("ready as"), "a kitchen's printer")
    with open(f"{shop}/holdfast.conf", "a", encoding="utf-8") as f:
        f.write("\n[printer]\ndriver = escpos\n"
                f"port = file:{top}/receipts\n"
                f"[device kitchen]\ndriver = escpos\nport = unix:{top}/k\n"
                "profile = epson\norders = 10\nflow = none\n")
    subprocess.run([HOLDFAST, "config", "apply", "--store", shop], check=True,
                   stdout=subprocess.DEVNULL)

    def events(kind):
        out = subprocess.run([HOLDFAST, "export", "events", "--store", shop],
                             capture_output=True, text=True, check=False)
        every = [json.loads(x) for x in out.stdout.splitlines() if x]
        return [e["data"] for e in every if kind in e["type"]]

    def ring():
        return Talk(HOLDFAST, "ring", "--store", shop, "--key-file",
                    f"{top}/key")

    def tickets(number):
        return text(paper).count(number)

    r = ring()
    r.tell("100DP10", "TL", "CA")
    ok(wait_for(lambda: tickets("R01-000001") == 1), "an order")
    ok(wait_for(lambda: [e["outcome"] for e in events("order.printed")] ==
                ["printed"]), "is recorded as printed, without another act",
       events("order.printed"))
    ok(events("sale.completed")[0].get("orders") == "kitchen",
       "the sale says who has a part of it")

    kitchen.tell("paper out")
    ok(kitchen.until("told: paper out"), "no paper")
    r.tell("200DP10", "TL", "CA", "300DP10", "TL", "CA")
    ok(r.until("R01-000003"), "selling goes on")
    r.p.kill()
    r.p.wait(120)
    ok(tickets("R01-000002") == 0, "killed: nothing came out", text(paper))

    r = ring()
    r.tell("400DP10", "TL", "CA")
    ok(r.until("R01-000004"), "another start, and a sale", r.said)
    ok(tickets("R01-000004") == 0, "still no paper")
    ok(r.end() == 0, "a proper end")

    r = ring()
    kitchen.tell("paper ok")
    ok(wait_for(lambda: all(tickets(f"R01-00000{i}") == 1
                            for i in (1, 2, 3, 4))),
       "with paper all orders come", text(paper))
    ok(wait_for(lambda: len([e for e in events("order.printed")
                             if e["outcome"] == "printed"]) == 4),
       "and are known to be printed", events("order.printed"))
    r.tell("500DP10", "TL", "CA")
    ok(wait_for(lambda: tickets("R01-000005") == 1), "then the next one")
    ok(wait_for(lambda: len([e for e in events("order.printed")
                             if e["outcome"] == "printed"]) == 5),
       "which is recorded, too")
    r.p.kill()
    r.p.wait(120)
    r = ring()
    r.tell("600DP10", "TL", "CA")
    ok(wait_for(lambda: tickets("R01-000006") == 1), "after another kill")
    ok(r.end() == 0, "the end")
    ok([tickets(f"R01-00000{i}") for i in range(1, 7)] == [1] * 6,
       "every order exactly once", text(paper))
    check = subprocess.run([HOLDFAST, "verify", "--store", shop],
                           capture_output=True, text=True, check=False)
    ok('"ok":true' in check.stdout, "everything holds", check.stdout)
    rebuilt = subprocess.run([HOLDFAST, "rebuild", "--store", shop],
                             capture_output=True, text=True, check=False)
    ok(rebuilt.returncode == 0, "and is the same made anew", rebuilt.stderr)
    kitchen.p.terminate()
    kitchen.p.wait(120)
    print(f"1..{len(points)}")
    return 0 if all(points) else 1


if __name__ == "__main__":
    sys.exit(main())
