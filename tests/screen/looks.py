# SPDX-License-Identifier: Apache-2.0
"""Colors, lines and a process that is stopped: the cells are the same in all
colors and none, frames can be drawn as the terminal draws lines, after SIGTSTP
and SIGCONT, or a stop that cannot be caught, the terminal is right, and a slow
line has its layout.
"""
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (HOLDFAST, MILK, SHAMPOO, Screen, Shop, done, mask, ok,  # noqa: E402
                require, workdir)

LINES = str.maketrans("\u2500\u2502\u250c\u2510\u2514\u2518", "-|++++")


def shop_with(shop, name, conf):
    other = shop.copy(name)
    other.configure({"display": conf})
    return other


def walk(shop, args=(), **how):
    """What a sale and a frame show."""
    s = shop.register(*args, **how)
    s.scan(MILK, SHAMPOO).see("Shampoo")
    s.settle()
    shown = mask(s.shown())
    s.press("F3")
    s.see("NOT ADDED").settle()
    shown += "\n" + mask(s.shown())
    s.kill()
    return shown


def stopped(shop):
    s = shop.register(term="xterm-256color")
    s.scan(MILK).see("> 1 ")
    s.settle()
    s.signal(signal.SIGTSTP)
    s.gone("ITEM >")
    ok(True, "SIGTSTP gives the terminal back")
    # the terminal is given back first: gone on before it stopped, it would
    # stop for good
    while Path(f"/proc/{s.pid()}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
        time.sleep(0.01)
    s.cont()
    s.see("> 1 ")
    s.keys("KP4").see("ITEM > 4")
    ok(True, "SIGCONT takes it again, the keypad has digits")
    s.press("Escape")
    s.stop()
    s.scan(SHAMPOO)
    s.cont()
    s.see("> 2 ")
    ok(True, "what was typed while it was stopped is there")
    s.signal(signal.SIGTERM)
    ok(s.wait() == "exit 0", "and it ends in order")
    s.close()


def slow_line(shop):
    """A line of 9600 bits a second has the stacked layout without being told."""
    for speed, text in (("9600", "TOTAL   "), ("38400", "TOTAL DUE")):
        s = Screen(["sh", "-c", f"stty {speed}; exec '{HOLDFAST}' --store "
                    f"'{shop.path}'"], term="vt220").see("ITEM >")
        s.scan(MILK).see(text)
        ok(True, f"{speed} bits a second: {text.strip()}")
        s.keys(*"CN").press("Enter").keys(*"CN").press("Enter")
        s.kill()


def main():
    require()
    shop = Shop(workdir())
    plain = ("mono", {"colors": "mono"}, {"term": "xterm-256color"})
    runs = [plain] + [
        (name, conf, {"term": term}) for name, conf, term in (
            ("256", {"colors": "256"}, "xterm-256color"),
            ("8", {"colors": "8"}, "xterm-256color"),
            ("8-linux", {"colors": "auto"}, "linux"),
            ("contrast", {"colors": "contrast"}, "xterm-256color"),
            ("contrast-putty", {"colors": "contrast"}, "putty"),
            ("utf-8", {"lines": "utf-8"}, "xterm-256color"),
            ("acs", {"lines": "acs"}, "xterm-256color"))]
    shops = [shop_with(shop, "shop-" + name, conf) for name, conf, _ in runs]
    with ThreadPoolExecutor(len(runs)) as pool:
        shown = list(pool.map(lambda x: walk(x[0], **x[1][2]), zip(shops, runs)))
    ok(shown[0].isascii(), "frames are ASCII unless told otherwise")
    for (name, _, _), what in zip(runs[1:], shown[1:]):
        ok(what.translate(LINES) == shown[0], f"the same cells, {name}",
           what + "\n" + shown[0])
        if name in ("utf-8", "acs"):
            ok("\u2500" in what and "\u2502" in what, f"real lines, {name}", what)
    stopped(shop)
    slow_line(shop.copy("shop-slow"))
    done()


main()
