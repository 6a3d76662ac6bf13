# SPDX-License-Identifier: Apache-2.0
"""The units in contrib/systemd: systemd reads them without a word, their
exposure is below one, the register's own command line runs on a terminal and
says that it is ready, awake and stopping, it makes no call of the system that
its unit forbids, and what the timer starts may be started again."""
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import (HOLDFAST, SRC, diag, done, make_shop, ok, run,  # noqa: E402
                      workdir)

UNITS = SRC / "contrib/systemd"
SANITIZED = os.environ.get("HF_SANITIZERS", "no") != "no"
PATIENCE = 120
EXPOSURE = 1.0
NETWORKED = 1.3     # of those that are there to talk to others


def need(*programs):
    missing = [p for p in programs if not shutil.which(p)]
    if missing and os.environ.get("REQUIRE_ALL"):
        ok(False, f"{' '.join(missing)} is installed")
        done()
    if missing:
        print(f"1..0 # SKIP {' '.join(missing)} is not installed")
        sys.exit(0)


def placed(base):
    """Copies whose programs are those of this tree."""
    to = base / "units"
    to.mkdir()
    for unit in UNITS.iterdir():
        if unit.suffix in (".service", ".timer"):
            text = unit.read_text()
            text = text.replace("/usr/bin/holdfast", str(Path(HOLDFAST).resolve()))
            text = text.replace("/usr/share/holdfast/close-day",
                                str((SRC / "contrib/close-day").resolve()))
            (to / unit.name).write_text(text)
    # an instance, as systemctl enable would name it
    (to / "holdfast-register@tty1.service").symlink_to("holdfast-register@.service")
    return to


def check_units(to):
    names = ["holdfast-register@tty1.service", "holdfast-close.service",
             "holdfast-syncd.service", "holdfast-hub.service",
             "holdfast-close.timer"]
    p = subprocess.run(["systemd-analyze", "verify", "--man=no"] +
                       [str(to / n) for n in names],
                       capture_output=True, text=True,
                       env=dict(os.environ, SYSTEMD_UNIT_PATH=f"{to}:"))
    about = [l for l in (p.stdout + p.stderr).splitlines() if "holdfast" in l]
    ok(p.returncode == 0 and not about, "systemd reads the units without a word",
       p.stdout + p.stderr)
    for name in names[:-1]:
        p = subprocess.run(["systemd-analyze", "security", "--offline=true",
                            "--no-pager", str(to / name)],
                           capture_output=True, text=True)
        found = re.search(r"exposure level for .*: ([0-9.]+) ", p.stdout)
        level = float(found[1]) if found else 10.0
        diag(f"{name}: exposure {level}")
        limit = EXPOSURE if name in names[:2] else NETWORKED
        ok(level < limit, f"{name}: exposure below {limit}",
           p.stdout + p.stderr)


def settings(unit, key):
    return [l.split("=", 1)[1] for l in unit.read_text().splitlines()
            if l.startswith(key + "=")]


def command_of(unit, store, credentials):
    line = settings(unit, "ExecStart")[0]
    line = line.replace("%S/holdfast", str(store)).replace("%d", str(credentials))
    return line.split()


class Manager:
    """What systemd is to a register: terminal, environment, notify socket."""

    def __init__(self, base, command, unit, watchdog_s):
        self.path = str(base / "notify")
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.path)
        self.said = []
        self.shown = b""
        env = {"NOTIFY_SOCKET": self.path, "PATH": "/usr/bin:/bin",
               "WATCHDOG_USEC": str(watchdog_s * 1000000)}
        for pair in " ".join(settings(unit, "Environment")).split():
            name, value = pair.split("=", 1)
            env[name] = value
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        self.pid, self.tty = pty.fork()
        if self.pid == 0:
            os.environ.clear()
            os.environ.update(env)
            os.execv(command[0], command)

    def until(self, told, want):
        end = time.monotonic() + PATIENCE
        while not told() and time.monotonic() < end:
            ready, _, _ = select.select([self.sock, self.tty], [], [], 1)
            if self.sock in ready:
                self.said.append(self.sock.recv(4096).decode())
            if self.tty in ready:
                try:
                    self.shown += os.read(self.tty, 65536)
                except OSError:
                    break
        return ok(told(), want, f"{self.said}\n{self.shown[-2000:]!r}")

    def end(self):
        """SIGTERM, as a stop of the unit; its exit status."""
        os.killpg(self.pid, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if select.select([self.tty], [], [], 0.1)[0]:
                try:
                    os.read(self.tty, 65536)
                except OSError:
                    pass
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                break
        else:
            return None
        self.sock.setblocking(False)
        try:
            while True:
                self.said.append(self.sock.recv(4096).decode())
        except BlockingIOError:
            pass
        self.sock.close()
        os.unlink(self.path)
        return os.waitstatus_to_exitcode(status)


def allowed(unit):
    """Names of calls that the unit's filters let through."""
    def calls(names):
        got = set()
        for name in names:
            if not name.startswith("@"):
                got.add(name)
                continue
            p = subprocess.run(["systemd-analyze", "syscall-filter", name],
                               capture_output=True, text=True, check=True)
            for line in p.stdout.splitlines()[1:]:
                word = line.strip()
                if word and not word.startswith("#"):
                    got |= calls([word]) if word.startswith("@") else {word}
        return got

    may = calls(["@default"])
    for value in settings(unit, "SystemCallFilter"):
        if value.startswith("~"):
            may -= calls(value[1:].split()) - calls(["@default"])
        else:
            may |= calls(value.split())
    return may


def check_run(base, to):
    unit = to / "holdfast-register@.service"
    store = make_shop(base)
    credentials = base / "credentials"
    credentials.mkdir()
    shutil.copy(base / "key", credentials / "key")
    command = command_of(unit, store, credentials)

    m = Manager(base, command, unit, 4)
    m.until(lambda: "READY=1" in m.said, "the unit's command line opens the "
            "register and says that it is ready")
    m.until(lambda: b"CRASH" in m.shown, "on the terminal it was given")
    for c in b"5449000000996\r":
        os.write(m.tty, bytes([c]))
    m.until(lambda: b"Cola" in m.shown, "which sells")
    m.until(lambda: "WATCHDOG=1" in m.said, "and says that it is awake")
    status = m.end()
    ok(status == 0 and m.said[-1] == "STOPPING=1", "SIGTERM ends it",
       f"{status} {m.said}")
    p = run(["ring", "--store", store], "TL\nCA\n")
    ok(b'"sale"' in p.stdout, "and the open sale is still there", p.stdout + p.stderr)
    if SANITIZED:
        return
    trace = base / "trace"
    m = Manager(base, ["/usr/bin/strace", "-f", "-qq", "-o", str(trace)] + command,
                unit, 4)
    m.until(lambda: "READY=1" in m.said, "the same under strace")
    os.write(m.tty, b"5449000000996\r")
    m.until(lambda: m.shown.count(b"Cola") > 0, "it sells there")
    m.end()
    made = set(re.findall(r"^\d+ +(\w+)\(", trace.read_text(errors="replace"), re.M))
    # what starts the program is systemd's
    bad = made - allowed(unit)
    ok(len(made) > 20 and not bad, "no call of the system is one that its unit "
       "forbids", f"{sorted(bad)} of {len(made)}")
    net = re.findall(r"socket\((AF_\w+)", trace.read_text(errors="replace"))
    ok(set(net) <= {"AF_UNIX"}, "and no socket but of its own machine", net)


def check_close(base, to):
    """The timer's command line, as a night and another try of it run it."""
    store = base / "shop"
    books = base / "books"
    line = settings(to / "holdfast-close.service", "ExecStart")[0]
    line = line.replace("%S/holdfast-books", str(books))
    command = line.replace("%S/holdfast", str(store)).replace(
        "%d", str(base / "credentials")).split()

    def night():
        return subprocess.run(command, capture_output=True, text=True, timeout=120,
                              env=dict(os.environ, HOLDFAST=HOLDFAST))

    def books_now():
        return {f.name: (f.read_bytes(), f.stat().st_mtime_ns)
                for f in books.iterdir()}

    run(["ring", "--store", store], "CN\n")  # what the traced one left open

    def closed():
        p = run(["export", "events", "--store", store])
        return p.stdout.count(b"holdfast.day.closed.v1")

    p = night()
    first = books_now() if books.exists() else {}
    ok(p.returncode == 0 and closed() == 1, "the timer's command closes the day",
       p.stdout + p.stderr)
    ok(sorted(first) == ["Z00000001.hledger", "Z00000001.sales.csv"],
       "and exports its books", first.keys())
    p = night()
    ok(p.returncode == 0 and closed() == 1 and books_now() == first,
       "again it closes nothing and writes nothing", p.stdout + p.stderr)
    run(["ring", "--store", store], "5449000000996\nTL\nCA\n5449000000996\n")
    p = night()
    ok(p.returncode == 1 and "sale is open" in p.stderr and closed() == 1,
       "with a sale open it says so and is tried again", p.stdout + p.stderr)
    run(["ring", "--store", store], "TL\nCA\n")
    (books / "Z00000002.sales.csv.part").write_text("half")
    p = night()
    ok(p.returncode == 0 and closed() == 2 and len(books_now()) == 4 and
       not list(books.glob("*.part")), "then the day, and no half file",
       f"{p.stdout}{p.stderr}{books_now().keys()}")


need("systemd-analyze", "strace")
base = workdir()
to = placed(base)
check_units(to)
check_run(base, to)
check_close(base, to)
done()
