# SPDX-License-Identifier: Apache-2.0
"""The worker as a service: its unit is read without a word and exposes little,
it makes no call of the system that the unit forbids, it says that it is ready,
awake and stopping; and its numbers are what Prometheus takes, from a file and
over HTTP."""
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
import synckit  # noqa: E402
from crashlib import SRC, diag, done, ok  # noqa: E402

UNIT = SRC / "contrib/systemd/holdfast-syncd.service"
EXPOSURE = 1.2
missing = [p for p in ("systemd-analyze", "strace", "promtool")
           if not shutil.which(p)]
if missing:
    if os.environ.get("REQUIRE_ALL"):
        ok(False, f"{' '.join(missing)} is installed")
        done()
    print(f"1..0 # SKIP {' '.join(missing)} is not installed")
    sys.exit(0)


def settings(key):
    return [x.split("=", 1)[1] for x in UNIT.read_text().splitlines()
            if x.startswith(key + "=")]


def check_unit(base):
    to = base / "units"
    to.mkdir()
    (to / UNIT.name).write_text(UNIT.read_text().replace(
        "/usr/bin/holdfast-syncd", str(Path(synckit.SYNCD).resolve())))
    p = subprocess.run(["systemd-analyze", "verify", "--man=no",
                        str(to / UNIT.name)], capture_output=True, text=True,
                       env=dict(os.environ, SYSTEMD_UNIT_PATH=f"{to}:"),
                       check=False)
    about = [x for x in (p.stdout + p.stderr).splitlines() if "holdfast" in x]
    ok(p.returncode == 0 and not about, "systemd reads the unit",
       p.stdout + p.stderr)
    p = subprocess.run(["systemd-analyze", "security", "--offline=true",
                        "--no-pager", str(to / UNIT.name)],
                       capture_output=True, text=True, check=False)
    found = re.search(r"exposure level for .*: ([0-9.]+) ", p.stdout)
    level = float(found[1]) if found else 10.0
    diag(f"exposure {level}")
    ok(level <= EXPOSURE, f"exposure at most {EXPOSURE}", p.stdout)


def calls(names):
    got = set()
    for name in names:
        if not name.startswith("@"):
            got.add(name)
            continue
        p = subprocess.run(["systemd-analyze", "syscall-filter", name],
                           capture_output=True, text=True, check=True)
        got |= calls(x.strip() for x in p.stdout.splitlines()[1:]
                     if x.strip() and not x.strip().startswith("#"))
    return got


def check_calls(kit, base):
    good = set()
    for text in settings("SystemCallFilter"):
        if text.startswith("~"):
            good -= calls(text[1:].split())
        else:
            good |= calls(text.split())
    trace = base / "trace"
    w = kit.worker("--metrics", str(base / "traced.prom"),
                   wrap=["strace", "-f", "-qq", "-o", str(trace)])
    kit.settled()
    kit.until(lambda s: s["queued"] == "0")
    pid = w.proc.pid
    child = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
    os.kill(int(child), 15)
    w.proc.wait(120)
    made = set(re.findall(r"^\d+ +([a-z_0-9]+)\(", trace.read_text(), re.M))
    # what comes before the filter is there
    bad = made - good - {"execve"}
    ok(made and not bad, "no call that the unit forbids", bad)


def promtool(text, name):
    p = subprocess.run(["promtool", "check", "metrics"], input=text,
                       capture_output=True, text=True, check=False)
    ok(p.returncode == 0 and not p.stderr.strip(), name,
       p.stdout + p.stderr + text)


def value(text, name):
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    return float(found[1]) if found else None


kit = synckit.Kit()
check_unit(kit.base)
check_calls(kit, kit.base)

path = str(kit.base / "notify")
sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sock.bind(path)
sock.settimeout(120)
prom = kit.base / "w.prom"
w = kit.worker("--metrics", str(prom),
               env={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"})
said = [sock.recv(100).decode() for _ in range(3)]
ok(said[0] == "READY=1" and "WATCHDOG=1" in said[1:], "ready, and awake", said)
kit.settled()
kit.hub.always = "reset"
kit.sell(2)
kit.ask("NOW")
kit.until(lambda s: s["link"] == "offline")
w.stop()
said = []
try:
    sock.settimeout(0.2)
    while True:
        said.append(sock.recv(100).decode())
except OSError:
    pass
ok("STOPPING=1" in said, "and stopping", said)
text = prom.read_text()
promtool(text, "promtool takes the file")
ok(value(text, "holdfast_sync_events_unacked") > 0 and
   value(text, "holdfast_sync_oldest_unacked_timestamp_seconds") > 1e9 and
   value(text, 'holdfast_sync_link{state="offline"}') == 1 and
   value(text, "holdfast_journal_last_sequence") > 0,
   "and it says what waits", text)

with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
kit.hub.always = None
w = kit.worker("--metrics", f"127.0.0.1:{port}")
kit.settled()
kit.until(lambda s: s["queued"] == "0" and s["link"] == "online")
quiet = socket.create_connection(("127.0.0.1", port))  # says nothing
with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics",
                            timeout=120) as a:
    text = a.read().decode()
promtool(text, "promtool takes it over HTTP")
ok(value(text, "holdfast_sync_events_unacked") == 0 and
   value(text, 'holdfast_sync_push_batches_total{outcome="acked"}') > 0,
   "and nothing waits", text)
quiet.close()
ok(w.stop() < synckit.soon(), "it ends within a second")
w = kit.worker("--metrics", "8.8.8.8:1")
ok(w.proc.wait(120) == 2, "not on an address of others")
kit.hub.stop()
done()
