# SPDX-License-Identifier: Apache-2.0
"""Colors, lines and a process that is stopped: the cells are the same in all
colors and none, frames can be drawn as the terminal draws lines, and after
SIGTSTP and SIGCONT, or a stop that cannot be caught, the terminal is right.
"""
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import MILK, SHAMPOO, Shop, done, mask, ok, require, workdir  # noqa: E402

LINES = str.maketrans("\u2500\u2502\u250c\u2510\u2514\u2518", "-|++++")


def shop_with(shop, name, conf):
    other = shop.copy(name)
    with open(other.path / "holdfast.conf", "a", encoding="utf-8") as f:
        f.write("\n[display]\n" + conf)
    other.must("config", "apply", "--store", other.path)
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


def main():
    require()
    shop = Shop(workdir())
    plain = ("mono", "colors = mono\n", {"term": "xterm-256color"})
    runs = [plain] + [
        (name, conf, {"term": term}) for name, conf, term in (
            ("256", "colors = 256\n", "xterm-256color"),
            ("8", "colors = 8\n", "xterm-256color"),
            ("8-linux", "colors = auto\n", "linux"),
            ("contrast", "colors = contrast\n", "xterm-256color"),
            ("contrast-putty", "colors = contrast\n", "putty"),
            ("utf-8", "lines = utf-8\n", "xterm-256color"),
            ("acs", "lines = acs\n", "xterm-256color"))]
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
    done()


main()
