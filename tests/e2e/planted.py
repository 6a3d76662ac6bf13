# SPDX-License-Identifier: Apache-2.0
"""A day of use, with secrets planted in all that is keyed, scanned or charged;
then a search for each, in every file there is and in what a core dump would
be; and again when one of the people is erased.  Case 42."""
import atexit
import base64
import json
import os
import pty
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import HOLDFAST, diag, done, make_shop, ok, run, workdir  # noqa: E402

SIM = os.path.join(os.environ.get("top_builddir", "."), "holdfast-sim")
# long enough that sealed bytes never spell one by chance
SECRETS = {
    "owner's PIN": "908172635418", "cashier's PIN": "570391826405",
    "wrong PIN": "661940275183", "cashier's name": "Wilhelmina Quastenflosse",
    "supervisor's name": "Ottokar Zwiebelturm", "badge": "BADGE-QX77-KLMN-0815",
    "card number": "4970101234567893", "passphrase": "nine violet herons argue",
    "VAT number": "ATU73649182",
}
PIN = SECRETS["cashier's PIN"]
base = workdir()
for d in ("tmp", "home"):
    (base / d).mkdir()
os.environ.update(TMPDIR=str(base / "tmp"), HOME=str(base / "home"))
store = make_shop(base)


def user(*args, secret="", want=0):
    p = run(["user", *args, "--store", store], secret + "\n" if secret else "")
    assert p.returncode == want, p.stdout + p.stderr
    return p


user("pin", "1", "--pin-fd", "0", secret=SECRETS["owner's PIN"])
user("add", "7", "--name", SECRETS["cashier's name"], "--pin-fd", "0",
     secret=SECRETS["cashier's PIN"])
user("add", "2", "--name", SECRETS["supervisor's name"], "--role", "supervisor",
     "--pin-fd", "0", secret="730519284617")
user("badge", "2", "--badge-fd", "0", secret=SECRETS["badge"])

# --- a card terminal that tells more than it should ---------------------------
door = base / "card"
sim = subprocess.Popen([SIM, "caisse", "--unix", str(door)],
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
atexit.register(sim.kill)
sim.stdout.readline()
sim.stdin.write(b"leak on\nslow 100\n")
sim.stdin.flush()
conf = store / "holdfast.conf"
text = re.sub(r"(?m)^\[tender CC\]\n(?:[^\[\n].*\n)*",
              "[tender CC]\nname = Card\nkind = card\nterminal = card\n", conf.read_text())
conf.write_text(text + f"\n[device card]\ndriver = caisse\nport = unix:{door}\n")
p = run(["config", "apply", "--store", store])
ok(p.returncode == 0, "a card terminal is configured", p.stderr)

# --- the day, without a screen ---------------------------------------------------
p = run(["ring", "--keep-going", "--store", store],
        f"\\pin 7 {SECRETS['wrong PIN']}\n\\pin 7 {PIN}\n"
        f"5449000000996\nVN{SECRETS['VAT number']}\nTL\nCC\n4011\nTL\nCA\n")
ok(p.stdout.count(b'"sale"') >= 2, "sold by cash and by card", p.stdout)
p = run(["export", "events", "--store", store])
told = p.stdout
ok(b"7893" in told, "the last four digits are in the lines", told[-2000:])


# --- the same at a screen -------------------------------------------------------
class Till:
    """The register in a terminal of its own."""

    def __init__(self):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            infinite = resource.RLIM_INFINITY
            try:
                resource.setrlimit(resource.RLIMIT_CORE, (infinite, infinite))
            except ValueError:
                pass
            os.environ["TERM"] = "xterm"
            os.chdir(base / "tmp")
            os.execv(HOLDFAST, [HOLDFAST, "--store", str(store)])
        self.seen = b""

    def see(self, word, seconds=60):
        end = time.monotonic() + seconds
        while word not in self.seen and time.monotonic() < end:
            if select.select([self.fd], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.fd, 65536)
                except OSError:
                    break
        found = word in self.seen
        self.seen = self.seen.partition(word)[2] if found else self.seen
        return found

    def keys(self, text):
        """At the pace of a hand: faster would be a scan."""
        for key in text:
            os.write(self.fd, key.encode())
            end = time.monotonic() + 0.08
            while (left := end - time.monotonic()) > 0:
                if select.select([self.fd], [], [], left)[0]:
                    self.seen += os.read(self.fd, 65536)

    def end(self, sig):
        os.kill(self.pid, sig)
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.fd)
        return status


def sign_on(till):
    ok_ = till.see(b"OPERATOR")
    till.keys("7\r")
    ok_ = till.see(b"PIN >") and ok_
    till.keys(SECRETS["cashier's PIN"] + "\r")
    return till.see(b"ITEM") and ok_


for name, sig in (("ABRT", signal.SIGABRT), ("SEGV", signal.SIGSEGV)):
    till = Till()
    ok(sign_on(till), f"signed on at a screen ({name})", till.seen[-800:])
    proc = Path(f"/proc/{till.pid}")
    # of who may not be looked at the files in /proc are root's
    limits = (proc / "limits").read_text()
    ok(re.search(r"Max core file size +0 +0 ", limits), f"no core file may be written ({name})",
       limits)
    if os.getuid() != 0:
        try:
            open(proc / "mem", "rb").close()
            ok(False, "its memory can be read by the same user")
        except PermissionError:
            ok(True, "its memory cannot be read by the same user")
    status = till.end(sig)
    ok(os.WIFSIGNALED(status) and not os.WCOREDUMP(status), f"killed by {name}, no core", status)

# root reads what root wants; so the same is tried as somebody else
if os.getuid() == 0:
    other = base / "other"
    shutil.copytree(store, other / "shop")
    shutil.copy(base / "key", other / "key")
    for f in [other, *other.rglob("*")]:
        os.chown(f, 65534, 65534)
    base.chmod(0o755)

    def drop():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)

    p = subprocess.Popen([HOLDFAST, "ring", "--keep-going", "--key-file", str(other / "key"),
                          "--store", str(other / "shop")], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=drop)
    p.stdin.write(b"4011\n")
    p.stdin.flush()
    answer = p.stdout.readline()
    probe = subprocess.run(["/bin/sh", "-c", f"exec 3</proc/{p.pid}/mem"],
                           capture_output=True, preexec_fn=drop, check=False)
    ok(answer and probe.returncode != 0 and b"ermission" in probe.stderr,
       "its memory cannot be read by the same user", answer + probe.stderr)
    mine = subprocess.Popen(["sleep", "60"], preexec_fn=drop)
    probe = subprocess.run(["/bin/sh", "-c", f"exec 3</proc/{mine.pid}/mem"],
                           capture_output=True, preexec_fn=drop, check=False)
    mine.kill()
    mine.wait()
    ok(probe.returncode == 0, "that of another program can", probe.stderr)
    p.stdin.close()
    p.wait()
    shutil.rmtree(other)

# --- a passphrase takes over -----------------------------------------------------
p = run(["keys", "rotate", "device", "--new-passphrase-fd", "0", "--store", store],
        SECRETS["passphrase"] + "\n")
ok(p.returncode == 0, "the store opens with a passphrase now", p.stderr)
p = run(["verify", "--passphrase-fd", "0", "--store", store], SECRETS["passphrase"] + "\n")
ok(p.returncode == 0, "and verifies", p.stderr)
p = run(["keys", "rotate", "device", "--new-key-file", base / "key", "--passphrase-fd", "0",
         "--store", store], SECRETS["passphrase"] + "\n")
ok(p.returncode == 0, "and with the key file again", p.stderr)


# --- the search --------------------------------------------------------------------
def forms(secret):
    """As a file may hold it."""
    raw = secret.encode()
    yield "plain", raw
    for i in range(3):
        b = base64.b64encode(bytes(i) + raw)
        # without the signs that its neighbors have a part in
        cut = b[(0, 2, 3)[i]:len(b) - 4]
        yield "base64", cut
        yield "base64url", cut.replace(b"+", b"-").replace(b"/", b"_")
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "UTF-16LE", secret.encode("utf-16-le")
    yield "UTF-16BE", secret.encode("utf-16-be")


MINE = {"catalog.csv", "key"}   # what the test itself has laid there


def search():
    found, looked = [], 0
    for path in sorted(base.rglob("*")):
        if not path.is_file() or (path.parent == base and path.name in MINE):
            continue
        looked += 1
        data = path.read_bytes()
        found += [f"{path.relative_to(base)}: {what}, {form}"
                  for what, secret in SECRETS.items()
                  for form, word in forms(secret) if word in data]
    return looked, found


looked, found = search()
names = [str(f.relative_to(base)) for f in base.rglob("*")]
ok(looked > 12 and not found, f"{looked} files hold none of it", "\n".join(found))
ok(any("journal/" in n for n in names) and "shop/store/data.mdb" in names
   and any("devices.log" in n for n in names), "journal, store and log were among them", names)
for form, word in forms(SECRETS["cashier's PIN"]):
    (store / "notes").write_bytes(b"..." + word + b"...")
    _, found = search()
    if not found:
        break
(store / "notes").unlink()
ok(found, f"one that is planted in clear is found in each form ({form})")

# --- a thief has the disk, without what opens it ---------------------------------------
# (the key file is on another medium: init says so)
stolen = base / "stolen"
shutil.copytree(store, stolen)
(base / "nothing").write_bytes(os.urandom(32))
for args in (["verify"], ["export", "events"], ["user", "list"], ["receipt", "last"],
             ["audit"], ["rebuild"], ["ring"]):
    p = run([*args, "--store", stolen, "--key-file", base / "nothing"])
    ok(p.returncode == 5 and not p.stdout, f"{args[0]} opens nothing without the key",
       p.stdout + p.stderr)
sold = [b'"total"', b'"gross"', b"holdfast.sale", b'"actor"', b'"amount"']
bad = [f"{f.name}: {w}" for f in stolen.rglob("*") if f.is_file() and f.parts[-2] in
       ("journal", "store", "keys", "shop", "stolen", "inbox") and f.name != "holdfast.conf"
       for w in sold if w in f.read_bytes()]
ok(not bad, "and no file of it tells what was sold, or to whom", bad)
p = run(["verify", "--no-key", "--store", stolen])
ok(all(s.encode() not in p.stdout + p.stderr for s in SECRETS.values()) and b'"gross"' not in
   p.stdout, "what can be checked without it are hashes", p.stdout + p.stderr)
shutil.rmtree(stolen)

# --- somebody is forgotten -----------------------------------------------------------
before = (store / "keys/people").read_bytes()
p = user("erase", "7", "--reason", "left in May", want=1)
ok(b"user off 7" in p.stderr, "nobody is erased who works here", p.stderr)
user("off", "7")
p = user("erase", "7", want=1)
ok(b"reason" in p.stderr, "nor without a reason", p.stderr)
p = run(["backup", base / "early", "--store", store])
assert p.returncode == 0, p.stderr
user("erase", "7", "--reason", "left in May")


def people(shop):
    p = run(["user", "list", "--json", "--store", shop])
    return {o["operator"]: o for o in json.loads(p.stdout)["operators"]}


def gone(shop):
    one = people(shop)["7"]
    return one.get("erased") and one["name"] == "" and not one["pin"] and not one["active"]


ok(gone(store) and people(store)["2"]["name"] == SECRETS["supervisor's name"],
   "erased, and nobody else", people(store))
p = user("on", "7", want=1)
ok(b"erased" in p.stderr, "the number is not given again", p.stderr)
p = run(["ring", "--keep-going", "--store", store], f"\\pin 7 {PIN}\n")
ok(b'"ok":true' not in p.stdout, "their PIN lets nobody in", p.stdout)
for args in (["verify"], ["rebuild"], ["verify"], ["export", "events"], ["audit"]):
    p = run([*args, "--store", store])
    ok(p.returncode == 0 and SECRETS["cashier's name"].encode() not in p.stdout,
       " ".join(args) + " goes on", p.stderr)
ok(gone(store), "also after a rebuild")
ok(before[12:16] != (store / "keys/people").read_bytes()[12:16], "one key less")

# the file of keys comes back; the lines say that it must go
(store / "keys/people").write_bytes(before)
run(["ring", "--store", store], "")
ok(len((store / "keys/people").read_bytes()) < len(before), "a key that came back goes again")
p = run(["backup", base / "late", "--store", store])
p = run(["restore", base / "late", "--store", base / "again"])
ok(p.returncode == 0 and gone(base / "again"), "a backup made after knows nobody", p.stderr)
p = run(["restore", base / "early", "--store", base / "then"])
ok(p.returncode == 0 and people(base / "then")["7"]["name"] == SECRETS["cashier's name"],
   "one made before does, as the page says", p.stderr)
shutil.rmtree(base / "then")
looked, found = search()
ok(looked > 30 and not found, f"{looked} files hold none of it", "\n".join(found))
diag(f"core pattern: {Path('/proc/sys/kernel/core_pattern').read_text().strip()}")
done()
