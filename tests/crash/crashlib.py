# SPDX-License-Identifier: Apache-2.0
"""What the crash tests share: a shop to break, the shim, the model of a disk,
and the one criterion.

P, the criterion of every case: no sale that was confirmed is lost or doubled,
no sale has a second life, every act that was told is recorded once, the chain
verifies, the live store equals one made anew from the lines, and the next
sales work.  Only the real program is driven; "confirmed" is what it
wrote to its standard output.
"""
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

BUILD = Path(os.environ.get("top_builddir", "."))
SRC = Path(os.environ.get("top_srcdir", "."))
HOLDFAST = os.environ.get("HOLDFAST", str(BUILD / "holdfast"))
SHIM = str(BUILD / "tests/crash/shim.so")
SLOW = bool(os.environ.get("HOLDFAST_SLOW"))
SEED = int(os.environ.get("SEED", "20261121"))

# --- TAP ------------------------------------------------------------------------

_n = 0
_bad = 0


def ok(condition, name, detail=""):
    global _n, _bad
    _n += 1
    print(("ok" if condition else "not ok") + f" {_n} - {name}", flush=True)
    if not condition:
        _bad += 1
        for line in str(detail).splitlines()[:40]:
            print(f"# {line}", flush=True)
    return condition


def diag(text):
    for line in str(text).splitlines():
        print(f"# {line}", flush=True)


def done():
    print(f"1..{_n}", flush=True)
    sys.exit(1 if _bad else 0)


# --- a shop ---------------------------------------------------------------------

def workdir():
    """A directory on memory when there is room: the shim models the disk."""
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    path = Path(tempfile.mkdtemp(prefix="holdfast-crash.", dir=base))
    import atexit
    atexit.register(lambda: os.environ.get("KEEP_TMP") or
                    shutil.rmtree(path, ignore_errors=True))
    return path


def run(args, stdin="", env=None, timeout=300):
    e = dict(os.environ)
    e.update(env or {})
    return subprocess.run([HOLDFAST] + [str(a) for a in args],
                          input=stdin.encode(), capture_output=True, env=e,
                          timeout=timeout)


CATALOG = """code,name,price,tax,department
5449000000996,Cola 0.33 L can,0.89,A,20
96385074,Chewing gum,0.79,A,13
4011,Bananas,0.35,B,10
LOAF,Sourdough loaf,3.80,B,11
FLYER,Shop flyer,0.00,A,50
"""


def make_shop(base, printer=False):
    """A store with a small catalog; returns its path."""
    store = base / "shop"
    p = run(["init", "--store", store, "--shop", "CRASH", "--register", "R01",
             "--currency", "EUR", "--prices", "included", "--tax", "A=19%",
             "--tax", "B=7%", "--key-file", base / "key"])
    assert p.returncode == 0, p.stderr
    if printer:
        with open(store / "holdfast.conf", "a", encoding="utf-8") as f:
            f.write(f"\n[printer]\ndriver = escpos\nuri = file:{base}/paper\n"
                    "profile = epson\n\n[drawer]\npin = 2\n")
        p = run(["config", "apply", "--store", store])
        assert p.returncode == 0, p.stderr
    (base / "catalog.csv").write_text(CATALOG)
    p = run(["import", "products", base / "catalog.csv", "--store", store])
    assert p.returncode == 0, p.stderr
    return store


# One of everything that is recorded; ends with a sale.
SCRIPT = """5449000000996
TL
CA
12*5449000000996
\\scan LOAF
VD
4011
29PO
TL
2000CA
NS
2*96385074
10DI
PK
\\scan LOAF
CN
4011
TL
CA
PK1
LOAF
VD1
TL
CA
RP
FLYER
TL
CA
2*LOAF
TL
200CA
100CC
VD
300CC
CA
XR
3*4011
96385074
VD1
TL
500CA
"""

NEXT = "5449000000996\nTL\nCA\n" * 20


def replies(out):
    """The JSON lines that were written whole."""
    text = out.decode("utf-8", "replace")
    result = []
    for line in text.split("\n")[:-1]:
        if line.startswith("{"):
            result.append(json.loads(line))
    return result


def sales_of(lines):
    """number -> total of the sales these replies confirm."""
    found = {}
    for r in lines:
        s = r.get("sale")
        if s:
            assert s["number"] not in found, s
            found[s["number"]] = s["total"]
    return found


ENDS = ("sale.completed.v1", "sale.voided.v1", "sale.parked.v1")
RECALLED = "sale.recalled.v1"
TAKEN = "tender.taken.v1"
REMOVED = "tender.removed.v1"


def kind_of(entry, reply, was):
    """The event an entry that was answered with ok stands for, "" none;
    ${was}: how many parts were paid before it."""
    e = entry.strip()
    if not reply["ok"] or e.startswith("\\"):
        return ""
    paid = len(reply.get("paid", []))
    if paid != was and not reply.get("sale"):
        return TAKEN if paid > was else REMOVED
    if "PK" in e:
        return "sale.parked.v1" if "parked" in reply else RECALLED
    for word, kind in (("VD", "line.voided.v1"), ("PO", "price.overridden.v1"),
                       ("DI", "line.discounted.v1"), ("DA", "line.discounted.v1"),
                       ("CN", "sale.voided.v1"), ("NS", "no-sale"),
                       ("RP", "copy.printed.v1"), ("XR", "report.printed.v1")):
        if e.strip("0123456789.") == word:
            return kind
    return "sale.completed.v1" if reply.get("sale") else ""


def acts_of(script, told):
    """kind -> how many were told to be done."""
    count = {}
    was = 0
    entries = [e for e in script.splitlines() if e and not e.startswith("#")]
    for entry, reply in zip(entries, told):
        kind = kind_of(entry, reply, was)
        was = len(reply.get("paid", [])) if reply["ok"] else was
        if kind:
            count[kind] = count.get(kind, 0) + 1
    return count


def events_of(store):
    p = run(["export", "events", "--store", store])
    assert p.returncode == 0, p.stderr
    return [json.loads(line) for line in p.stdout.splitlines()]


def short(event):
    kind = event["type"].removeprefix("holdfast.")
    if kind == "drawer.opened.v1" and event["data"]["reason"] == "no-sale":
        return "no-sale"
    return kind


def lives_of(events):
    """Each sale is completed once, or given up once, and brought back only
    from where it was parked.  None, or what is wrong in words."""
    state = {}
    for e in events:
        kind = short(e)
        if kind not in ENDS and kind != RECALLED:
            continue
        sale = e["data"]["sale"]
        was = state.get(sale, "open")
        good = was == "sale.parked.v1" if kind == RECALLED else was in ("open", RECALLED)
        if not good:
            return f"line {e['sequence']}: sale {sale} is {kind} behind {was}"
        state[sale] = kind
    return None


def recalled_lines(events):
    """How many lines are left of the sale brought back last, 0 when something
    ended it since."""
    parked, sale, gone = {}, None, 0
    for e in events:
        kind = short(e)
        if kind == "sale.parked.v1":
            parked[e["data"]["sale"]] = len(e["data"]["lines"])
        if kind == RECALLED:
            sale, gone = e["data"]["sale"], 0
        elif kind in ENDS:
            sale = None
        elif kind == "line.voided.v1" and e["data"]["sale"] == sale and \
                "left" not in e["data"]:
            gone += 1
    return parked[sale] - gone if sale else 0


def open_paid(events):
    """What is paid of the sale that is open behind these lines."""
    paid = []
    for e in events:
        kind, d = short(e), e["data"]
        if kind == TAKEN:
            paid.append({k: d[k] for k in ("no", "tender", "amount")})
        elif kind == REMOVED:
            if not paid or paid.pop()["no"] != d["no"]:
                return None
        elif kind in ENDS:
            paid = []
    return paid


def check_paid(before, offered, sale):
    """What is paid comes back once, with its lines, and is in the sale."""
    paid = open_paid(before)
    if paid is None:
        return "something was given back that nobody had taken"
    if offered.get("paid", []) != paid:
        return f"{offered.get('paid')} is paid, recorded {paid}"
    if paid and offered["lines"] == 0:
        return f"{paid} is paid of no lines"
    listed = [(t["tender"], t["amount"]) for t in sale["tenders"][:-1]] if sale else []
    if listed != [(t["tender"], t["amount"]) for t in paid]:
        return f"the sale lists {listed} of {paid}"
    return None


def check_acts(events, script, told, started):
    count = {}
    for e in events:
        count[short(e)] = count.get(short(e), 0) + 1
    want = acts_of(script, told)
    for kind in (set(want) | {"no-sale", RECALLED, TAKEN, REMOVED, *ENDS}) - {"sale.completed.v1"}:
        n, m = count.get(kind, 0), want.get(kind, 0)
        if n < m:
            return f"lost {kind}: told {m}, recorded {n}"
        if started is not None and n > m + started:
            return f"{kind}: told {m}, recorded {n}"
    return None


def criterion(store, confirmed, started=None, more=NEXT, told=None,
              script=SCRIPT, lines=None):
    """P.  Returns None, or what is wrong in words.

    ${told}: all replies of the session to ${script}: then every act in them is
    looked for.  ${lines}: how many the open sale may have now (no power cut).
    The sale that is offered is finished, so that a second life of it shows."""
    p = run(["ring", "--store", store, "--keep-going"], "TT\nTL\nCA\n" + more)
    if p.returncode not in (0, 1):
        return f"ring after: exit {p.returncode}: {p.stderr.decode()}"
    answers = replies(p.stdout)
    fresh = sales_of(answers)
    offered = answers[0]["lines"] if answers else 0
    want = more.count("CA\n") + (1 if offered else 0)
    if len(fresh) != want:
        return (f"only {len(fresh)} of {want} next sales: "
                f"{p.stdout.decode()[-600:]}{p.stderr.decode()}")
    p = run(["verify", "--store", store, "--json"])
    if p.returncode != 0:
        return f"verify: exit {p.returncode}: {p.stdout.decode()}{p.stderr.decode()}"
    v = json.loads(p.stdout)
    if not v["ok"] or v["store"] != "equal":
        return f"verify: {v}"
    p = run(["export", "sales", "--format", "jsonl", "--store", store])
    if p.returncode != 0:
        return f"export: {p.stderr.decode()}"
    have = {}
    for line in p.stdout.decode().splitlines():
        s = json.loads(line)
        if s["number"] in have:
            return f"doubled {s['number']}"
        have[s["number"]] = s["total"]
    for part in (confirmed, fresh):
        for number, total in part.items():
            if number not in have:
                return f"lost {number}"
            if have[number] != total:
                return f"{number} is {have[number]}, confirmed {total}"
    extra = len(have) - len(confirmed) - len(fresh)
    if started is not None and extra > started:
        return f"{extra} sales nobody confirmed"
    numbers = sorted(int(n.rsplit("-", 1)[1]) for n in have)
    if numbers != list(range(1, len(numbers) + 1)):
        return f"numbers have a gap: {numbers}"
    return check_lives(store, fresh, answers[0], started, told, script, lines)


def check_lives(store, fresh, first, started, told, script, lines):
    offered = first["lines"]
    events = events_of(store)
    why = lives_of(events)
    if why:
        return why
    at = 0      # what was there before the sales of criterion()
    while at < len(events) and not (short(events[at]) == "sale.completed.v1" and
                                    events[at]["data"]["number"] in fresh):
        at += 1
    before = events[:at]
    why = check_paid(before, first, events[at]["data"] if offered and at < len(events) else None)
    if why:
        return why
    if offered < recalled_lines(before):
        return f"brought back and lost: {offered} lines of {recalled_lines(before)}"
    if told is not None:
        why = check_acts(before, script, told, started)
        if why:
            return why
    if lines is not None and told:
        ends = sum(short(e) in ENDS for e in before)
        want = sum(acts_of(script, told).get(k, 0) for k in ENDS)
        if offered not in lines or (offered == 0 and told[-1]["lines"] > 0 and
                                    ends <= want):
            return f"{offered} lines are offered, not {lines}; {ends} ended of {want}"
    return None


def clone(src, dst):
    shutil.rmtree(dst, ignore_errors=True)
    shutil.copytree(src, dst, symlinks=True)
    return dst


def shim_env(root, **what):
    e = {"LD_PRELOAD": SHIM, "SHIM_ROOT": str(root)}
    e.update({"SHIM_" + k: str(v) for k, v in what.items()})
    return e


def count_points(base, store, script=SCRIPT, args=("ring", "--keep-going")):
    """How many points a run of ${script} has."""
    copy = clone(store, base / "count")
    p = run([*args, "--store", copy], script,
            env=shim_env(copy, COUNT=base / "points"))
    assert p.returncode in (0, 1), p.stderr
    words = (base / "points").read_text().split()
    return {"points": int(words[1]), "flushes": int(words[3]),
            "writes": int(words[5]), "out": p.stdout}


# --- the model of a disk --------------------------------------------------------

(CREATE, WRITE, SYNC, SYNCDIR, RENAME, UNLINK, TRUNC, MKDIR, RMDIR, OUT,
 LOST) = range(1, 12)


def read_trace(path):
    data = Path(path).read_bytes()
    at = 0
    ops = []
    while at + 24 <= len(data):
        op, n_path, where, n = struct.unpack_from("<IIQQ", data, at)
        at += 24
        name = data[at:at + n_path].decode()
        at += n_path
        if op in (WRITE, RENAME, OUT):
            body = data[at:at + n]
            at += n
        else:
            body = b""
        ops.append((op, name, where, body))
    return ops


class File:
    __slots__ = ("stable", "pending", "last")

    def __init__(self, stable=b""):
        self.stable = bytearray(stable)
        self.pending = []   # ("w", offset, bytes) or ("t", size)
        self.last = None    # the write in flight

    def flush(self):
        for p in self.pending:
            apply_piece(self.stable, p)
        self.pending = []

    def lose(self, rng):
        """A flush failed: the kernel holds the pages for written, and each is
        on the disk or is not, for good."""
        for p in self.pending:
            for part in split(p, 4096):
                if part[0] == "t" or rng.random() < 0.5:
                    apply_piece(self.stable, part)
        self.pending = []


def apply_piece(content, piece):
    if piece[0] == "t":
        size = piece[1]
        if size < len(content):
            del content[size:]
        else:
            content.extend(bytes(size - len(content)))
    else:
        _, at, data = piece
        if len(content) < at:
            content.extend(bytes(at - len(content)))
        content[at:at + len(data)] = data


def split(piece, unit):
    """A write cut where the disk may cut it."""
    if piece[0] == "t":
        return [piece]
    _, at, data = piece
    parts = []
    i = 0
    while i < len(data):
        n = min(unit - (at + i) % unit, len(data) - i)
        parts.append(("w", at + i, data[i:i + n]))
        i += n
    return parts


class Disk:
    """Bytes that are flushed, bytes that may or may not be, and names that
    may or may not be."""

    def __init__(self, root, seed=0):
        self.lost = random.Random(seed)
        self.stable = {}    # name -> File or None (directory)
        self.now = {}
        self.pending = []   # (kind, name, target or File)
        for path in sorted(Path(root).rglob("*")):
            rel = str(path.relative_to(root))
            if path.is_dir():
                self.now[rel] = None
            elif path.is_file():
                self.now[rel] = File(path.read_bytes())
        self.stable = dict(self.now)
        self.written = None

    def add(self, op):
        kind, name, at, body = op
        if kind == CREATE:
            f = self.now.get(name)
            if f is None:
                f = File()
                self.now[name] = f
                self.pending.append(("link", name, f))
            else:
                f.pending.append(("t", 0))
        elif kind == WRITE:
            f = self.now.get(name)
            if f is None:
                return
            f.pending.append(("w", at, body))
            self.written = f
        elif kind == TRUNC:
            self.now[name].pending.append(("t", at))
        elif kind == SYNC:
            f = self.now.get(name)
            if f is not None:
                f.flush()
        elif kind == LOST:
            f = self.now.get(name)
            if f is not None:
                f.lose(self.lost)
        elif kind == SYNCDIR:
            parent = "" if name == "." else name
            rest = []
            for p in self.pending:
                if str(Path(p[1]).parent) in (parent, "." if parent == "" else parent):
                    self.name_op(self.stable, p)
                else:
                    rest.append(p)
            self.pending = rest
        elif kind == RENAME:
            target = body.decode()
            self.now[target] = self.now.pop(name, None)
            for other in [n for n in self.now if n.startswith(name + "/")]:
                self.now[target + other[len(name):]] = self.now.pop(other)
            self.pending.append(("rename", name, target))
        elif kind in (UNLINK, RMDIR):
            self.now.pop(name, None)
            self.pending.append(("unlink", name, None))
        elif kind == MKDIR:
            self.now[name] = None
            self.pending.append(("link", name, None))

    @staticmethod
    def name_op(names, op):
        kind, name, what = op
        if kind == "link":
            names[name] = what
        elif kind == "unlink":
            names.pop(name, None)
        elif name in names:
            moved = names.pop(name)
            names[what] = moved
            prefix = name + "/"
            for other in [n for n in names if n.startswith(prefix)]:
                names[what + other[len(name):]] = names.pop(other)

    def image(self, rng, mode, out):
        """One state a power cut may leave, written below ${out}."""
        names = dict(self.stable)
        if mode == "names":
            keep = {}
            for p in self.pending:
                parent = str(Path(p[1]).parent)
                if parent not in keep:
                    mine = [q for q in self.pending if str(Path(q[1]).parent) == parent]
                    keep[parent] = rng.randint(0, len(mine))
                if keep[parent] > 0:
                    keep[parent] -= 1
                    self.name_op(names, p)
        else:
            for p in self.pending:
                self.name_op(names, p)
        unit = 512 if mode == "torn" else 4096
        share = rng.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        for name, f in sorted(names.items(), key=lambda x: (x[0].count("/"), x[0])):
            path = Path(out) / name
            if f is None:
                path.mkdir(parents=True, exist_ok=True)
                continue
            content = bytearray(f.stable)
            if mode == "ordered":
                keep = rng.randint(0, len(f.pending))
                for p in f.pending[:keep]:
                    apply_piece(content, p)
            else:
                for p in f.pending:
                    for part in split(p, unit):
                        if rng.random() < share:
                            apply_piece(content, part)
            if mode == "garbage" and f is self.written and f.pending:
                p = f.pending[-1]
                if p[0] == "w":
                    part = rng.choice(split(p, 4096))
                    noise = bytes(rng.getrandbits(8) for _ in range(64)) * 64
                    start = part[1] - part[1] % 4096
                    if len(content) >= start:
                        apply_piece(content, ("w", start, noise[:4096]))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


MODES = ("reordered", "torn", "garbage", "ordered", "names")


def kill_wait(p):
    return p.returncode == -signal.SIGKILL
