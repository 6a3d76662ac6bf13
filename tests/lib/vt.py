# SPDX-License-Identifier: Apache-2.0
"""The register in a terminal emulator, for tests: Screen drives tests/lib/vt,
Shop makes the shops it runs on.  Nothing here sleeps: a wait is for a text, for
bytes, or for the program to have read everything and gone to sleep.
"""
import atexit
import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(os.environ.get("top_srcdir", ".")) / "tests/crash"))
import crashlib  # noqa: E402
from crashlib import (BUILD, HOLDFAST, SEED, SLOW, SRC, diag, done,  # noqa: E402,F401
                      run, workdir)

VT = str(BUILD / "tests/lib/vt")
# how long anything may take before a test gives up; never how long it takes
PATIENCE_MS = int(os.environ.get("PATIENCE", "120000"))
# a lone key is held for 35 ms, one that may answer a box for 120, an Esc for 150
KEY_MS = 50
GUARD_MS = 150
ESC_MS = 190

_lock = threading.Lock()

STX, ETX, ESC = "\x02", "\x03", "\x1b"
F5 = "\x1b[15~"


def require():
    """Ends the test where the emulator was not built; a failure if all must run."""
    if os.access(VT, os.X_OK):
        return
    if os.environ.get("REQUIRE_ALL"):
        ok(False, "tests/lib/vt is built (install libvterm-dev)")
        done()
    print("1..0 # SKIP libvterm is not installed")
    sys.exit(0)


class Late(Exception):
    """What was waited for did not come; says what the screen showed."""


def ok(condition, name, detail=""):
    """Cases run side by side: one point after the other all the same."""
    with _lock:
        return crashlib.ok(condition, name, detail)


def cases(*calls, at_once=4):
    """Runs each (function, argument...), some at once: they mostly wait.  One that
    waited in vain has failed.  ONLY="name name" runs those."""
    only = os.environ.get("ONLY", "").split()

    def one(call):
        fn, *args = call
        began = time.monotonic()
        try:
            fn(*args)
        except Late as e:
            ok(False, f"{fn.__name__}: what should have come did not", e)
        except Exception:  # of the test itself
            ok(False, f"{fn.__name__} ran", traceback.format_exc())
        with _lock:
            diag(f"{fn.__name__}: {time.monotonic() - began:.1f} s")

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, [c for c in calls if not only or c[0].__name__ in only]))
    done()


class Screen:
    """A program in a terminal.  Rows and columns count from 0."""

    def __init__(self, args, rows=24, cols=80, term="vt100", locale="C.UTF-8",
                 env=None, log=None):
        e = {k: v for k, v in os.environ.items()
             if k not in ("NO_COLOR", "COLORTERM", "LINES", "COLUMNS", "LANG")
             and not k.startswith("LC_")}
        e.update(TERM=term, LC_ALL=locale, TZ="UTC")
        e.update(env or {})
        if log:
            e["VT_LOG"] = str(log)
        self.p = subprocess.Popen([VT, str(rows), str(cols)] + [str(a) for a in args],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=e)
        self.open = True
        atexit.register(self.close)

    def close(self):
        """The program is killed if it still runs."""
        if self.open:
            self.open = False
            self.p.stdin.close()
            self.p.stdout.close()
            self.p.wait()
            atexit.unregister(self.close)

    def ask(self, line):
        self.p.stdin.write(line.encode() + b"\n")
        self.p.stdin.flush()
        return self.p.stdout.readline().decode().rstrip("\n")

    def do(self, line):
        answer = self.ask(line)
        if answer != "ok":
            words = line.split()
            if words[0] in ("see", "gone", "like", "send", "slow"):
                words[-1] = repr(bytes.fromhex(words[-1]))[1:]
            raise Late(f"{' '.join(words)}: {answer}\n{self.shown()}")

    @staticmethod
    def hex(text):
        return (text if isinstance(text, bytes) else text.encode()).hex()

    # --- hands
    def send(self, text):
        """Bytes as they are, all at once."""
        self.do("send " + self.hex(text))
        return self

    def slow(self, us, text):
        """A byte each us microseconds."""
        self.do(f"slow {us} " + self.hex(text))
        return self

    def keys(self, *names):
        """Keys by name (F5 Up KP4 Enter Escape Ctrl-F), else as they are typed."""
        for name in names:
            if re.fullmatch(r"Ctrl-[A-Z]", name):
                self.send(chr(ord(name[-1]) - 64))
            elif len(name) > 1 and self.ask("key " + name) == "ok":
                continue
            else:
                self.send(name)
        return self

    def press(self, *names):
        """Keys as a hand presses them: each is taken before the next."""
        for name in names:
            self.keys(name)
            self.settle(ESC_MS if name == "Escape" else
                        GUARD_MS if len(name) == 1 and name.isalnum() else KEY_MS)
        return self

    def play(self, keys):
        """Names of keys, and functions of the screen like a scan."""
        for key in keys:
            if callable(key):
                key(self)
                self.settle(20)
            else:
                self.press(key)
        return self

    def scan(self, *codes):
        """A scanner that frames what it sends."""
        return self.send("".join(STX + c + ETX for c in codes))

    def wedge(self, code, us=7000, end="\r"):
        """A scanner that types."""
        return self.slow(us, code + end)

    # --- eyes
    def see(self, text, ms=PATIENCE_MS):
        self.do(f"see {ms} " + self.hex(text))
        return self

    def like(self, regex, ms=PATIENCE_MS):
        self.do(f"like {ms} " + self.hex(regex))
        return self

    def gone(self, text, ms=PATIENCE_MS):
        self.do(f"gone {ms} " + self.hex(text))
        return self

    def settle(self, ms=KEY_MS, limit=PATIENCE_MS):
        """It has read all that was sent, painted, and sleeps since ms."""
        self.do(f"quiet {ms} {limit}")
        return self

    def typed(self, text, ms=PATIENCE_MS):
        """Its keys were taken: the cursor stands behind them."""
        end = time.monotonic() + ms / 1000
        while True:
            self.settle(20)
            row, col = self.cursor()
            if self.lines()[row][:col].endswith(text):
                return self
            if time.monotonic() > end:
                raise Late(f"the cursor is not behind {text!r}\n{self.shown()}")

    def lines(self, verb="dump"):
        n = int(self.ask(verb))
        return [self.p.stdout.readline().decode("utf-8", "replace").rstrip("\n")
                for _ in range(n)]

    def shown(self):
        return "\n".join(self.lines())

    def shows(self, text):
        return text in self.shown()

    def looks(self):
        return self.lines("looks")

    def cursor(self):
        row, col = self.ask("cursor").split()
        return int(row), int(col)

    def prompt(self):
        """What stands on the cursor's row."""
        return self.lines()[self.cursor()[0]]

    def bells(self):
        return int(self.ask("bells"))

    # --- the terminal and the machine
    def size(self, rows, cols):
        self.do(f"size {rows} {cols}")
        return self

    def stall(self):
        self.do("stall")

    def resume(self):
        self.do("resume")

    def mark(self):
        self.do("mark")

    def bytes(self):
        return int(self.ask("bytes"))

    def out(self, n, ms=PATIENCE_MS):
        self.do(f"out {ms} {n}")

    def signal(self, number):
        self.do(f"signal {int(number)}")

    def stop(self):
        self.signal(signal.SIGSTOP)

    def cont(self):
        self.signal(signal.SIGCONT)

    def hang_up(self):
        self.do("hangup")

    def pid(self):
        return int(self.ask("pid"))

    def wait(self, ms=PATIENCE_MS):
        """"exit 0", "signal 9"."""
        answer = self.ask(f"wait {ms}")
        if answer == "late":
            raise Late("it did not end\n" + self.shown())
        return answer

    def kill(self):
        self.signal(signal.SIGKILL)
        self.wait()
        self.close()


PRODUCTS = """code,name,price,tax,department
5449000000996,Cola 0.33 L can,0.89,A,20
4311501000014,Whole milk 1 L,1.29,B,10
4012345670097,Shampoo 250 ml,4.25,A,20
4006040012344,Olive oil 500 ml,6.49,B,10
4008452011007,Yoghurt plain 150 g,0.59,B,10
4017,Apples Gala,2.99,B,10
LOAF,Sourdough loaf,3.80,B,11
96385074,Chewing gum,0.79,A,13
4009900484367,Ap\u00e9ritif \u00e0 l'orange 0.7 L,11.90,A,20
4901777018686,\u7dd1\u8336 \u304a\u3044\u304a\u8336 500 ml,1.85,B,10
"""
COLA, MILK, SHAMPOO, OIL = ("5449000000996", "4311501000014", "4012345670097",
                            "4006040012344")
UNKNOWN = "4006381333931"
WINE = "4002345000017"
# The same, and wine, for which one must be 18.
AGED = ("\n".join(f"{row},{'' if n else 'age'}" for n, row in
                  enumerate(PRODUCTS.splitlines())) + f"\n{WINE},Red wine 0.75 L,7.95,A,20,18\n")


# A code that is not on file stops the line with a box.
STOPS = {"sale": {"not_on_file": "stop"}}


class Shop:
    """A shop in base; copies of it are quick."""

    def __init__(self, base, products=PRODUCTS, conf=None, more=()):
        self.base = Path(base)
        self.path = self.base / "shop"
        products_csv = self.base / "products.csv"
        products_csv.write_text(products, encoding="utf-8")
        self.must("init", "--store", self.path, "--shop", "CORNER MARKET",
                  "--register", "R01", "--currency", "EUR", "--prices", "included",
                  "--tax", "A=19%", "--tax", "B=7%", "--key-file", self.base / "key",
                  *more)
        self.must("import", "products", products_csv, "--store", self.path)
        self.configure({**STOPS, **(conf or {})})

    def configure(self, conf):
        """{section: {key: value}} into holdfast.conf, whether it has them or not."""
        path = self.path / "holdfast.conf"
        lines = path.read_text(encoding="utf-8").splitlines()
        for section, pairs in conf.items():
            head = f"[{section}]"
            if head not in lines:
                lines += ["", head]
            for key, value in pairs.items():
                at = lines.index(head) + 1
                while at < len(lines) and not lines[at].startswith("["):
                    if re.match(re.escape(key) + r"\s*=", lines[at]):
                        del lines[at]
                    else:
                        at += 1
                lines.insert(lines.index(head) + 1, f"{key} = {value}")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.must("config", "apply", "--store", self.path)

    def people(self):
        """The owner has a PIN; Ana (7) is a cashier, Eva (2) a supervisor with
        a badge."""
        for args, secret in (
                (("pin", "1"), "8642"),
                (("add", "7", "--name", "Ana"), "4711"),
                (("add", "2", "--name", "Eva", "--role", "supervisor"), "9182")):
            self.must("user", *args, "--pin-fd", "0", "--store", self.path,
                      stdin=secret + "\n")
        self.must("user", "badge", "2", "--badge-fd", "0", "--store", self.path,
                  stdin="BADGE-0002\n")

    @staticmethod
    def must(*args, **more):
        p = run(args, **more)
        if p.returncode != 0:
            sys.exit(f"Bail out! {args}: {p.returncode} {p.stderr.decode()}")
        return p.stdout.decode()

    def copy(self, name):
        """Another store with the same past."""
        other = object.__new__(Shop)
        other.base, other.path = self.base, self.base / name
        shutil.rmtree(other.path, ignore_errors=True)
        shutil.copytree(self.path, other.path)
        return other

    def register(self, *args, until="ITEM >", **more):
        """The register, when its first screen can be read."""
        verb = args[:1] if args and not args[0].startswith("-") else ()
        s = Screen([HOLDFAST, *verb, "--store", self.path, *args[len(verb):]], **more)
        return s.see(until)

    def ring(self, text):
        return self.must("ring", "--store", self.path, stdin=text)

    def sales(self):
        """Rows of `export sales`, without its heading."""
        return self.must("export", "sales", "--format", "csv", "--store",
                         self.path).splitlines()[1:]

    def lines(self):
        """(code, quantity in thousandths) of every line sold, in order."""
        rows = csv.DictReader(self.must("export", "lines", "--format", "csv", "--store",
                                        self.path).splitlines())
        return [(r["code"], round(float(r["quantity"]) * 1000)) for r in rows]

    def verifies(self):
        p = run(["verify", "--json", "--store", self.path])
        return p.returncode == 0, p.stdout.decode() + p.stderr.decode()


# What differs from run to run, so that two captures can be compared.
MASKS = (
    (re.compile(r"\bLine \d+:[0-9a-f]{16}\b"), "Line n:hash"),
    (re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) +\d{1,2} [A-Z][a-z]{2} \d\d:\d\d"),
     "Day 00 Mon 00:00"),
    (re.compile(r"\b20\d\d-\d\d-\d\d\b"), "YYYY-MM-DD"),
    (re.compile(r"\b\d\d? [A-Z][a-z]{2} 20\d\d\b"), "00 Mon YYYY"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "hh:mm:ss"),
    (re.compile(r"\b\d\d:\d\d\b"), "hh:mm"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
     "uuiduuid-uuid-uuid-uuid-uuiduuiduuid"),
)


def mask(text):
    """Of the same width, so that nothing behind moves."""
    for pattern, plain in MASKS:
        text = pattern.sub(lambda m, p=plain: p.ljust(len(m.group()))[:len(m.group())],
                           text)
    return text
