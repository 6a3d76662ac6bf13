# SPDX-License-Identifier: Apache-2.0
"""Every screen as a real terminal shows it, against tests/screen/captures.

A row a screen; the same walks in every terminal, size and locale.
UPDATE_CAPTURES=1 rewrites the files: look at each before accepting one.

A file holds the screen's text, the cursor, and (below, without what is plain)
how the cells look in mono: 1 bold, 2 underlined, 4 reverse, added up.
NAME.SIZE.txt, NAME.stacked.txt, NAME.reader.txt and NAME.c.txt are what differs
in another size, layout and in the C locale; where there is none, NAME.txt holds
there too.  In every terminal the same cells must show: there are no files for
those.  SCREENS says where each screen of the program is.
"""
import difflib
import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
from vt import (AGED, COLA, HOLDFAST, MILK, SHAMPOO, OIL, UNKNOWN, WINE, Late,  # noqa: E402
                Screen, Shop, SRC, diag, done, mask, ok, require, workdir)

CAPTURES = SRC / "tests/screen/captures"
UPDATE = bool(os.environ.get("UPDATE_CAPTURES"))


def scan(*codes):
    return lambda s: s.scan(*codes)


# Of the shop with people, made with it.
EMERGENCY = []


def glass(s):
    s.press(f"BG {EMERGENCY[0]} Eva is ill")


# Not every terminal has more than four function keys.
F5, F7, F8 = ("Ctrl-F", "5"), ("Ctrl-F", "7"), ("Ctrl-F", "8")

# name, what is pressed since the row before, a text that shows when it is there.
# The walk goes on from row to row: leave what the next one does not want.
WALK = (
    ("ready", (), "Scan an item"),
    ("sale", (scan(MILK, MILK), "12*", scan(COLA), "4017", "Enter",
              scan(SHAMPOO, OIL)), "Olive oil"),
    ("sale-selected", ("Up", "Up"), ">"),
    ("sale-scrolled", ("Down", "Down", scan(*(MILK, COLA, OIL) * 5)), ">20"),
    ("sale-other-scripts", (scan("4009900484367", "4901777018686"),), ">22"),
    ("prompt", ("12*4017",), "ITEM > 12*4017"),
    ("help", ("Escape", "F1"), "PgDn"),
    ("price-check", ("Escape", "F3", "4017", "Enter"), "Apples"),
    ("find", ("Escape", "/col"), "match"),
    ("not-on-file", ("Escape", "Escape", scan(UNKNOWN)), "NOT ON FILE"),
    ("held", (scan(COLA, "96385074"),), "HELD"),
    ("held-added", ("Escape",), ">24"),
    ("refused", ("99999VD", "Enter"), "WARN"),
    ("parked-one", ("Escape", *F5), "Scan an item"),
    ("parked-list", (scan(MILK), *F5, *F5), "PARKED"),
    ("recalled", F5, ">24"),
    ("pay", ("+",), "STILL DUE"),
    ("pay-part", ("2000", "Enter"), "Cash"),
    ("pay-entered", ("10000",), "CHANGE WILL BE"),
    ("change", ("Enter",), "CHANGE DUE"),
    ("receipt", ("R", "Enter"), "LAST RECEIPT"),
    ("x-report", ("Escape", "XR", "Enter"), "X"),
    ("count", ("Escape", "CT", "Enter", "1", "Enter", "40000*", "Enter", "4"), "BLIND COUNT"),
    ("counted", ("Enter", "+"), "RECORDED"),
    ("z-preview", ("Escape", "ZR", "Enter"), "BEFORE Z"),
    ("reports", ("Escape", "RT", "Enter"), "Sales by hour"),
    ("reports-time", ("15", "Enter"), "All days"),
    ("report", ("6", "Enter"), "TAXES"),
    ("tie-out", ("Escape", "8", "Enter"), "All of it agrees"),
    ("return-ask", ("Escape", "Escape", *F8), "GOODS COME BACK"),
    ("return", ("Enter", scan(MILK), "2*2", "Enter"), "TO REFUND"),
    ("refund", ("+",), "PAY"),
    ("refunded", ("Enter",), "is recorded"),
    ("next-sale", ("Escape", scan(COLA)), "Cola"),
    ("return-no-receipt", ("CN", "Enter", "CN", "Enter", *F8, *F8), "RETURN"),
)
# A shop with people, reasons, ages, and codes not on file as lines.
PEOPLE = (
    ("sign-on", (), "OPERATOR >"),
    ("sign-on-pin", ("7", "Enter"), "PIN"),
    ("signed-on", ("2580", "Enter"), "Ana"),
    ("age", (scan(COLA, WINE),), "AGE 18"),
    ("age-entered", ("1",), "looks over"),
    ("age-answered", ("Enter",), "> 2"),
    ("unknown-line", (scan(UNKNOWN),), "NOT ON FILE"),
    ("unknown-blocks", ("+",), "WARN"),
    ("unknown-box", ("Enter",), "Sell by department"),
    ("unknown-again", ("1",), "CODE >"),
    ("reason", ("Escape", "Escape", "-", scan(SHAMPOO), "299", *F7), "Damaged"),
    ("approval", ("1",), "SUPERVISOR"),
    ("approval-pin", ("1", "Enter"), "PIN"),
    ("approved", ("8341", "Enter"), "2.99"),
    ("locked", ("Ctrl-F", "="), "LOCKED"),
    ("unlocked", ("7", "Enter", "2580", "Enter"), "ITEM >"),
    ("menu", ("MG", "Enter"), "MENU"),
    ("menu-word", ("x",), "MENU"),
    ("armed", ("Escape", "Escape", "SV", "Enter"), "APPROVER >"),
    ("armed-next", ("1", "Enter", "8341", "Enter"), "MGR"),
    ("signed-off", ("SO", "Enter"), "OPERATOR >"),
    ("glass", (glass, "Enter"), "EMERGENCY CODE"),
)
TRAINING = (
    ("training", (), "TRAINING"),
    ("training-sale", (scan(MILK),), "Whole milk"),
    ("training-pay", ("+",), "Due EUR"),
    ("training-change", ("Enter",), "Change EUR"),
    ("training-over", ("TR", "Enter"), "ITEM >"),
)
F3, F4 = ("Ctrl-F", "3"), ("Ctrl-F", "4")
# A shop with prices by rules, goods by weight, and reasons for what is rare.
RULES = (
    ("deal", ("3*", scan(MILK), "2*", scan(COLA), "CO MAKER", "Enter"), "Coupon"),
    ("explain", ("EX", "Enter"), "WHERE THE PRICES COME FROM"),
    ("weigh", ("Escape", "4099", "Enter"), "Weigh Zander"),
    ("weighed", ("734WT", "Enter"), "0.734 kg"),
    ("tare", ("22TW", "Enter"), "22 g"),
    ("dept", ("Escape", scan(UNKNOWN), "3"), "> Amount"),
    ("dept-amount", ("149", "Enter"), "> Department"),
    ("ask-price", ("Escape", "Escape", scan(UNKNOWN), "4"), "> Amount"),
    ("stop-find", ("Escape", "Escape", scan(UNKNOWN), "2"), "FIND"),
    ("find-one", ("mil",), "DETAIL"),
    ("find-none", ("Ctrl-U", "zzzz"), "0 items"),
    ("check-empty", ("Escape", "Escape", "Escape", *F3), "NOT ADDED"),
    ("form", ("Escape", ".", "Enter", "30", "Enter"), "> Percent"),
    ("form-second", ("Escape", "Escape", ".", "Enter", "38", "Enter", "6", "Enter"),
     "> Drink or deposit"),
    ("help-filter", ("Escape", "Escape", "F1", "/", "par"), "FILTER > par"),
    ("split", ("Escape", "Escape", "3SP", "Enter"), "8.41"),
    ("pay-split", ("+",), "part 1 of 3"),
    ("pay-tenders", ("TT", "Enter"), "Coupon"),
    ("pay-back", ("Escape",), "ITEM >"),
    ("void", F4, "Void: Zander"),
    ("departments", ("149DP", "Enter"), "SALE BY DEPARTMENT"),
    ("leave", ("Escape", "SO", "Enter"), "SO once more"),
    ("cancel", ("CN", "Enter"), "CN once more"),
    ("cancelled", ("CN", "Enter"), "Sale cancelled"),
    ("no-sale-reason", ("NS", "Enter"), "WHY?"),
    ("paid-reason", ("Escape", "200PX", "Enter"), "WHY?"),
    ("paid-out", ("1",), "2.00"),
    ("audit", ("AL", "Enter"), "AUDIT LOG"),
    ("audit-filtered", ("paid", "Enter"), "paid"),
    ("settings", ("Escape", "Escape", "Escape", "ST", "Enter"), "SETTINGS"),
    ("settings-changed", ("Right",), "* panel"),
    ("test-keys", ("Escape", "Escape", "TK", "Enter", "-", "5", "*", scan(MILK, UNKNOWN)),
     "?? not on file"),
    ("z-refused", ("Escape", "Escape", "ZR", "Enter", "9", "Enter"), "WARN"),
    ("z-closed", ("Ctrl-U", "1", "Enter"), "Z REPORT 1"),
)


def glass(s):
    """The emergency code of this shop."""
    s.keys(*"BG ", *GLASS["code"], *" Eva is ill").settle()


GLASS = {}
# A shop whose day is opened by hand, with drawers that are somebody's, a draft
# of its settings, and an emergency code.
DAY = (
    ("day-sign-on", (), "OPERATOR >"),
    ("day-missing", ("7", "Enter", "2580", "Enter"), "Ana"),
    ("day-refused", (scan(MILK),), "No business day"),
    ("day-opened", ("OD", "Enter"), "is open"),
    ("no-drawer", (scan(COLA), "+", "Enter"), "drawer of your own"),
    ("shift-count", ("OS", "Enter", "1", "Enter"), "BLIND COUNT"),
    ("shift-opened", ("+",), "RECORDED"),
    ("shift-paid", ("Enter", "+", "Enter"), "is recorded"),
    ("hand-over-count", ("Escape", "HO", "Enter", "1", "Enter"), "BLIND COUNT"),
    ("hand-over", ("+",), "WHO TAKES THE DRAWER OVER?"),
    ("hand-over-pin", ("8", "Enter"), "PIN"),
    ("handed-over", ("2581", "Enter"), "has drawer 1 now"),
    ("day-sign-on-drawers", ("Enter", "SO", "Enter"), "Drawer 1"),
    ("emergency", ("7", "Enter", "2580", "Enter", "XR", "Enter",
                   "BG 12345-67890-12345-67890-12345-67890 Eva is ill"), "SUPERVISOR NEEDED"),
    ("emergency-wrong", ("Enter",), "no emergency code"),
    ("emergency-used", (glass, "Enter"), "approved by glass"),
    ("drafts", ("Escape", "CD", "Enter", "1", "Enter", "8341", "Enter"), "winter"),
    ("draft-struck", ("Enter",), "Once more approves"),
    ("draft-approval", ("Enter",), "SUPERVISOR NEEDED"),
    ("draft-active", ("1", "Enter", "8341", "Enter"), "DRAFTS"),
)

# Where a reader says it otherwise.  A key that may answer a box is kept back for
# a moment, and until then the screen before it stands still, too.
READER = {
    "sale-scrolled": "20 lines", "sale-other-scripts": "22 lines", "held-added": "24 lines",
    "recalled": "Back: 24 lines", "pay": "Enter = exact",
    "pay-entered": "Enter = Cash", "change": "is recorded", "count": "x 4 =",
    "counted": "counts again", "z-preview": "type 1 then Enter",
    "return": "2 comes back of line 2", "refund": "To pay out",
    "return-no-receipt": "Return without a receipt", "signed-on": "is signed on",
    "age-answered": "2 lines", "unknown-line": "Not on file", "armed-next": "Approved by 1",
    "training": "Step 1 of 9", "training-pay": "Enter = exact",
    "training-change": "is recorded", "dept": "amount first", "dept-amount": "sell in this",
    "ask-price": "amount first", "find-one": "Enter = sell #1", "form": "Percent, then",
    "form-second": "Drink or deposit, then", "reports": "Sales by day: This day", "departments": "Department 10",
    "day-missing": "is signed on", "shift-count": "counted 200.00",
    "shift-opened": "is yours, with", "hand-over-count": "counted 200.00",
    "day-sign-on-drawers": "is signed off", "emergency": "SUPERVISOR: X REPORT",
}
# These end with what is typed: it must stand there, the cursor behind it.
TYPED = ("prompt", "find", "pay-entered", "count", "age-entered", "menu-word", "find-one",
         "find-none", "help-filter")

# What differs from shop to shop and from version to version on those.
OF_RULES = (
    (re.compile(r"(?<=hash )[0-9a-f]{4}|(?<= )[0-9a-f]{4}$", re.M), "hash"),
    (re.compile(r"\b[0-9a-f]{9}[0-9a-f.]*[0-9a-f]{8}\b|(?<=configuration )[0-9a-f]{8}"),
     "version"),
    (re.compile(r"(holdfast|st) \d+\.\d+\.\d+"), "holdfast"),
    (re.compile(r"(?<=  )/\S+$", re.M), "PATH"))
OF_DAY = ((re.compile(r"(?<= )[0-9a-f]{8}(?=[ ,])"), "version."),)

# These are kept in 100x30, too; all are in 132x50, stacked, for a reader, in the
# C locale and on every terminal.
SIZED = ("ready", "sale", "sale-scrolled", "sale-other-scripts", "help", "find",
         "held", "pay", "pay-entered", "change", "receipt", "sign-on", "age",
         "unknown-line", "approval", "training-sale")

DISPLAY = ("display-closed", "display-ready", "display-item", "display-pay",
           "display-change")
ROWS = WALK + PEOPLE + TRAINING + RULES + DAY
# Where each screen of src/screen is captured.
SCREENS = {
    "age_ops": "age", "ask_ops": "form", "audit_ops": "audit", "again_ops": "unknown-again",
    "check_ops": "price-check", "count_ops": "count", "day_ops": "z-preview",
    "dept_ops": "dept", "depts_ops": "departments", "drafts_ops": "drafts",
    "filter_ops": "help-filter", "find_ops": "find", "help_ops": "help",
    "menu_ops": "menu", "parked_ops": "parked-list", "people_approve_ops": "approval",
    "people_arm_ops": "armed", "people_lock_ops": "locked",
    "people_pin_box_ops": "approval-pin", "people_pin_ops": "sign-on-pin",
    "people_reason_ops": "reason", "people_sign_ops": "sign-on", "probe_ops": "test-keys",
    "receipt_ops": "receipt", "reports_ops": "reports", "shown_ops": "report",
    "screen_pay_ops": "pay", "screen_ready_ops": "ready",
    "screen_return_ask_ops": "return-ask", "screen_return_blind_ops": "return-no-receipt",
    "screen_return_ops": "return", "screen_sale_ops": "sale", "settings_ops": "settings",
    "stop_ops": "not-on-file", "view_ops": "explain"}
# These want a device that answers: test_card.c, test_link.c and their like hold them, in every
# layout, against golden/.
BY_DEVICE = {"asked_ops": "card_asked", "sign_ops": "card_sign", "open_ops": "card_open",
             "devices_ops": "devices", "receipts_ops": "receipts",
             "sync_ops": "sync"}
TERMS = ("vt220", "linux", "xterm-256color", "screen", "tmux-256color", "putty")


def people_shop(base):
    base.mkdir()
    shop = Shop(base, products=AGED,
                conf={"sale": {"not_on_file": "line"},
                      "reasons price": {"1": "Damaged packaging", "3": "Shelf price"}})
    shop.must("user", "pin", "1", "--pin-fd", "0", "--store", shop.path, stdin="8341\n")
    shop.must("user", "add", "7", "--name", "Ana", "--pin-fd", "0", "--store", shop.path,
              stdin="2580\n")
    EMERGENCY.append(json.loads(shop.must("user", "glass", "--store", shop.path))["code"])
    return shop


def rules_shop(base):
    """Its fish is sold by the kilogram."""
    base.mkdir()
    head, *rows = AGED.splitlines()
    products = [head + ",unit", *(row + "," for row in rows),
                "4099,Zander fillet,29.90,B,10,,kg"]
    return Shop(base, products="\n".join(products) + "\n", conf={
        "reasons no_sale": {"1": "Change for a note", "2": "A colleague asked"},
        "reasons paid": {"1": "Window cleaner", "2": "Stamps"},
        "tender CP": {"name": "Coupon"},
        "promotion three": {"name": "3 for 2", "items": MILK, "buy": "3", "free": "1"},
        "deposit CAN": {"name": "Can", "price": "0.25", "tax": "A"},
        "pricelist happy": {"name": "Happy hour", COLA: "0.50"},
        "coupon maker": {"name": "Maker's own", "code": "MAKER", "kind": "maker",
                         "items": "all", "off": "0.30", "tender": "CP"}})


def day_shop(base):
    base.mkdir()
    shop = Shop(base, conf={"day": {"open": "hand", "shifts": "on"},
                            "drawer 2": {"warn_after": "60"}})
    store = ("--store", shop.path)
    shop.must("user", "pin", "1", "--pin-fd", "0", *store, stdin="8341\n")
    for number, name, role, pin in (("7", "Ana", "cashier", "2580"),
                                    ("8", "Ben", "cashier", "2581"),
                                    ("3", "Bo", "owner", "7351")):
        shop.must("user", "add", number, "--name", name, "--role", role,
                  "--pin-fd", "0", *store, stdin=pin + "\n")
    GLASS["code"] = json.loads(shop.must("user", "glass", "--json", *store))["code"]
    draft = base / "draft.conf"
    draft.write_text((shop.path / "holdfast.conf").read_text(encoding="utf-8")
                     .replace("B = 7%", "B = 5%"), encoding="utf-8")
    shop.must("config", "draft", draft, "--note", "winter, checked", "--as", "3",
              "--as-pin-fd", "0", *store, stdin="7351\n")
    return shop


def walk(steps, shop, verb=(), args=(), **how):
    """{name: (text and cursor, looks)}, and what went wrong."""
    shots, wrong = {}, []
    small, reader = how.get("rows", 24) < 24, "--reader" in args
    register = shop.register(*verb, *args, until="enlarge" if small else ">", **how)
    for name, keys, text in steps:
        try:
            register.play(keys)
            if not small:
                register.see(READER.get(name, text) if reader else text)
                if name in TYPED:
                    register.typed(keys[-1].lstrip("/"))
            register.settle(20)
        except Late as e:
            wrong.append(f"{name}: {e}")
            break
        row, col = register.cursor()
        shown = mask(register.shown())
        for pattern, plain in {RULES: OF_RULES, DAY: OF_DAY}.get(steps, ()):
            shown = pattern.sub(plain, shown)
        shots[name] = (shown + f"\n-- cursor {row + 1},{col + 1}\n",
                       "".join(f"{n:2} {line.rstrip('.')}\n"
                               for n, line in enumerate(register.looks(), 1)
                               if line.strip(".")))
    register.kill()
    return shots, wrong


def customer(shop):
    """What stands before the customer, on a screen and on two rows of 20 cells."""
    shots = {}
    display = Screen([HOLDFAST, "display", "--store", shop.path], rows=12, cols=40)

    def see(name, text):
        display.see(text).settle(60)
        shots[name] = (display.shown() + "\n", "".join(
            f"{n:2} {line.rstrip('.')}\n" for n, line in enumerate(display.looks(), 1)
            if line.strip(".")))

    see("display-closed", "CLOSED")
    register = shop.register()
    see("display-ready", "WELCOME")
    register.scan(MILK, COLA)
    see("display-item", "Cola")
    register.settle().keys("+")
    see("display-pay", "PLEASE PAY")
    register.settle().keys(*"1000").press("Enter")
    see("display-change", "THANK YOU")
    register.kill()
    display.close()
    return shots


def expected(name, variant):
    path = CAPTURES / f"{name}.{variant}.txt"
    if not variant or not path.exists():
        path = CAPTURES / f"{name}.txt"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def text_of(capture):
    """Without the looks."""
    head, cursor, rest = capture.partition("\n-- cursor ")
    return head + cursor + rest.partition("\n")[0] + "\n"


def compare(name, variant, want, got):
    if want == got:
        return []
    return list(difflib.unified_diff(want.splitlines(), got.splitlines(),
                                     f"{name} as accepted", f"{name} {variant}",
                                     lineterm="", n=1))


def keep(name, variant, whole):
    path = CAPTURES / (f"{name}.{variant}.txt" if variant else f"{name}.txt")
    base = CAPTURES / f"{name}.txt"
    if variant and base.exists() and base.read_text(encoding="utf-8") == whole:
        path.unlink(missing_ok=True)
    else:
        path.write_text(whole, encoding="utf-8")


def ours():
    """Not those of languages.py."""
    return [p for p in CAPTURES.glob("*.txt") if p.suffixes[0] not in (".de", ".fr")]


def main():
    require()
    base = workdir()
    plain = Shop(base)
    walks = ((WALK, plain, ()), (PEOPLE, people_shop(base / "people"), ()),
             (TRAINING, plain, ("train",)), (RULES, rules_shop(base / "rules"), ()),
             (DAY, day_shop(base / "day"), ()))
    runs = [("", {}), ("c", {"locale": "C"}),
            ("100x30", {"cols": 100, "rows": 30}),
            ("132x50", {"cols": 132, "rows": 50}),
            ("60x20", {"cols": 60, "rows": 20}),
            ("stacked", {"args": ("--layout", "stacked")}),
            ("reader", {"args": ("--reader",)})]
    runs += [(term, {"term": term}) for term in TERMS]

    only = os.environ.get("ONLY", "").split()  # "mono putty": these runs
    runs = [r for r in runs if not only or (r[0] or "mono") in only]

    def one(n, run):
        steps, shop, verb = walks[n]
        return walk(steps, shop.copy(f"{n}-{run[0] or 'mono'}"), verb, **run[1])

    def whole(run):
        shots, wrong = {}, []
        with ThreadPoolExecutor(len(walks)) as several:
            for more, bad in several.map(lambda n: one(n, run), range(len(walks))):
                shots.update(more)
                wrong += bad
        return shots, wrong

    with ThreadPoolExecutor(len(runs)) as pool:
        before = pool.submit(customer, plain.copy("display")) if not only else None
        found = list(pool.map(whole, runs))

    if UPDATE and not only and not any(wrong for _, wrong in found):
        for old in ours():
            old.unlink()
    CAPTURES.mkdir(exist_ok=True)
    for (variant, _), (shots, wrong) in zip(runs, found):
        bad = list(wrong)
        for name, _, _ in ROWS:
            if name not in shots or (
                    variant == "100x30" and name not in SIZED) or (
                    variant == "60x20" and name != "ready"):
                continue
            got = "".join(shots[name])
            if variant in TERMS:
                bad += compare(name, variant, text_of(expected(name, "")),
                               text_of(got))
                continue
            if UPDATE:
                keep(name, variant, got)
            diff = compare(name, variant, expected(name, variant), got)
            bad += diff
            if not variant:
                ok(not diff, f"{name}, 80x24 in mono", "\n".join(diff))
        if variant:
            if wrong and found[0][1]:  # the walk itself: told once
                bad = bad[0].splitlines()[:1]
            ok(not bad, f"{len(shots)} screens, {variant}", "\n".join(bad))
        else:
            ok(not wrong, "the whole walk", "\n".join(wrong))
    shots = {}
    try:
        shots = before.result() if before else {}
    except Late as e:
        ok(False, "the customer's display", e)
    for name, shot in shots.items():
        if UPDATE:
            keep(name, "", "".join(shot))
        diff = compare(name, "", expected(name, ""), "".join(shot))
        ok(not diff, f"{name}, 40x12", "\n".join(diff))
    names = {p.name.split(".")[0] for p in ours()}
    stale = names - {name for name, _, _ in ROWS} - set(DISPLAY)
    ok(not stale, "no capture of a screen that is not in the walk", stale)
    there = {name for path in (SRC / "src/screen").glob("*.c") for name in re.findall(
        r"const struct screen_ops (\w+) = {", path.read_text(encoding="utf-8"))}
    wanted = set(SCREENS) | set(BY_DEVICE)
    golden = {p.stem for p in (SRC / "tests/screen/golden").glob("*.screen")}
    ok(there == wanted and names >= set(SCREENS.values()) and golden >= set(BY_DEVICE.values()),
       "every screen there is has a capture",
       f"{there ^ wanted} {set(SCREENS.values()) - names} {set(BY_DEVICE.values()) - golden}")
    if UPDATE:
        diag("captures rewritten: look at each")
    done()


main()
