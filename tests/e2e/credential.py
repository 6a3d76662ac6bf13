# SPDX-License-Identifier: Apache-2.0
"""The device key as a credential of systemd: sealed by the real systemd-creds,
handed to a unit or opened by a child; and what is said when it is not there."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import done, ok, run, workdir  # noqa: E402

base = workdir()
store = base / "shop"
secret = bytes(range(7, 47))
sealed = base / "holdfast-key"
INIT = ["init", "--shop", "S", "--register", "R01", "--currency", "EUR",
        "--prices", "included", "--tax", "A=19%", "--store", store]


def seal(name, path, data):
    return subprocess.run(
        ["systemd-creds", "encrypt", "--with-key=host", f"--name={name}", "-", str(path)],
        input=data, capture_output=True, check=False)


def cannot(why):
    if os.environ.get("REQUIRE_ALL"):
        ok(False, "systemd-creds seals a credential with the key of this host", why)
    else:
        print(f"ok 1 # SKIP {why}")
        print("1..1")
        sys.exit(0)
    done()
    sys.exit(1)


if shutil.which("systemd-creds") is None:
    cannot("systemd-creds is not there: install systemd")
p = seal("holdfast-key", sealed, secret)
if p.returncode != 0:
    cannot(f"systemd-creds cannot seal here (root, and /var/lib/systemd): {p.stderr.decode()}")
ok(secret not in sealed.read_bytes(), "sealed, it holds no key")

p = run([*INIT, "--key-credential", sealed])
ok(p.returncode == 0, "a store by a sealed credential", p.stderr)
p = run(["ring", "--store", store], "100DP10\nTL\nCA\n")
ok(p.returncode == 0 and b'"sale"' in p.stdout, "it opens by what it remembers", p.stdout + p.stderr)
p = run(["keys", "status", "--json", "--store", store])
ok(b'"source":"credential"' in p.stdout and secret.hex().encode() not in p.stdout,
   "status names the source and no secret", p.stdout)

# in a unit: only the name counts, and the file that is sealed is not there
handed = base / "run"
handed.mkdir()
(handed / "holdfast-key").write_bytes(secret)
sealed.rename(base / "away")
p = run(["verify", "--store", store], env={"CREDENTIALS_DIRECTORY": str(handed)})
ok(p.returncode == 0, "handed to the unit", p.stderr)
p = run(["verify", "--store", store])
ok(p.returncode == 5 and b"--key-credential" in p.stderr, "neither handed nor sealed", p.stderr)
(handed / "holdfast-key").write_bytes(bytes(40))
p = run(["verify", "--store", store], env={"CREDENTIALS_DIRECTORY": str(handed)})
ok(p.returncode == 5, "another key", p.stderr)
(handed / "holdfast-key").write_bytes(b"short")
p = run(["verify", "--store", store], env={"CREDENTIALS_DIRECTORY": str(handed)})
ok(p.returncode == 5 and b"32 bytes" in p.stderr, "too short", p.stderr)
p = run(["verify", "--store", store, "--key-credential", base / "away"])
ok(p.returncode == 5 and b"systemd-creds does not open" in p.stderr,
   "a credential belongs to its name", p.stderr)
(base / "away").rename(sealed)
data = bytearray(sealed.read_bytes())
data[len(data) // 2] ^= 1
sealed.write_bytes(data)
p = run(["verify", "--store", store])
ok(p.returncode == 5, "a sealed credential that was changed", p.stderr)

# from a credential to another one, and back to a file; the old one is out
p = seal("holdfast-key", sealed, secret)
p = seal("second", base / "second", bytes(range(90, 140)))
p = run(["keys", "rotate", "device", "--new-key-credential", base / "second", "--store", store])
ok(p.returncode == 0, "rotated to another credential", p.stderr)
p = run(["verify", "--store", store, "--key-credential", sealed])
ok(p.returncode == 5, "the old one opens nothing", p.stderr)
p = run(["keys", "rotate", "device", "--new-key-file", base / "file.key", "--store", store])
ok(p.returncode == 0, "rotated to a key file", p.stderr)
p = run(["verify", "--store", store])
ok(p.returncode == 0, "which opens it", p.stderr)
# root's own test machine has no child left behind
kids = subprocess.run(["ps", "-o", "stat=", "--ppid", str(os.getpid())],
                      capture_output=True, text=True, check=False).stdout
ok("Z" not in kids, "no child is left", kids)
done()
