# SPDX-License-Identifier: Apache-2.0
"""Every command of the README does what stands beside it: each is run as it is
printed, in its order, with other folders, and PINs on a descriptor instead of
a terminal.  Those that want a terminal say so, and nothing else."""
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/crash"))
sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
import hubkit  # noqa: E402
import pg  # noqa: E402
from crashlib import BUILD, HOLDFAST, done, ok, workdir  # noqa: E402

TEXT = (Path(os.environ["top_srcdir"]) / "README").read_text(encoding="utf-8")
CATALOG = """code,name,price,tax,department
5449000000996,Cola 0.33 L can,0.89,A,20
4008452011007,Yoghurt plain 150 g,0.59,B,10
2000011,Pint of ale,5.90,A,20
"""
# they fill the terminal, or write on one
SCREENS = ("holdfast", "holdfast train", "holdfast display")

base = workdir()
(base / "bin").mkdir()
(base / "stick").mkdir()
(base / "bin/holdfast").symlink_to(HOLDFAST)
(base / "ana.pin").write_text("4711\n")
(base / "products.csv").write_text(CATALOG, encoding="utf-8")
env = {**os.environ, "PATH": f"{base}/bin:{os.environ['PATH']}"}
env.pop("HOLDFAST_STORE", None)
PATHS = {"serial:/dev/ttyS1": f"file:{base}/scale", "/var/lib/holdfast": f"{base}/shop", "/root/": f"{base}/",
         "/media/stick/": f"{base}/stick/", "/dev/tty2": f"{base}/tty2", "R01-000042": "R01-000001"}


def commands(part):
    """Of one part of the README; what stands two blanks behind is a remark."""
    body = TEXT.split(f"\n{part}\n")[1].split("\nFOR THE ")[0]
    body = re.sub(r" \\\n +", " ", body)
    for row in body.splitlines():
        if re.match(r"    (holdfast|printf|export)\b", row):
            yield re.split(r" {2,}", row.strip())[0]


def sh(line, stdin=""):
    return subprocess.run(["sh", "-c", line], input=stdin, capture_output=True,
                          text=True, env=env, cwd=base, timeout=120)


def run(command):
    line = command
    for old, new in PATHS.items():
        line = line.replace(old, new)
    if command.startswith("export "):
        name, value = line.removeprefix("export ").split("=")
        env[name] = value
        return
    if command in SCREENS or command.startswith("holdfast display"):
        p = sh(line)
        ok(p.returncode in (1, 2) and re.search("terminal|tty2", p.stderr),
           f"{command}: wants a terminal", p.stderr)
        return
    if " user " in command:
        p = sh(line + " --pin-fd 0", "8642\n" if " pin " in command else "4711\n")
    else:
        p = sh(line)
    differs = command == "holdfast config diff" and p.stdout != ""
    ok(p.returncode == (1 if differs else 0) and p.stderr == "", command,
       p.stdout[-300:] + p.stderr)
    if command == "holdfast export sales --format csv":
        for table in ("lines", "tenders", "taxes", "changes", "audit"):
            for form in ("csv", "jsonl"):
                p = sh(f"holdfast export {table} --format {form}")
                ok(p.returncode == 0, f"export {table} as {form}", p.stderr)


def rules():
    """The two columns of sections, below one another."""
    rows = TEXT.split("\n    [promotion ")[1].split("\n\n")[0]
    rows = ("    [promotion " + rows).splitlines()
    at = rows[0].index("[pricelist")
    return "\n".join(r[:at].strip() for r in rows) + "\n" + \
        "\n".join(r[at:].strip() for r in rows) + "\n"


def devices():
    """The sections of devices, likewise; the scale is a simulated one."""
    rows = TEXT.split("\n    [printer]")[1].split("\n\n    holdfast")[0]
    rows = ("    [printer]" + rows).splitlines()
    at = rows[0].index("[device pad]")
    return ("\n".join(r[:at].strip() for r in rows) + "\n" +
            "\n".join(r[at:].strip() for r in rows) + "\n"
            ).replace("serial:/dev/ttyS1", f"file:{base}/scale").replace(
        "serial:/dev/serial/by-id/usb-...", f"file:{base}/paper")


owner = list(commands("FOR THE OWNER"))
office = list(commands("FOR THE BACK OFFICE"))
ok(len(owner) >= 14 and len(office) >= 5, "the README has commands",
   f"{owner} {office}")
for one in owner[:3]:
    run(one)
scale = subprocess.Popen([BUILD / "holdfast-sim", "8217", "--pty", base / "scale"],
                         stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
while not (base / "scale").exists() and scale.poll() is None:
    time.sleep(0.05)
scale.stdin.write(b"weight 1235\n")
scale.stdin.flush()
conf = base / "shop/holdfast.conf"
own = re.sub(r"(?m)^\[tender CC\]\n(?:.+\n)+", "", conf.read_text())
conf.write_text(own + "\n" + rules() + devices(), encoding="utf-8")
for one in owner[3:]:
    if one == "holdfast close day":  # one on which something was sold
        sh("printf '5449000000996\\nTL\\nCA\\n' |"
           " holdfast ring --operator 7 --pin-fd 3 3<ana.pin")
    text = conf.read_text(encoding="utf-8")
    if one.startswith("holdfast config rollback"):
        PATHS["49d9"] = json.loads(sh("holdfast config versions --json").stdout
                                   .splitlines()[0])["version"][:4]
    run(one)
    if one.startswith("holdfast config rollback"):
        conf.write_text(text, encoding="utf-8")
        sh("holdfast config apply")
p = sh("printf '3*4008452011007\\n' | holdfast price")
ok("3 for 2" in p.stdout, "and the promotion it shows takes its cents", p.stdout)
PATHS["d7062376"] = json.loads(
    sh("holdfast verify --receipt R01-000001 --json").stdout)["hash"][:8]
# a receipt is of a sale
for one in sorted(office, key=lambda c: "receipt" in c):
    run(one)
scale.kill()
scale.wait()
p = sh("holdfast help scan")
ok(p.stdout == sh("holdfast scan --help").stdout and "CODE" in p.stdout,
   "holdfast help scan", p.stdout)
p = sh("holdfast help")
ok(p.stdout == sh("holdfast --help").stdout and p.returncode == 0,
   "holdfast help")


def several():
    """The page of the hub, over a PostgreSQL and at places of our own; the
    code is the one that the command before it showed."""
    steps = list(commands("FOR THE OWNER OF SEVERAL STORES"))
    ok(len(steps) >= 11 and steps[0].startswith("holdfast-hub setup"), "the hub has commands",
       steps)
    (base / "bin/holdfast-hub").symlink_to(Path(hubkit.HUB).resolve())
    (base / "january.csv").write_text(
        "code,price,valid_from\n5449000000996,0.99,2027-01-01T00:00:00Z\n")
    (base / "people.csv").write_text("number,name,role\n9,Ben,cashier\n")
    env["HOLDFAST_HUB_CONF"] = f"{base}/hub.conf"
    url = f"https://127.0.0.1:{hubkit.free_port()}"
    cluster = pg.Cluster(settings={"log_statement": "none"})
    serving, worker, code = None, None, ""
    try:
        for step in steps:
            line = step.replace("CODE", code).replace("https://hub.example:8443", url)
            if " setup " in step:
                conn = cluster.conninfo("holdfast")
                line += (f" --database '{conn}' --state {base}/hub --url {url}"
                         f" --listen {url.removeprefix('https://')}")
            if " enroll " in step:
                line += " --as 1 --as-pin-fd 0"
            p = sh(line, "8642\n")
            quiet = p.stderr == "" or " setup " in step
            ok(p.returncode == 0 and quiet, step, p.stdout[-300:] + p.stderr)
            if " register add " in step:
                code = json.loads(p.stdout)["code"]
            if " setup " in step:       # as systemctl would
                serving = subprocess.Popen(
                    [hubkit.HUB, "serve"], env=env, stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL, stderr=open(base / "hub.log", "wb"))
                hubkit.wait_until(
                    lambda: " listen " in (base / "hub.log").read_text(), "the hub")
                worker = subprocess.Popen(
                    [hubkit.SYNCD], env=env, stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL, stderr=open(base / "syncd.log", "wb"))
                hubkit.wait_until((base / "shop/sync/socket").exists, "the worker")
        p = hubkit.wait_until(
            lambda: (lambda p: '"queued":0,' in p.stdout and p)(
                sh("holdfast sync status --json")), "what waits to be there")
        p = sh("holdfast-hub export events --register R01")
        ok(len(p.stdout.splitlines()) > 20, "and what the till did is at the hub")
    finally:
        for one in (worker, serving):
            if one is not None:
                one.kill()
                one.wait()
        cluster.close()


if pg.bindir() is None:
    print("ok # SKIP no PostgreSQL here")
else:
    several()
done()
