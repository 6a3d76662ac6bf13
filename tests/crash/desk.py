# SPDX-License-Identifier: Apache-2.0
"""What lies before the cashier when the register is killed: at every disk call
of a sitting with a box open and scans held behind it, nothing that was shown is
lost and nothing is sold twice; the box, the prompt and the held scans come
back.  The hands: an item, a code nobody knows, two scans behind its box, Esc,
half a code at the prompt, the rest of it, an item that asks for an age, one
behind it, and the answer."""
import os
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ.get("top_srcdir", ".")) / "tests/lib"))
from vt import (COLA, HOLDFAST, MILK, OIL, SHAMPOO, SLOW, UNKNOWN, Late,  # noqa: E402
                Screen, Shop, cases, ok, require, workdir)
from crashlib import shim_env  # noqa: E402

WINE = "4002859012341"
PRODUCTS = f"""code,name,price,tax,department,age
{COLA},Cola,0.89,A,10,
{MILK},Milk,1.29,B,10,
{SHAMPOO},Shampoo,4.25,A,10,
{OIL},Oil,6.49,B,10,
4017,Apples,2.99,B,10,
{WINE},Red wine,7.95,A,10,18
"""
# hands, what is seen then, and the sale once every box was left by Esc
STEPS = [
    (("scan", COLA), "> 1        1 Cola", [COLA]),
    (("scan", UNKNOWN), "[ NOT ON FILE ]", [COLA]),
    (("scan", MILK), "HELD 1 scan", [COLA, MILK]),
    (("scan", SHAMPOO), "HELD 2 scans", [COLA, MILK, SHAMPOO]),
    (("keys", "Escape"), "> 3        1 Shampoo", [COLA, MILK, SHAMPOO]),
    (("keys", "4", "0"), "ITEM > 40", [COLA, MILK, SHAMPOO]),
    (("keys", "1", "7", "Enter"), "> 4        1 Apples",
     [COLA, MILK, SHAMPOO, "4017"]),
    (("scan", WINE), "[ AGE 18", [COLA, MILK, SHAMPOO, "4017"]),
    (("scan", OIL), "HELD 1 scan", [COLA, MILK, SHAMPOO, "4017", OIL]),
    (("keys", "1", "Enter"), "> 6        1 Oil",
     [COLA, MILK, SHAMPOO, "4017", WINE, OIL]),
]
# what must be on the screen again, where nothing else may have begun
BACK = {2: "[ NOT ON FILE ]", 3: "HELD 1 scan", 4: "HELD 2 scans",
        6: "ITEM > 40", 8: "[ AGE 18", 9: "HELD 1 scan"}

require()
base = workdir()
shop = Shop(base, PRODUCTS)


def lives(pid):
    """It has not been killed."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] not in "ZX"


def look(s, pid, sight):
    """Whether it is seen, or the register is gone."""
    while True:
        alive = lives(pid)
        try:
            s.see(sight, 200)
            return True
        except Late:
            if not alive:
                return False


def sit(where, **shim):
    """The hands at a register; how many steps were seen, and the screen."""
    s = Screen([HOLDFAST, "--store", where.path],
               env=shim_env(where.path, **shim))
    pid = s.pid()
    seen = 0
    try:
        if not look(s, pid, "Scan an item"):
            return s, seen
        for (how, *what), sight, _ in STEPS:
            getattr(s, how)(*what)
            if not look(s, pid, sight):
                break
            seen += 1
    except (Late, BrokenPipeError):
        pass
    return s, seen


def killed(n):
    where = shop.copy(f"kill{n}")
    s, seen = sit(where, KILL=n)
    s.close()
    if seen == len(STEPS):
        return None  # behind the last of them
    s = where.register(until=" > ")
    s.settle()
    back = BACK.get(seen)
    shown = s.shown()
    later = STEPS[seen][1]
    for _ in range(4):
        if not s.shows("[ NOT ON FILE ]") and not s.shows("[ AGE"):
            break
        s.press("Escape")
    s.press("Ctrl-U")
    s.close()
    sold = []
    if has_sale(where):
        where.ring("TL\nCA\n")
    if where.sales():
        sold = [code for code, _ in where.lines()]
    shutil.rmtree(where.path)
    before = STEPS[seen - 1][2] if seen else []
    if sold not in (before, STEPS[seen][2]):
        return f"point {n}, {seen} seen: sold {sold}\n{shown}"
    if back and back not in shown and later not in shown and sold == before \
            and before == STEPS[seen][2]:
        return f"point {n}, {seen} seen: {back!r} is not there\n{shown}"
    return None


def has_sale(where):
    return '"lines":0' not in where.must("ring", "--store", where.path,
                                         stdin="CL\n")


def every_point():
    where = shop.copy("count")
    s, seen = sit(where, COUNT=base / "points")
    if seen < len(STEPS):
        ok(False, f"the hands get to their end: {seen}", s.shown())
        return
    s.keys("S", "O", "Enter", "S", "O", "Enter")
    s.wait()
    points = int((base / "points").read_text().split()[1])
    step = 1 if SLOW else 11
    chosen = list(range(1, points + 1, step))
    with ThreadPoolExecutor(4) as pool:
        bad = [why for why in pool.map(killed, chosen) if why]
    ok(not bad, f"killed at {len(chosen)} of {points} disk calls",
       "\n".join(bad))


def kill(s):
    os.kill(s.pid(), signal.SIGKILL)
    s.close()


def goods_come_back():
    """What is scanned next still comes back, and is not sold."""
    where = shop.copy("back")
    where.ring(f"{COLA}\nTL\nCA\n")
    for keys, total in (("RF", 0), ("RF1RF", -89)):
        s = where.register(until=" > ")
        for word in keys.split("1"):
            s.keys(*word, "Enter")
        s.see("Return")
        s.settle()
        kill(s)
        s = where.register(until="Return")
        s.settle()
        if keys == "RF":
            s.scan("R01-000001")
            s.see("R01-000001")
            kill(s)
            s = where.register(until="R01-000001")
            s.settle()
        s.scan(COLA)
        s.see("-0.89")
        s.settle()
        kill(s)
        told = where.must("ring", "--store", where.path, stdin="TT\nCN\n")
        ok('"total":-89,"due":-89,"lines":1' in told,
           f"{keys}, killed: the next scan comes back", f"{total} {told}")


def practice_ends():
    """What was held in training is scanned nowhere else."""
    where = shop.copy("train")
    s = where.register(until=" > ")
    s.keys("T", "R", "Enter")
    s.see("TRAINING")
    s.scan(UNKNOWN)
    s.see("[ NOT ON FILE ]")
    s.scan(MILK)
    s.see("HELD 1 scan")
    s.settle()
    kill(s)
    s = where.register(until=" > ")
    s.settle()
    shown = s.shown()
    s.close()
    ok("HELD" not in shown and "Milk" not in shown and "NOT ON FILE" not in shown
       and '"lines":0' in where.must("ring", "--store", where.path, stdin="TT\n"),
       "killed in training: nothing of it is there", shown)


cases((every_point,), (goods_come_back,), (practice_ends,))
