# SPDX-License-Identifier: Apache-2.0
"""What lies on disk shows no product sold, no price paid, no person: journal,
store, draft, parked sales, print queue and what a kill leaves behind.  Only the
catalog and holdfast.conf are in the clear."""
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
from crashlib import HOLDFAST, done, make_shop, ok, run, workdir  # noqa: E402

base = workdir()
store = make_shop(base, printer=True)
PRICE = 7654321  # 76543.21
(base / "odd.csv").write_text(
    "code,name,price,tax,department\n"
    "ZXQJ-77,Quixotic zeppelin varnish,123.45,A,10\n"
    "4019999123458,Gloaming kumquat chutney,9.87,B,20\n")
p = run(["import", "products", base / "odd.csv", "--store", store])
ok(p.returncode == 0, "two odd products", p.stderr)
script = f"""\\scan ZXQJ-77
{PRICE}PO
\\scan 4019999123458
TL
CA
\\scan ZXQJ-77
{PRICE}PO
PK
\\scan 4019999123458
{PRICE}PO
VD
\\scan ZXQJ-77
RP
XR
"""
p = run(["ring", "--keep-going", "--store", store], script)
ok(p.returncode in (0, 1) and b'"sale"' in p.stdout, "sold, parked, voided, left open", p.stdout)
run(["export", "lines", "--store", store])
run(["verify", "--store", store])
# killed with a basket open: draft, queue and all that lies there then
seller = subprocess.Popen([HOLDFAST, "ring", "--store", str(store), "--keep-going"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
seller.stdin.write(f"\\scan 4019999123458\n{PRICE}PO\n".encode())
seller.stdin.flush()
for _ in range(2):
    seller.stdout.readline()
seller.send_signal(signal.SIGKILL)
seller.wait()

# long enough that sealed bytes never spell one by chance
words = [b"ZXQJ-77", b"Quixotic", b"zeppelin", b"4019999123458", b"019999123458",
         b"kumquat", b"76543.21", b"7654321", b"76,543",
         struct.pack("<q", PRICE), struct.pack(">q", PRICE),
         b"holdfast.sale", b'"amount"', b'"actor"']
looked = 0
found = []
for path in sorted(store.rglob("*")):
    rel = path.relative_to(store)
    if not path.is_file() or rel.parts[0] == "catalog" or str(rel) == "holdfast.conf":
        continue
    data = path.read_bytes()
    looked += 1
    found += [f"{rel}: {w}" for w in words if w in data]
ok(looked >= 8 and not found, f"{looked} files hold none of it", "\n".join(found))
names = {str(p.relative_to(store)) for p in store.rglob("*") if p.is_file()}
ok(any(n.startswith("journal/") for n in names) and "store/data.mdb" in names and "draft" in names,
   "journal, store and draft were among them", names)
# the words are really there, for those who have the key
p = run(["export", "lines", "--format", "csv", "--store", store])
ok(b"Quixotic zeppelin varnish" in p.stdout and b"76543.21" in p.stdout, "with the key it reads")
modes = [(str(f), oct(f.stat().st_mode & 0o777)) for f in [store, *store.rglob("*")]
         if f.stat().st_mode & 0o077]
ok(not modes, "nobody else may read the store's files", modes[:5])
done()
