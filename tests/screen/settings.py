# SPDX-License-Identifier: Apache-2.0
"""Settings at a real terminal: a value is changed and saved, screen and sale
follow at once, the file keeps its comments, and a new start has it."""
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import COLA, Shop, done, ok, require, workdir  # noqa: E402

require()
shop = Shop(workdir(), conf={"sale": {"not_on_file": "line"}})
conf = Path(shop.path) / "holdfast.conf"
conf.write_text("# mine: leave this\n" + conf.read_text() + "# and this\n")
shop.must("config", "apply", "--store", shop.path)
before = conf.read_text()


def active():
    return shop.must("config", "show", "--store", shop.path)


s = shop.register(term="xterm-256color")
s.keys(*"ST").press("Enter").see("SETTINGS").keys("3").press("PageDown")
s.see("sale.not_on_file").press("Right").see("* stop").settle()
ok(active() == before, "nothing is active before it is saved", s.shown())
s.press("F4").see("* (").settle()
ok(active() == before, "F4: as it is without a line, not active either", s.shown())
s.press("Escape").see("Undone").press("F3").see("TEST OF THE KEYS").press("Escape", "Escape")
s.see("SETTINGS").press("Right").see("* stop").settle()
s.press("F10").see("active from now on").settle()
want = before.replace("not_on_file = line", "not_on_file = stop")
ok(conf.read_text() == want, "one word of the file has changed", conf.read_text())
ok(active() == want, "and it is the active text")
s.press("Escape").see("ITEM >").scan("99999999").see("NOT ON FILE").settle()
ok(not s.shows("??"), "the next code follows it", s.shown())
s.press("Escape").settle()

s.keys(*"ST").press("Enter").see("SETTINGS").press("Right", "Right").see("* stacked")
s.press("F10").see("active from now on").press("Escape").settle()
s.scan(COLA).settle()
ok(not any(line[56:57] == "|" for line in s.lines()[2:14]),
   "the layout changes under the running screen", s.shown())
s.keys(*"ST").press("Enter").see("SETTINGS").press("Right").press("F10")
s.see("A sale is open").press("Escape").see("Undone").press("Escape").settle()
ok("layout = stacked" in active(), "not with a sale open", s.shown())
s.kill()

s = shop.register(term="xterm-256color")
s.see("Cola").settle()
ok("layout = stacked" in active() and active() == conf.read_text(),
   "after kill -9 file and configuration are the same", active())
s.kill()

other = Path(shop.path).parent / "other.conf"
other.write_text(active().replace("stacked", "panel"))
p = json.loads(shop.must("config", "apply", other, "--store", shop.path,
                         "--json"))
ok(p["ok"] and conf.read_text() == other.read_text(),
   "config apply FILE brings the store's own file along", conf.read_text())
conf.write_text(conf.read_text() + "# not applied yet\n")
other.write_text(active().replace("panel", "reader"))
p = json.loads(shop.must("config", "apply", other, "--store", shop.path,
                         "--json"))
ok(p.get("edited") and "not applied yet" in conf.read_text(),
   "but not over an edit", conf.read_text())

# rules are many: a row each, and how many are active
rules = Path(shop.path).parent / "rules.conf"
rules.write_text("".join(
    f"[promotion P{i}]\nname = Number {i}\nitems = {i}\nbuy = 3\nfree = 1\n"
    for i in range(1, 501)) + "[deposit D25]\nprice = 0.25\n")
conf.write_text(active())
other.write_text(active().replace("reader", "panel"))
shop.must("config", "apply", other, rules, "--store", shop.path)
s = shop.register(term="xterm-256color")
s.see("ITEM >").keys("CN").press("Enter").settle()
s.keys(*"ST").press("Enter").see("SETTINGS").keys("9").press("PageDown")
s.see("promotion P1 ").see("Number 1").see("free = 1")
s.see("price lists 0, promotions 500, coupons 0, deposits 1").press("End")
s.see("deposit D25").see("price = 0.25").press("Right").see("Only shown here")
s.settle()
ok(s.shows("[deposit D25]"), "five hundred promotions are listed", s.shown())
s.kill()

v = json.loads(shop.must("verify", "--store", shop.path, "--json"))
ok(v["ok"], "and all of it verifies", v)
done()
