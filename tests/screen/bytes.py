# SPDX-License-Identifier: Apache-2.0
"""What a scan costs on a slow line: at most 200 bytes in the stacked layout, while
the list has room and when it scrolls, also with long names, and when it completes
a deal.  Beside a panel, which no terminal scrolls, lines stay where they are, so that
a full list costs little more than one with room.
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import PRODUCTS, Shop, cases, diag, ok, require, workdir  # noqa: E402

BAR = 200
LONG = ("2000000000015", "2000000000022", "2000000000039")
NAMES = ("Organic whole grain breakfast cereal with raisins 750 g",
         "Extra virgin olive oil cold pressed first harvest 500 ml",
         "Hand soap refill pouch lavender and rosemary 1000 ml")
DEAL = "4008452011007"
SHORT = ("4311501000014", "5449000000996", "4012345670097", "4006040012344")


def clock(register):
    return register.shown().splitlines()[0].split()[-1]


def scans(register, codes, n):
    """Bytes of each of n scans, but of one during which the minute turns: the
    clock is sent with it."""
    cost = []
    for i in range(n):
        code = codes[i % len(codes)]
        if code == register.last_code:
            register.settle(260)  # or the two are one
        was = clock(register)
        register.mark()
        register.scan(code)
        register.like(r">\s*%d " % (register.lines_sold + 1))
        register.settle(60)
        register.lines_sold += 1
        register.last_code = code
        sent = register.bytes()
        if clock(register) == was:
            cost.append(sent)
    return cost


def stacked(shop, term):
    register = shop.copy("shop-" + term).register(
        "--layout", "stacked", term=term)
    register.lines_sold, register.last_code = 0, None
    first = scans(register, SHORT, 1)
    room = scans(register, SHORT, 5)
    long = scans(register, LONG, 4)
    scans(register, SHORT, 5)
    full = scans(register, SHORT, 4) + scans(register, LONG, 4)
    deal = scans(register, (DEAL,), 6)
    for name, cost in (("with room", room), ("of long names", long),
                       ("when it is full", full), ("for a deal", deal)):
        ok(max(cost) <= BAR, f"{term}: a scan {name}, {max(cost)} bytes", cost)
    diag(f"{term}: the first {first}, then {room}, long {long}, full {full}, deal {deal}")
    register.kill()


def panel(shop, rows, cols):
    page, half = rows - 10, (rows - 10) // 2
    register = shop.copy(f"panel-{rows}").register(
        "--layout", "panel", rows=rows, cols=cols, term="vt220")
    register.lines_sold, register.last_code = 0, None
    scans(register, SHORT, 2)
    room = scans(register, SHORT, page - 2)
    full = scans(register, SHORT, page - half)
    mean = [sum(cost) / len(cost) for cost in (room, full)]
    ok(mean[1] <= 1.2 * mean[0], f"panel {cols}x{rows}: a scan with room {mean[0]:.0f} "
       f"bytes, when it is full {mean[1]:.0f}, at most {max(full)}", (room, full))
    register.kill()


def main():
    require()
    more = "".join(f"{c},{n},12.99,A,20\n" for c, n in zip(LONG, NAMES))
    shop = Shop(workdir(), products=PRODUCTS + more, conf={"promotion three": {
        "name": "3 for 2", "items": DEAL, "buy": "3", "free": "1"}})
    cases((panel, shop, 50, 132),
          *((stacked, shop, term) for term in ("vt220", "linux", "xterm-256color")),
          (panel, shop, 24, 80), at_once=5)


main()
