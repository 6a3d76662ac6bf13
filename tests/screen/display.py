# SPDX-License-Identifier: Apache-2.0
"""The customer's display: on a second tty that is another program's own, and on
small devices; in the shop's language from the first word to the last, with any
product's name, and never waited for."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (COLA, HOLDFAST, MILK, PATIENCE_MS, Screen, Shop, cases,  # noqa: E402
                ok, require, workdir)

NAMES = {"2000": "Große Tüte Nüsse", "2001": "緑茶 おいお茶", "2002": "½ L “Øl”",
         "2003": "\u202eevil\u202c\x1b[2J\x07name", "2004": "Nuss\u0308e\u0301 🍎 x"}
PRODUCTS = ("code,name,price,tax,department\n"
            f"{COLA},Cola can,0.89,A,20\n{MILK},Whole milk,1234.50,B,10\n" +
            "".join(f'{c},"{n}",2.50,A,20\n' for c, n in NAMES.items()))


class Tty:
    """A terminal that is a shell's own, and a display put on it."""

    def __init__(self, shop, locale="C.UTF-8", rows=12, cols=40):
        name = Path(f"{shop.path}.tty")
        name.unlink(missing_ok=True)
        self.screen = Screen(["sh", "-c", f"tty >'{name}.new'; mv '{name}.new' '{name}'; "
                              "exec sleep 600"], rows=rows, cols=cols)
        until(name.exists)
        env = {**os.environ, "TERM": "vt100", "LC_ALL": locale}
        self.display = subprocess.Popen(
            [HOLDFAST, "display", "--store", shop.path, "--tty",
             name.read_text().strip()], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)

    def end(self):
        self.display.kill()
        self.display.wait()
        self.screen.close()


def until(condition):
    end = time.monotonic() + PATIENCE_MS / 1000
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def second_tty(shop):
    t = Tty(shop)
    t.screen.see("GESCHLOSSEN").see("CORNER MARKET")
    ok(True, "before the register: closed, in the shop's language")
    s = shop.register(until=">")
    t.screen.see("WILLKOMMEN")
    s.scan(COLA)
    t.screen.see("Cola can").see("SUMME")
    s.scan(MILK)
    t.screen.see("Whole milk").see("1.234,50").settle()
    digits = t.screen.lines()
    ok(sum("_|" in r for r in digits) >= 2, "the total is large", "\n".join(digits))
    s.press("+")
    t.screen.see("BITTE ZAHLEN")
    s.press("Enter")
    t.screen.see("VIELEN DANK")
    ok(True, "item, total, to pay and change on a tty of another program")

    t.screen.size(5, 20).like("VIELEN DANK").settle()
    rows = t.screen.lines()
    ok(len(rows) == 5 and max(map(len, rows)) <= 20, "it takes another size on",
       "\n".join(rows))
    t.screen.size(12, 40).settle(1300)  # it looks at the size every second
    t.screen.mark()
    time.sleep(2.2)
    ok(t.screen.bytes() == 0, "nothing is sent while nothing happens")

    # a display that takes nothing
    t.screen.stall()
    for _ in range(40):
        s.scan(COLA, MILK)
    s.see(">80").settle()
    ok(True, "the register does not wait for a stalled display")
    t.screen.resume()
    t.screen.see("Whole milk").see("SUMME").settle()
    ok(t.screen.shows("Whole milk"), "and it shows the newest once it reads")

    s.kill()
    t.screen.see("GESCHLOSSEN").gone("SUMME")
    ok(True, "a killed register is closed, in its language")
    s = shop.register(until=">")
    t.screen.see("SUMME")
    ok(True, "and what is open comes back")
    t.screen.send("q")
    ok(t.display.wait(PATIENCE_MS / 1000) == 0, "q ends it")
    t.end()

    t = Tty(shop)
    t.screen.see("SUMME")
    t.screen.close()
    ok(t.display.wait(PATIENCE_MS / 1000) == 0, "so does a terminal that is gone")
    ok(s.press("F1").see("TASTEN") is s, "and the register goes on")
    s.kill()


def names(shop):
    """Every name on a second tty, in both kinds of locale, and as raw bytes."""
    for locale, want in (
            ("C.UTF-8", ("Große Tüte Nüsse", "緑茶 おいお茶", "½ L “Øl”", "evil[2Jname",
                         "Nus\u0073\u0308\u00e9 🍎 x")),
            # what is two cells wide keeps both
            ("C", ("Grose Tute Nusse", "? ?  ? ? ? ?", '? L "Ol"', "evil[2Jname",
                   "Nusse ?  x"))):
        t = Tty(shop, locale=locale)
        s = shop.register(until=">")
        for code, name in zip(NAMES, want):
            s.keys(*code).press("Enter")
            t.screen.see("2,50").see("SUMME").settle()
            head = [r for r in t.screen.lines() if "2,50" in r]
            got = head[0].strip().removesuffix("2,50").strip() if head else ""
            ok(got == name, f"{name!r} in {locale}", t.screen.shown())
        s.keys(*"CN").press("Enter").keys(*"CN").press("Enter").settle()
        s.kill()
        t.end()


def device(shop, training=False):
    """Two rows of twenty, and four."""
    for size in ("2x20", "4x20"):
        rows, cols = map(int, size.split("x"))
        line = Path(f"{shop.path}.vfd{size}")
        line.unlink(missing_ok=True)
        d = subprocess.Popen([HOLDFAST, "display", "--store", shop.path, "--device",
                              f"file:{line}", "--size", size])

        def last():
            data = line.read_bytes() if line.exists() else b""
            data = data[-(1 + rows * cols):]
            if len(data) < 1 + rows * cols or data[0] != 0x0c:
                return []
            return [data[1 + cols * i:1 + cols * (i + 1)].decode("ascii")
                    for i in range(rows)]

        def shows(*words):
            return until(lambda: all(any(w in r for r in last()) for w in words))

        ok(shows("GESCHLOSSEN"), f"closed, {size}", last())
        verb = ("train",) if training else ()
        s = shop.register(*verb, until=">")
        ok(shows("WILLKOMMEN"), f"welcome, {size}", last())
        for code, name in (("2000", "Grosse"), ("2002", '1/2 L "Ol"'),
                           ("2003", "evil[2Jname")):
            s.keys(*code).press("Enter")
            want = ("TRAINING", "2,50") if training and rows == 2 else (name, "2,50")
            ok(shows(*want, "SUMME"), f"{want[0]}, {size}", last())
        if training:
            ok(shows("TRAINING"), f"training, {size}", last())
        s.press("+", "Enter")
        ok(shows("VIELEN DANK"), f"the change, {size}", last())
        data = line.read_bytes()
        ok(all(b == 0x0c or 0x20 <= b < 0x7f for b in data),
           f"nothing but form feeds and ASCII, {size}")
        s.kill()
        ok(shows("GESCHLOSSEN"), f"closed again, {size}", last())
        d.send_signal(signal.SIGTERM)
        ok(d.wait() == 0, f"ends in order, {size}")


def main():
    require()
    base = workdir()
    shop = Shop(base, products=PRODUCTS, conf={
        "locale": {"language": "de", "format": "de_DE"}})
    cases((second_tty, shop.copy("a")), (names, shop.copy("b")),
          (device, shop.copy("c")), (device, shop.copy("d"), True))


main()
