#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An archive made, repeated, checked without a store, damaged in every part;
and lines removed that it holds: what stays, what is still answered, what a
rebuild, a backup and verify make of the rest."""
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import (HOLDFAST, clone, done, make_shop, ok, replies, run,  # noqa: E402
                      sales_of, workdir)

base = workdir()
SMALL = {"HOLDFAST_SEGMENT_KIB": "64"}
DAY = "4011\nTL\nCA\n\\scan LOAF\nTL\n500CA\n2*5449000000996\nTL\nCA\n"


def at(day, args, stdin=""):
    """The program as of that day, whatever this machine's clock says."""
    e = dict(os.environ, FAKETIME_DONT_FAKE_MONOTONIC="1", **SMALL)
    return subprocess.run(["faketime", "-f", f"{day} 12:00:00",
                           os.path.abspath(HOLDFAST)] +
                          [str(a) for a in args], input=stdin.encode(),
                          capture_output=True, env=e, timeout=120)


def answer(p):
    try:
        return json.loads(p.stdout)
    except ValueError:
        return {"ok": None, "problems": [p.stderr.decode()]}


def verify(s, *more):
    p = run(["verify", "--json", "--store", s, *more])
    return p.returncode, answer(p)


def holds(s, name):
    status, v = verify(s)
    return ok(status == 0 and v["ok"] and v["store"] == "equal", name, v)


# --- a year of it, in small segments
os.environ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
store = base / "shop"
p = at("2025-01-02", ["init", "--store", store, "--shop", "OLD", "--register", "R01",
                      "--currency", "EUR", "--prices", "included", "--tax", "A=19%",
                      "--tax", "B=7%", "--key-file", base / "key"])
ok(p.returncode == 0, "a store of long ago", p.stderr)
(base / "c.csv").write_text("code,name,price,tax,department\n4011,Bananas,0.35,B,10\n"
                            "LOAF,Loaf,3.80,B,11\n5449000000996,Cola,0.89,A,20\n")
p = at("2025-01-02", ["import", "products", base / "c.csv", "--store", store])
ok(p.returncode == 0, "with a catalog", p.stderr)
told = {}
z = 0
for month in ("01", "02", "03", "04"):
    for day in ("05", "20"):
        z += 1
        entries = DAY * 4
        p = at(f"2025-{month}-{day}", ["ring", "--keep-going", "--store", store],
               entries + f"{z}ZR\n")
        told.update(sales_of(replies(p.stdout)))
reports = [run(["report", "z", str(n + 1), "--store", store, "--json"]).stdout for n in range(z)]
reports.append(run(["report", "x", "--store", store, "--json"]).stdout)
p = at("2026-05-01", ["ring", "--keep-going", "--store", store], DAY)
told.update(sales_of(replies(p.stdout)))
segments = sorted(f.name for f in (store / "journal").glob("*.seg"))
ok(len(told) == 12 * z + 3 and len(segments) > 4,
   f"{len(told)} sales, {z} days, {len(segments)} segments")
whole = clone(store, base / "whole")

# --- made
p = run(["archive", base / "a8", "--lines", "--store", store, "--json"])
made = answer(p)
ok(p.returncode == 0 and made["ok"] and not made["there"] and made["archive"] == 1 and
   made["first"] == 1 and made["sales"] == 12 * z, "an archive up to the last day", p.stderr)
files = sorted(str(f.relative_to(base / "a8")) for f in (base / "a8").rglob("*") if f.is_file())
ok("manifest.json" in files and "lines.jsonl" in files and "register.pub" in files and
   "keys/master" in files and not any("people" in f for f in files),
   "with lines, keys, and nothing of persons", files)
lines = (base / "a8/lines.jsonl").read_bytes().splitlines()
p = run(["export", "events", "--store", store])
ok(p.stdout.splitlines()[:len(lines)] == lines and len(lines) == made["last"],
   "lines.jsonl is the lines, verbatim")
last = [json.loads(x) for x in p.stdout.splitlines()][-1]
ok(last["type"].startswith("holdfast.archive.made") and
   last["data"]["manifest"] == made["manifest"], "and it is recorded", last)
m = json.loads((base / "a8/manifest.json").read_text())
ok(len(m["days"]) == z and m["days"][-1]["gross"] == m["grand"] - m["days"][-2]["grand"] and
   "made" not in m and m["public_key"] and m["files"][0]["first"] == 1,
   "its manifest has every Z, and no word of when", m)

(base / "reports").write_bytes(b"".join(reports))
p = subprocess.run([sys.executable, Path(os.environ["top_srcdir"]) / "tests/reference/books.py",
                    base / "a8/lines.jsonl", base / "reports"], capture_output=True)
ok(p.returncode == 0, "another program adds its lines up to the same, and checks each signature",
   p.stdout + p.stderr)

# --- again
p = run(["archive", base / "a8", "--lines", "--store", store, "--json"])
ok(p.returncode == 0 and answer(p)["there"], "the same again is there, and nothing happens", p.stderr)
p = run(["archive", base / "b8", "--lines", "--store", store, "--json"])
same = subprocess.run(["diff", "-r", base / "a8", base / "b8"], capture_output=True)
ok(p.returncode == 0 and same.returncode == 0, "on another medium: the same bytes", same.stdout)
p = run(["archive", base / "a8", "--until", "3", "--store", store])
ok(p.returncode == 1 and b"holds an archive of lines" in p.stderr, "another range there is refused", p.stderr)
p = run(["archive", base / "a3", "--until", "2025-02-28", "--store", store, "--json"])
ok(p.returncode == 0 and answer(p)["sales"] == 48 and answer(p)["archive"] == 2,
   "up to a date: the days before it", p.stderr or p.stdout)
p = run(["archive", base / "a9", "--until", "2024-01-01", "--store", store])
ok(p.returncode == 1 and not (base / "a9").exists(), "before the first day there is nothing", p.stderr)
(base / "full").mkdir()
(base / "full/x").write_text("x")
p = run(["archive", base / "full", "--store", store])
ok(p.returncode == 1 and b"holds something" in p.stderr and (base / "full/x").exists(),
   "what is no archive is left alone", p.stderr)

# --- judged, without a store
os.rename(store, base / "away")
p = run(["archive", "verify", base / "a8", "--json"])
v = answer(p)
ok(p.returncode == 0 and v["ok"] and v["opened"] and v["lines"] == made["last"], "it verifies alone", v)
p = run(["archive", "verify", base / "a8", "--no-key", "--json"])
ok(p.returncode == 0 and answer(p)["opened"], "by its lines without a key", p.stdout)
p = run(["archive", "verify", base / "a3", "--no-key", "--json"])
ok(p.returncode == 0 and not answer(p)["opened"], "and by its hashes without lines", p.stdout)
(base / "other").write_bytes(os.urandom(64))
p = run(["archive", "verify", base / "a3", "--key-file", base / "other"])
ok(p.returncode == 5, "another key is refused", p.stderr)
p = run(["archive", "verify", base / "a8", "--public-key", base / "a8/register.pub", "--json"])
ok(answer(p)["ok"], "the public key may be given", p.stderr)
run(["init", "--store", base / "o", "--shop", "O", "--register", "R02", "--currency", "EUR",
     "--prices", "included", "--tax", "A=19%", "--key-file", base / "okey"])
p = run(["archive", "verify", base / "a8", "--public-key", base / "o/keys/register.pub", "--json"])
ok(p.returncode == 3 and not answer(p)["ok"], "another register's is not its key", p.stdout)
p = run(["archive", "verify", base / "a8", "--anchor", f"{made['last']}:{made['last_hash'][:16]}", "--json"])
ok(answer(p)["ok"], "an anchor of its last line", p.stdout)
p = run(["archive", "verify", base / "a8", "--anchor", f"{made['last']}:deadbeef", "--json"])
ok(p.returncode == 3 and "anchor" in " ".join(answer(p)["problems"]), "one of another history", p.stdout)
p = run(["archive", "verify", base / "full"])
ok(p.returncode == 1 and b"manifest" in p.stderr, "half an archive is told", p.stderr)


def spoil(name, act, *more, src="a8", want=3):
    copy = clone(base / src, base / "spoilt")
    act(copy)
    p = run(["archive", "verify", copy, "--json", *more])
    ok(p.returncode == want and (want != 3 or answer(p)["problems"]), name, p.stdout + p.stderr)


def edit(path, old, new):
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def flip(path, where):
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(data)


segs = sorted(f.name for f in (base / "a8/journal").iterdir())
spoil("a bit of a segment", lambda d: flip(d / "journal" / segs[1], 9000))
spoil("the same without the key", lambda d: flip(d / "journal" / segs[1], 9000), "--no-key")
spoil("a segment gone", lambda d: (d / "journal" / segs[1]).unlink())
spoil("the last segment cut", lambda d: os.truncate(
    d / "journal" / segs[-1], (d / "journal" / segs[-1]).stat().st_size - 4096))
spoil("a segment too many", lambda d: shutil.copy(
    d / "journal" / segs[0], d / "journal" / segs[0].replace("01.seg", "99.seg")))
spoil("two segments swapped", lambda d: (
    os.rename(d / "journal" / segs[0], d / "t"),
    os.rename(d / "journal" / segs[1], d / "journal" / segs[0]),
    os.rename(d / "t", d / "journal" / segs[1])))
spoil("a sum of the manifest", lambda d: edit(d / "manifest.json", b'"sales":96', b'"sales":95'))
spoil("a manifest that is cut", lambda d: os.truncate(d / "manifest.json", 500))
spoil("no manifest", lambda d: (d / "manifest.json").unlink(), want=1)
spoil("a line that says another price", lambda d: edit(
    d / "lines.jsonl", b'"total":35', b'"total":34'), "--no-key")
spoil("a line gone", lambda d: (d / "lines.jsonl").write_bytes(
    b"\n".join(lines[:7] + lines[8:]) + b"\n"), "--no-key")

# --- what it takes to remove anything
os.rename(base / "away", store)
p = run(["purge", "--archive", base / "a3", "--store", store])
ok(p.returncode == 1 and b"disk of the store" in p.stderr, "not by an archive on the same disk", p.stderr)
with open(store / "holdfast.conf", "a", encoding="utf-8") as f:
    f.write("\n[archive]\nmedium = any\n")
p = at("2026-05-01", ["config", "apply", "--store", store])
ok(p.returncode == 0, "unless the owner says so", p.stderr)
p = run(["purge", "--archive", base / "a3", "--keep", "30", "--store", store])
ok(p.returncode == 1 and b"keep_days" in p.stderr, "nothing younger than the configuration says", p.stderr)
copy = clone(base / "a3", base / "spoilt")
flip(copy / "journal" / segs[0], 9000)
p = run(["purge", "--archive", copy, "--store", store])
ok(p.returncode == 3 and len(list((store / "journal").glob("*.seg"))) >= len(segments),
   "not by an archive that does not hold", p.stderr)
p = run(["user", "add", "2", "--name", "Ann", "--role", "owner", "--pin-fd", "0", "--store", store], "482913\n")
if p.returncode != 0:
    p = run(["user", "add", "2", "--name", "Ann", "--role", "owner", "--store", store])
    ok(p.returncode == 0, "a second person", p.stderr)
    p = run(["user", "pin", "2", "--pin-fd", "0", "--store", store], "482913\n")
ok(p.returncode == 0, "who has a PIN", p.stderr)
p = run(["purge", "--archive", base / "a3", "--store", store])
ok(p.returncode == 1 and b"two people" in p.stderr, "not by one alone where there are two", p.stderr)
p = run(["purge", "--archive", base / "a3", "--approver", "2", "--approver-pin-fd", "0",
         "--store", store], "111111\n")
ok(p.returncode == 1, "not with a wrong PIN", p.stderr)

p = run(["archive", base / "no", "--as", "2", "--as-pin-fd", "0", "--store", store], "111111\n")
ok(p.returncode == 1 and not (base / "no").exists(), "nobody is left with one they may not make", p.stderr)
copy = clone(store, base / "ahead")
p = at("2035-01-01", ["purge", "--archive", base / "a3", "--keep", "1500", "--approver", "2",
                      "--approver-pin-fd", "0", "--store", copy, "--json"], "482913\n")
ok(p.returncode == 0 and answer(p)["segments"] == 0, "a clock set ahead makes nothing old", p.stdout + p.stderr)

# --- removed
heads = [json.loads(x) for x in run(["export", "events", "--store", store]).stdout.splitlines()]
p = run(["purge", "--archive", base / "a3", "--approver", "2", "--approver-pin-fd", "0",
         "--reason", "full disk", "--store", store, "--json"], "482913\n")
r = answer(p)
left = sorted(f.name for f in (store / "journal").glob("*.seg"))
ok(p.returncode == 0 and r["segments"] > 0 and len(left) < len(segments) and r["begin"] == r["last"] + 1,
   f"with two: {r.get('segments')} segments go", p.stderr)
ok(not (store / "purge.tmp").exists() and len(list((store / "journal").glob("base-*.hfb"))) == 1,
   "a base stands for them, and nothing else is left")
holds(store, "everything holds behind it")
status, v = verify(store)
ok(v["first"] == r["begin"], "and verify says where it begins", v)
status, v = verify(store, "--no-key")
ok(status == 0 and v["ok"], "without the key too", v)
e = [json.loads(x) for x in run(["export", "events", "--store", store]).stdout.splitlines()]
ok(int(e[0]["sequence"]) == r["begin"] and e[-1]["type"].startswith("holdfast.journal.purged") and
   e[-1]["data"]["approver"] == "2" and e[-1]["data"]["last"] == r["last"], "an export begins there", e[0])
p = run(["purge", "--archive", base / "a3", "--approver", "2", "--approver-pin-fd", "0",
         "--store", store, "--json"], "482913\n")
ok(p.returncode == 0 and answer(p)["segments"] == 0, "again there is nothing to remove", p.stderr)
p = run(["export", "ledger", "--store", store])
(base / "books").write_bytes(p.stdout)
ok(p.returncode == 0 and b"Opening balance" in p.stdout and b"-Z0001)" not in p.stdout,
   "books begin with the first day that is whole", p.stderr)
if shutil.which("hledger"):
    q = subprocess.run(["hledger", "-f", base / "books", "check", "-s"], capture_output=True,
                       env=dict(os.environ, LC_ALL="C.UTF-8"))
    ok(q.returncode == 0, "and are taken", q.stderr)
p = run(["export", "ledger", "--z", "1", "--store", store])
ok(p.returncode == 1 and b"were purged" in p.stderr, "those of a day that was purged are not made",
   p.stderr)

p = run(["export", "sales", "--z", "1", "--store", store])
ok(p.returncode == 1 and b"were purged" in p.stderr and not p.stdout,
   "nor a table of them that says there were none", p.stdout + p.stderr)
p = run(["export", "days", "--z", "1", "--store", store])
ok(p.returncode == 0 and p.stdout.count(b"\n") == 2, "its Z is here for ever", p.stderr)
p = run(["audit", "--json", "--store", store])
rows = [json.loads(x) for x in p.stdout.splitlines()]
ok(p.returncode == 0 and rows[0]["seq"] == 1 and len(rows) < rows[-1]["seq"]
   and all(x["chained"] for x in rows) and rows[-1]["seq"] >= r["begin"],
   "the audit has what is left, and goes on", p.stderr)
p = run(["audit", "event=day.closed", "--last", "99", "--json", "--store", store])
ok(p.returncode == 0 and p.stdout.count(b"\n") == z, "every Z of it, looked for from the end", p.stderr)
copy = clone(store, base / "copy")
p = subprocess.run([os.environ["top_srcdir"] + "/contrib/close-day", "--store", copy, "--out", base / "night"],
                   capture_output=True, env=dict(os.environ, HOLDFAST=os.path.abspath(HOLDFAST)))
made = sorted(f.name for f in (base / "night").iterdir())
ok(p.returncode == 0 and made and "Z00000001.hledger" not in made and len(made) % 2 == 0,
   "close-day into a new directory makes what can be made", (p.stderr, made))

# --- what is still answered
first = sorted(told)[0]
p = run(["receipt", first, "--store", store])
ok(p.returncode == 1 and b"--archive" in p.stderr, "an old receipt is in the archive", p.stderr)
p = run(["receipt", first, "--archive", base / "a3", "--store", store])
q = run(["receipt", first, "--store", whole])
ok(p.returncode == 0 and p.stdout == q.stdout, "and looked up there", p.stderr)
p = run(["receipt", sorted(told)[-1], "--store", store])
ok(p.returncode == 0, "a new one is here", p.stderr)
p = run(["report", "z", "1", "--store", store, "--json"])
q = run(["report", "z", "1", "--store", whole, "--json"])
ok(p.returncode == 0 and p.stdout == q.stdout, "the first Z is here for ever", p.stderr or p.stdout)
p = run(["config", "versions", "--store", store])
ok(p.returncode == 0 and p.stdout.count(b"\n") >= 2, "and every configuration", p.stderr)
run(["user", "off", "2", "--store", store])
p = at("2026-05-02", ["ring", "--keep-going", "--store", store], DAY)
more = sales_of(replies(p.stdout))
ok(len(more) == 3 and not set(more) & set(told), "and numbers go on", more)

# --- made anew, copied, damaged
holds(store, "the store still is what base and lines make")
copy = clone(store, base / "copy")
for f in (copy / "store").iterdir():
    f.unlink()
p = run(["ring", "--store", copy], "4011\nTL\nCA\n")
ok(p.returncode == 0, "a store that is lost is made of base and lines", p.stderr)
holds(copy, "and equal")
p = run(["rebuild", "--store", copy])
ok(p.returncode == 0, "rebuild", p.stderr)
p = run(["backup", base / "bk", "--store", store])
ok(p.returncode == 0, "a backup takes the base along", p.stderr)
p = run(["restore", base / "bk", "--store", base / "back"])
ok(p.returncode == 0, "and is restored", p.stderr)
holds(base / "back", "and holds")
copy = clone(store, base / "copy")
next((copy / "journal").glob("base-*.hfb")).unlink()
status, v = verify(copy)
ok(status == 3 and "base" in " ".join(v["problems"]), "no base: verify says so", v)
for f in (base / "a3/journal").iterdir():
    if not (copy / "journal" / f.name).exists():
        shutil.copy(f, copy / "journal")
p = run(["ring", "--store", copy], "4011\nTL\nCA\n")
ok(p.returncode == 0 and verify(copy)[1]["ok"], "the archive's segments put back stand in for it", verify(copy))
copy = clone(store, base / "copy")
flip(next((copy / "journal").glob("base-*.hfb")), 700)
status, v = verify(copy)
ok(status == 3 and "base" in " ".join(v["problems"]), "a base with a flipped bit is told", v)
copy = clone(store, base / "copy")
shutil.copy(next((copy / "journal").glob("base-*.hfb")), base / "old.hfb")
n = sorted((copy / "journal").glob("*.seg"))[0]
os.unlink(n)
status, v = verify(copy)
ok(status == 3, "a segment gone behind the base is told", v)
p = run(["rebuild", "--store", copy])
ok(p.returncode == 0 and verify(copy)[1]["ok"], "and mended from the store", p.stderr)

# --- a second one, behind the first, and behind another master key
p = run(["keys", "rotate", "master", "--store", store])
ok(p.returncode == 0, "the master key is changed", p.stderr)
p = run(["archive", base / "a10", "--store", store, "--json"])
r10 = answer(p)
ok(p.returncode == 0 and r10["first"] == r["begin"] and r10["archive"] == 3, "the next archive begins behind it", p.stderr)
p = run(["archive", "verify", base / "a10", "--json"])
ok(p.returncode == 0 and answer(p)["ok"], "and verifies alone, though its first day is not whole", p.stdout)
run(["user", "on", "2", "--store", store])
p = run(["purge", "--archive", base / "a10", "--approver", "2", "--approver-pin-fd", "0",
         "--store", store, "--json"], "482913\n")
r2 = answer(p)
ok(p.returncode == 0 and r2["segments"] > 0 and r2["first"] == r["begin"], "a second purge goes on", p.stderr)
ok(len(list((store / "journal").glob("base-*.hfb"))) == 1, "one base is enough")
holds(store, "everything holds behind two")
p = run(["rebuild", "--store", store])
ok(p.returncode == 0, "and is made anew", p.stderr)
holds(store, "to the same")
p = run(["receipt", first, "--archive", base / "a3", "--store", store])
ok(p.returncode == 0, "the oldest receipt is still found in its archive", p.stderr)
done()
