# SPDX-License-Identifier: Apache-2.0
"""A configuration on its way: put forward by one person, approved by another,
active at its time and never within a sale; a wrong tax rate caught by computing
past sales anew; rolled back; carried to another store and back, to the byte."""
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import HOLDFAST, done, ok, replies, run, workdir  # noqa: E402

base = workdir()
A, B = base / "a", base / "b"


def holdfast(args, stdin=""):
    p = run(args, stdin)
    p.stdout, p.stderr = (x.decode() if isinstance(x, bytes) else x
                          for x in (p.stdout, p.stderr))
    return p


def shop(store, key, extra=""):
    p = holdfast(["init", "--store", store, "--shop", "CORNER", "--register", "R01",
             "--currency", "EUR", "--prices", "included", "--tax", "A=19%",
             "--tax", "B=7%", "--key-file", base / key])
    ok(p.returncode == 0, f"init {store.name}", p.stderr)


def conf(*words, store=A, who=None, want=0, name=None):
    args = ["config", *map(str, words), "--store", store]
    pin = ""
    if who:
        args += ["--as", who, "--as-pin-fd", "0"]
        pin = {"1": "8642", "2": "9182", "3": "7351"}[who] + "\n"
    p = holdfast([*args, "--json"], stdin=pin)
    if name:
        ok(p.returncode == want, name, p.stdout + p.stderr)
    rows = [json.loads(r) for r in p.stdout.splitlines() if r.startswith("{")]
    return p, rows


def ring(text, store=A):
    # nobody signs on: the owner has a PIN
    p = holdfast(["ring", "--keep-going", "--store", store],
            stdin="\\pin 1 8642\n" + text)
    return replies(p.stdout.encode())


def show(store=A):
    return holdfast(["config", "show", "--store", store]).stdout


shop(A, "ka")
shop(B, "kb")
for n, pin in (("1", "8642"), ("2", "9182"), ("3", "7351")):
    if n == "1":
        p = holdfast(["user", "pin", "1", "--pin-fd", "0", "--store", A], stdin=pin + "\n")
    else:
        p = holdfast(["user", "add", n, "--name", "N" + n, "--role",
                 "owner" if n == "2" else "cashier", "--pin-fd", "0", "--store", A],
                stdin=pin + "\n")
    ok(p.returncode == 0, f"operator {n}", p.stdout + p.stderr)

# --- some days of sales, each against what an outsider computes -----------------
sales = ["1999DP10\n250DP20\nTL\nCA\n", "1DP10\nTL\nCA\n", "333DP10\n333DP10\n10DI\nTL\nCA\n",
         "5000DP20\n5DS\nTL\nCA\n", "719DP10\n3*149DP20\nTL\nCA\n"]
r = ring("".join(sales))
sold = [x["sale"] for x in r if "sale" in x]
ok(len(sold) == len(sales), "five sales", r)
text = show()
(base / "same.conf").write_text(text)
(base / "16.conf").write_text(text.replace("A = 19%", "A = 16%"))
ok("A = 16%" in (base / "16.conf").read_text(), "another rate", text)

p, rows = conf("try", base / "same.conf", "--days", "all", name="try under the text that is active")
ok(rows[-1]["sales"] == 5 and rows[-1]["changed"] == 0 and rows[-1]["untold"] == 0
   and rows[-1]["difference"] == 0 and len(rows) == 1, "nothing would change", rows)

p, rows = conf("try", base / "16.conf", name="try at 16 %")
lines = [json.loads(x) for x in holdfast(["export", "events", "--store", A]).stdout.splitlines()]
events = [e for e in lines if e["type"] == "holdfast.sale.completed.v1"]
want = {}
for e in events:
    t = {x["code"]: x["gross"] for x in e["data"]["taxes"]}
    if "A" in t:
        tax = (Decimal(t["A"]) * 16 / 116).quantize(Decimal(1), ROUND_HALF_UP)
        old = [x["tax"] for x in e["data"]["taxes"] if x["code"] == "A"][0]
        want[e["data"]["number"]] = (old, int(tax), t["A"])
got = {x["sale"]: [(t["was_tax"], t["tax"], t["gross"]) for t in x["taxes"] if t["code"] == "A"][0]
       for x in rows[:-1]}
want = {k: v for k, v in want.items() if v[0] != v[1]}
ok(got == want, "each sale's tax is what an outsider computes", (got, want))
ok(rows[-1]["changed"] == len(want) and rows[-1]["difference"] == 0, "and no total changes",
   rows[-1])

# what a class that is gone means is said, and is in no sum
gone = re.sub(r"(?m)^20 = B,.*$", "", text)
gone = re.sub(r"(?m)^B = 7%.*$", "", gone)
(base / "gone.conf").write_text(gone)
p, rows = conf("try", base / "gone.conf", name="try without a class")
ok(rows[-1]["untold"] == 3 and all("why" in x for x in rows[:-1]), "three sales cannot be told",
   rows)
# a promotion by the clock, and lines that do not say when they were added
(base / "rule.conf").write_text(text + "\n[bill]\nstep = 0.05\n")
p, rows = conf("try", base / "rule.conf", name="try with bills rounded")
want = sum((Decimal(e["data"]["total"]) / 5).quantize(Decimal(1), ROUND_HALF_UP) * 5
           - e["data"]["total"] for e in events)
ok(rows[-1]["difference"] == int(want), "what the roundings come to", (rows, want))

# --- a draft: somebody else approves it ---------------------------------------------
p, rows = conf("draft", base / "16.conf", "--note", "winter, checked", who="1", name="a draft")
n = rows[0]["draft"]
ok(show() == text, "changes nothing")
p, rows = conf("drafts")
ok(len(rows) == 1 and rows[0]["draft"] == n and rows[0]["author"] == "1"
   and rows[0]["note"] == "winter, checked", "it is listed", rows)
p = holdfast(["config", "drafts", str(n), "--store", A])
ok("-A = 19%" in p.stdout and "+A = 16%" in p.stdout, "with what it changes", p.stdout)
conf("draft", base / "16.conf", who="2", want=1, name="not twice")
conf("approve", n, who="1", want=1, name="its author does not approve it")
conf("approve", n, who="3", want=1, name="nor one who may not")
p, rows = conf("approve", n, who="2", name="another does")
ok(rows[0]["active"] and "A = 16%" in show(), "and it is active", rows)
ok((A / "holdfast.conf").read_text() == show(), "the file follows")
r = ring("1160DP10\nTL\nCA\n")
last = [json.loads(x) for x in holdfast(["export", "events", "--store", A]).stdout.splitlines()]
sale = [e for e in last if e["type"] == "holdfast.sale.completed.v1"][-1]
act = [e for e in last if e["type"] == "holdfast.config.activated.v1"][-1]
ok(sale["config"] == act["data"]["version"] and sale["data"]["taxes"][0]["tax"] == 160,
   "the next sale is made under it", sale["data"])
ok(act["data"]["author"] == "1" and act["data"]["approver"] == "2"
   and act["data"]["why"] == "draft" and act["actor"] == "0", "the line names both", act)

# --- back to the one before ----------------------------------------------------------
old = [e for e in last if e["type"] == "holdfast.config.activated.v1"][0]["data"]["version"]
p, rows = conf("rollback", old[:8], name="rollback")
ok(show() == text, "is the text of then")
p, rows = conf("history")
ok([x["what"] for x in rows] == ["active", "drafted", "approved", "active", "active"]
   and rows[-1]["why"] == "rollback" and rows[-1]["active"], "the history has it all", rows)
ok(any(x.get("note") == "winter, checked" for x in rows), "with its note")

# --- two people, and a time ----------------------------------------------------------
(base / "two.conf").write_text(text + "\n[people]\nconfig = two\n")
p, rows = conf("apply", base / "two.conf", name="from now on two people")
(base / "19.conf").write_text(show().replace("B = 7%", "B = 5%"))
p, rows = conf("apply", base / "19.conf", who="1", name="apply makes a draft")
ok("draft" in rows[0] and "B = 7%" in show(), "and nothing else", rows)
n = rows[0]["draft"]
conf("rollback", old[:8], who="2", name="a rollback, too")
p, rows = conf("drafts")
ok([x["why"] for x in rows] == ["draft", "rollback"], "both wait", rows)
soon = (datetime.now(timezone.utc) + timedelta(seconds=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
p, rows = conf("approve", n, "--effective", soon, who="2", name="approved for later")
ok(not rows[0]["active"] and "B = 7%" in show(), "not yet", rows)

# within a sale nothing changes: a register that waits over the time
reg = subprocess.Popen([HOLDFAST, "ring", "--store", str(A)], stdin=subprocess.PIPE,
                       stdout=subprocess.PIPE, text=True, bufsize=1)


def say(entry):
    reg.stdin.write(entry + "\n")
    reg.stdin.flush()
    return json.loads(reg.stdout.readline())


say("\\pin 1 8642")
say("1070DP20")
while datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") <= soon:
    pass
say("TL")
say("CA")
say("1050DP20")
say("TL")
say("CA")
reg.stdin.close()
reg.wait()
last = [json.loads(x) for x in holdfast(["export", "events", "--store", A]).stdout.splitlines()]
two = [e for e in last if e["type"] == "holdfast.sale.completed.v1"][-2:]
ok([e["data"]["taxes"][0]["tax"] for e in two] == [70, 50],
   "the open sale ends under its own, the next has the new rate", [e["data"]["taxes"] for e in two])
kinds = [e["type"].split(".", 1)[1] for e in last if e["sequence"] > two[0]["sequence"]]
ok(kinds.index("config.activated.v1") < kinds.index("sale.completed.v1"),
   "activated between the two", kinds)
# the rollback was made from an older text
p, rows = conf("drafts")
p, _ = conf("approve", rows[0]["draft"], who="1", want=1, name="a draft of an older text is refused")
ok("another one is active" in p.stderr, "in words", p.stderr)
conf("drop", rows[0]["draft"], "--note", "older", who="1", name="and dropped")
ok(conf("drafts")[1] == [], "none waits")

# the key-lock may be in its author's hand
(base / "key.conf").write_text(show() + "\n[role supervisor]\nconfig_approve = yes\n")
p, rows = conf("draft", base / "key.conf", who="1", name="supervisors are to approve")
conf("approve", rows[0]["draft"], who="2", name="which another owner does")
(base / "key.conf").write_text(show() + "# more\n")
p, rows = conf("draft", base / "key.conf", who="1", name="another draft")
r = ring(f"\\key S\nCD{rows[0]['draft']}\n\\key R\n\\key S\nCL\n")
ok([x.get("error") for x in r[2:5]] == ["approval", None, "approval"] and conf("drafts")[1],
   "nobody approves their own with a key", r)
conf("drop", rows[0]["draft"], who="1", name="it is dropped")

# --- to another store and back -----------------------------------------------------
p = holdfast(["config", "export", base / "bundle", "--store", A])
ok(p.returncode == 0, "export", p.stderr)
raw = (base / "bundle").read_bytes()
for at in (60, raw.index(b"\n") - 20, raw.index(b"\n") + 40, len(raw) - 3):
    (base / "bad").write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1:])
    p, _ = conf("import", base / "bad", store=B)
    ok(p.returncode != 0, f"byte {at} changed is refused", p.stdout)
p, rows = conf("import", base / "bundle", store=B, name="import")
ok(show(B) == show(A), "is the text")
p = holdfast(["config", "export", base / "again", "--store", B])
ok(p.returncode == 0 and (base / "again").read_bytes() == raw, "exported again to the byte",
   p.stderr)

# --- an editor ----------------------------------------------------------------------
ed = base / "ed"
ed.write_text("#!/bin/sh\nsed 's/^CORNER/X/; s/B = 5%/B = 6%/' \"$1\" >\"$1.n\" && cat \"$1.n\" >\"$1\" && rm \"$1.n\"\n")
ed.chmod(0o755)
os.environ["VISUAL"] = str(ed)
p, rows = conf("edit", store=B, name="edit")  # two people: a draft
ok("draft" in rows[0] and "B = 5%" in show(B), "makes a draft where two change it", rows)
os.environ["VISUAL"] = "sh -c 'echo nonsense >\"$0\"'"
p, _ = conf("edit", store=B, want=1, name="nonsense is refused")
ok("edit:1:" in p.stderr, "with its line", p.stderr)
os.environ["VISUAL"] = "false"
conf("edit", store=B, want=1, name="an editor that fails changes nothing")
ok(not list(B.glob("edit.*")), "and nothing is left lying about")

for store in (A, B):
    p = holdfast(["verify", "--json", "--store", store])
    ok(p.returncode == 0 and json.loads(p.stdout)["ok"], f"{store.name} verifies", p.stdout)
holdfast(["rebuild", "--store", A])
p = holdfast(["verify", "--json", "--store", A])
ok(json.loads(p.stdout)["store"] == "equal", "and is equal when rebuilt", p.stdout)
done()
