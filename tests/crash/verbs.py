# SPDX-License-Identifier: Apache-2.0
"""kill -9 at every disk call of the verbs that write: init, import, config
apply, rebuild, backup, restore, export.  Each is done or not done, and can be
done again.  Cases 4 and 24, and the promises of the verbs' pages."""
import json
import random
import re

from crashlib import (CATALOG, HOLDFAST, SCRIPT, SEED, SLOW, clone, criterion,
                      diag, done, kill_wait, make_shop, ok, replies, run,
                      sales_of, shim_env, workdir)

base = workdir()
origin = make_shop(base)
p = run(["ring", "--keep-going", "--store", origin], SCRIPT)
told = sales_of(replies(p.stdout))
rng = random.Random(SEED)
(base / "more.csv").write_text(CATALOG.replace("Bananas,0.35", "Bananas,0.55")
                               + "NEW,New thing,1.00,A,10\n")


def points(make_args, root, prepare):
    """How many points the verb has."""
    prepare()
    p = run(make_args, env=shim_env(root, COUNT=base / "points"))
    assert p.returncode == 0, p.stderr
    return int((base / "points").read_text().split()[1])


def sweep(name, args, root, prepare, check, most=10):
    n = points(args, root, prepare)
    every = list(range(1, n + 1))
    tried = every if SLOW else sorted(rng.sample(every, min(most, n)))
    bad = []
    for i in tried:
        prepare()
        p = run(args, env=shim_env(root, KILL=i))
        if not kill_wait(p):
            bad.append(f"{i}: not killed, exit {p.returncode} {p.stderr}")
            continue
        why = check()
        if why:
            bad.append(f"{i}: {why}")
    ok(not bad, f"{name} killed at {len(tried)} of {n} points", "\n".join(bad))


copy = base / "copy"


def fresh():
    clone(origin, copy)


def price():
    p = run(["scan", "4011", "--store", copy])
    return json.loads(p.stdout).get("price") if p.returncode == 0 else p.stderr


# import: the old catalog or the new one, and the next import works
def after_import():
    seen = price()
    if seen not in (35, 55):
        return f"the price is {seen}"
    why = criterion(copy, told, started=0)
    if why:
        return why
    later = price()
    if later not in (seen, 55):
        return f"the price went from {seen} to {later}"
    p = run(["import", "products", base / "more.csv", "--store", copy])
    if p.returncode != 0 or price() != 55:
        return f"the next import: {p.stderr} {price()}"
    left = [f.name for f in (copy / "catalog").iterdir() if f.is_dir()]
    if len(left) > 2:
        return f"left behind: {left}"
    return None


sweep("import", ["import", "products", base / "more.csv", "--store", copy], copy,
      fresh, after_import)


# a new configuration: the old or the new, and it can be applied again
def with_footer():
    fresh()
    conf = (copy / "holdfast.conf").read_text()
    (copy / "holdfast.conf").write_text(
        conf.replace("[receipt]", "[receipt]\nfooter = Come again"))


def after_apply():
    why = criterion(copy, told, started=0)
    if why:
        return why
    p = run(["config", "apply", "--store", copy])
    if p.returncode != 0:
        return f"apply again: {p.stderr}"
    p = run(["config", "show", "--store", copy])
    return None if b"Come again" in p.stdout else "not active"


sweep("config apply", ["config", "apply", "--store", copy], copy, with_footer, after_apply)

# rebuild: the old store or the new
sweep("rebuild", ["rebuild", "--store", copy], copy, fresh,
      lambda: criterion(copy, told, started=0))
sweep("export", ["export", "sales", "--store", copy], copy, fresh,
      lambda: criterion(copy, told, started=0))


# a file of books: whole or not there, and what was there before stays
closed = base / "closed"
clone(origin, closed)
p = run(["ring", "--keep-going", "--store", closed],
        "TL\nCA\n1RC\nTL\nCA\n2RC\nTL\nCA\n1ZR\n")
whole = run(["export", "ledger", "--store", closed]).stdout
ok(b"Z0001) Z 1" in whole, "a day is closed", p.stdout[-600:])


def with_books():
    clone(closed, copy)
    (copy / "books").write_text("last month's")


def after_books():
    got = (copy / "books").read_bytes()
    if got not in (b"last month's", whole):
        return f"half a file: {got[:80]}"
    p = run(["export", "events", "--store", copy])
    if got == whole and p.stdout.count(b"holdfast.export.done.v1") != 2:
        return "a file that nobody recorded"  # the one of whole is there
    return criterion(copy, told, started=0)


sweep("export ledger", ["export", "ledger", "--output", copy / "books", "--store", copy], copy,
      with_books, after_books)

# backup: without a manifest it is none; the shop does not notice
area = base / "area"


def with_area():
    import shutil
    shutil.rmtree(area, ignore_errors=True)
    area.mkdir()
    clone(origin, area / "shop")


def after_backup():
    backup = area / "backup"
    whole = (backup / "manifest").exists()
    p = run(["restore", backup, "--store", area / "again"])
    if whole != (p.returncode == 0):
        return f"manifest {whole}, restore: exit {p.returncode} {p.stderr}"
    if not whole and (area / "again").exists():
        return "a refused restore left something"
    return criterion(area / "shop", told, started=0)


sweep("backup", ["backup", area / "backup", "--store", area / "shop"], area,
      with_area, after_backup)


# restore: not there, or whole; and it can be done again
def with_backup():
    with_area()
    p = run(["backup", area / "backup", "--store", area / "shop"])
    assert p.returncode == 0, p.stderr


def after_restore():
    target = area / "again"
    if not (target.exists() and any(target.iterdir())):
        p = run(["restore", area / "backup", "--store", target])
        if p.returncode != 0:
            return f"restore again: {p.stderr}"
    p = run(["ring", "--store", target], "4011\nTL\nCA\n")
    fresh_sales = sales_of(replies(p.stdout))
    if len(fresh_sales) != 1 or not re.match(
            r"R01\.[0-9]+-", next(iter(fresh_sales))):
        return f"numbers: {p.stdout} {p.stderr}"
    p = run(["verify", "--json", "--store", target])
    v = json.loads(p.stdout)
    if not v["ok"] or v["store"] != "equal" or v["sales"] != len(told) + 1:
        return f"verify: {v}"
    return None


sweep("restore", ["restore", area / "backup", "--store", area / "again"], area,
      with_backup, after_restore)


# init: a store, or a place where one can be made
def with_nothing():
    import shutil
    shutil.rmtree(area, ignore_errors=True)
    area.mkdir()


INIT = ["init", "--store", area / "new", "--shop", "NEW", "--register", "R01",
        "--currency", "EUR", "--prices", "included", "--tax", "A=19%",
        "--tax", "B=7%", "--key-file", area / "key"]


def after_init():
    p = run(["verify", "--json", "--store", area / "new"])
    if p.returncode == 0 and json.loads(p.stdout)["events"] >= 2:
        return None
    p = run(INIT)
    if p.returncode != 0:
        return f"init again: exit {p.returncode} {p.stderr}"
    p = run(["verify", "--json", "--store", area / "new"])
    return None if p.returncode == 0 else f"verify: {p.stdout} {p.stderr}"


sweep("init", INIT, area, with_nothing, after_init)

# a backup made while somebody sells holds all that was confirmed before it
import subprocess  # noqa: E402
with_area()
seller = subprocess.Popen([HOLDFAST, "ring", "--store", str(area / "shop")],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
sold = dict(told)


def sell(n):
    for _ in range(n):
        seller.stdin.write(b"4011\nTL\nCA\n")
        seller.stdin.flush()
        for _ in range(3):
            r = json.loads(seller.stdout.readline())
        sold[r["sale"]["number"]] = r["sale"]["total"]


sell(20)
before = dict(sold)
backup = subprocess.Popen([HOLDFAST, "backup", str(area / "backup"), "--store",
                           str(area / "shop")], stdout=subprocess.PIPE)
sell(200)
ok(backup.wait() == 0, "a backup beside a register that sells")
seller.stdin.close()
seller.wait()
p = run(["restore", area / "backup", "--store", area / "again"])
ok(p.returncode == 0, "is restored", p.stderr)
p = run(["export", "sales", "--format", "jsonl", "--store", area / "again"])
have = {json.loads(line)["number"]: json.loads(line)["total"]
        for line in p.stdout.splitlines()}
ok(all(have.get(n) == t for n, t in before.items()),
   "and holds every sale confirmed before it began", set(before) - set(have))
ok(all(sold.get(n) == t for n, t in have.items()), "and none that never was")
why = criterion(area / "shop", sold, started=0)
ok(why is None, "the shop it was made from is whole", why)
diag(f"seed {SEED}")
done()
