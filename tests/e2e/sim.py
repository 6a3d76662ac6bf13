#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""holdfast-sim itself: its lines, its scenarios, what can be typed."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = os.environ.get("top_srcdir", ".")
SIM = os.path.join(os.environ.get("top_builddir", "."), "holdfast-sim")
points = []


def ok(good, name, more=""):
    points.append(bool(good))
    print(f"{'ok' if good else 'not ok'} {len(points)} - {name}")
    if not good and more:
        for line in str(more).splitlines():
            print("#", line)


def run(*args):
    done = subprocess.run([SIM, *args], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


class Sim:
    """One running program; what it said so far is .said."""

    def __init__(self, *args):
        self.p = subprocess.Popen([SIM, *args], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        self.said = ""

    def tell(self, line):
        self.p.stdin.write(line.encode() + b"\n")
        self.p.stdin.flush()

    def until(self, want, seconds=60):
        """True when ${want}, a pattern, was said; it is taken off."""
        end = time.monotonic() + seconds
        while True:
            m = re.search(want, self.said)
            if m:
                self.said = self.said[m.end():]
                return m
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.p.stdout], [], [],
                                              left)[0]:
                return None
            got = os.read(self.p.stdout.fileno(), 65536).decode()
            if not got:
                return None
            self.said += got

    def end(self):
        self.p.send_signal(signal.SIGTERM)
        return self.p.wait(60)


def hear(get, n, seconds=60):
    """n bytes of a socket or descriptor, or what came."""
    end = time.monotonic() + seconds
    got = b""
    fd = get if isinstance(get, int) else get.fileno()
    while len(got) < n:
        left = end - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            break
        try:
            more = os.read(fd, n - len(got))
        except OSError:
            break
        if not more:
            break
        got += more
    return got


def usage():
    rc, out, _ = run("list")
    names = [line.split()[0] for line in out.splitlines()]
    ok(rc == 0 and "plain" in names and "scanner" in names, "list", out)
    for args, want in [
            ([], "say which device"),
            (["toaster", "--pty", "x"], "no simulated 'toaster'"),
            (["plain"], "has no line"),
            (["plain", "--pty", "x", "--unix", "y"], "has one line"),
            (["plain", "--fly", "x"], "cannot stand here: --fly"),
            (["plain", "--pty", "x", "-o", "page"], "cannot stand here"),
            (["plain", "--pty", "x", "-o", "no=1"], "has no option 'no'"),
            (["plain", "--tcp", "nowhere"], "no address to listen at"),
            (["plain", "--serial", "/nowhere", "--baud", "1"], "300"),
            (["bench"], "no simulated 'bench'"),
    ]:
        rc, _, err = run(*args)
        ok(rc == 2 and want in err, f"refused: {' '.join(args)}", err)
    return names


def on_pty(top):
    link = f"{top}/scanner"
    s = Sim("scanner", f"--pty={link}", "--log", f"{top}/log")
    ok(s.until(f"ready as scanner at file:{link}"), "a pty says its port")
    fd = os.open(link, os.O_RDWR | os.O_NOCTTY)
    s.tell("scan 4006381333931")
    ok(hear(fd, 15) == b"\x024006381333931\r", "what it reads comes")
    s.tell("cut 5")
    s.tell("scan 4006381333931")
    ok(hear(fd, 5) == b"\x024006", "a cable is cut in the middle")
    ok(s.until("told: scan"), "and it says so", s.said)
    end = time.monotonic() + 60
    while os.path.exists(link) and time.monotonic() < end:
        time.sleep(0.01)
    ok(os.path.islink(link) and not os.path.exists(link),
       "its link leads nowhere")
    try:
        os.close(os.open(link, os.O_WRONLY | os.O_CREAT, 0o600))
        ok(False, "and no file can be made there")
    except OSError:
        ok(True, "and no file can be made there")
    os.close(fd)
    s.tell("plug")
    ok(s.until("told: plug"), "it is plugged in")
    fd = os.open(link, os.O_RDWR | os.O_NOCTTY)
    s.tell("slow 5ms")
    s.tell("scan 42")
    ok(hear(fd, 4) == b"\x0242\r", "and works again, slowly")
    os.close(fd)
    s.tell("fly")
    ok(s.until("'fly' is nothing a scanner can be told"),
       "what it cannot be told", s.said)
    s.tell("mute maybe")
    ok(s.until("write on or off"), "nor the line", s.said)
    s.tell("x" * 2000)
    ok(s.until("too long"), "nor a line without end", s.said)
    s.tell("help")
    ok(s.until(r"scan CODE(.|\n)*unplug"), "help has both", s.said)
    ok(s.end() == 0, "a signal ends it")
    ok(not os.path.lexists(link), "and its link is gone")
    log = open(f"{top}/log", encoding="utf-8").read()
    ok(log.count("scanner: scan ") == 3, "the log has every scan", log)


def on_sockets(top):
    sc = f"{top}/scenario"
    with open(sc, "w", encoding="utf-8") as f:
        f.write("wait for scan\nunplug\nwait 50ms\nplug\nscan again\n")
    bench = f"{top}/bench"
    with open(bench, "w", encoding="utf-8") as f:
        f.write(f"[one]\ndriver = scanner\nunix = {top}/one\n"
                f"scenario = {sc}\n"
                f"[two]\ndriver = plain\ntcp = 127.0.0.1:0\n"
                f"paper = {top}/two.txt\npicture = {top}/two.png\n"
                "page = CP858\n")
    s = Sim("bench", bench)
    m = s.until(r"two: ready as plain at tcp:127.0.0.1:(\d+)")
    ok(m, "a bench, with a port that was free", s.said)
    port = int(m.group(1)) if m else 0
    two = socket.create_connection(("127.0.0.1", port), 10)
    two.sendall(b"\x0c" + b"CAF\x90".ljust(20) + b"4.50 \xd5".ljust(20))
    ok(s.until("two: show CAF\u00c9 | 4.50 \u20ac".replace("|", r"\|")),
       "a display shows what it gets", s.said)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        text = open(f"{top}/two.txt", encoding="utf-8").read()
        if "CAF\u00c9" in text:
            break
        time.sleep(0.01)
    ok("|CAF\u00c9                |" in text, "and its file has it", text)
    head = open(f"{top}/two.png", "rb").read(8)
    ok(head == b"\x89PNG\r\n\x1a\n", "and its picture")
    s.tell("show two")
    ok(s.until("4.50 \u20ac"), "and show", s.said)
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(60)
    one.connect(f"{top}/one")
    s.tell("one scan 1")
    ok(s.until("scenario: unplug"), "a scenario waits for what is said",
       s.said)
    ok(hear(one, 100) == b"" and one.recv(1) == b"",
       "who was there is cut off")
    ok(s.until("one: scan again"), "a scenario goes on", s.said)
    two.close()
    two = socket.create_connection(("127.0.0.1", port), 10)
    two.sendall(b"\x0c" + b"NEXT".ljust(40))
    ok(s.until("two: show NEXT"), "one after the other", s.said)
    s.tell("two unplug")
    ok(hear(two, 1) == b"", "a socket is unplugged")
    # who called while it was being pulled may still be let in and cut off
    ok(refused(port), "nobody is let in then")
    s.tell("two plug")
    ok(s.until("told: two plug"), "the same port again", s.said)
    socket.create_connection(("127.0.0.1", port), 10).close()
    s.tell("three plug")
    ok(s.until("'three plug' is none of the devices"), "a stranger", s.said)
    s.tell("quit")
    ok(s.p.wait(60) == 0 and not os.path.lexists(f"{top}/one"), "quit")
    for text, want in [
            ("driver = plain\n", "begins with its name"),
            ("[a]\ndriver = plain\n[a]\n", "two of the name a"),
            ("[a b]\ndriver = plain\n", "no name of a device"),
            ("[a]\npty = x\n[b]\nno = 1\n", "no simulated ''"),
            ("# nothing\n", "has no device"),
            ("[a]\ndriver = plain\npty = x\nframe = 9X9\n", "no frame"),
    ]:
        with open(bench, "w", encoding="utf-8") as f:
            f.write(text)
        rc, _, err = run("bench", bench)
        ok(rc == 2 and want in err, f"no bench: {want}", err)
    with open(sc, "w", encoding="utf-8") as f:
        f.write("wait 1\n")
    rc, _, err = run("plain", "--pty", f"{top}/b", "--scenario", sc)
    ok(rc == 2 and f"{sc}:1: '1' is no time" in err, "no scenario", err)
    with open(f"{top}/file", "w", encoding="utf-8"):
        pass
    rc, _, err = run("plain", "--pty", f"{top}/file")
    ok(rc == 1 and "is no link" in err, "a file is not written over", err)
    rc, _, err = run("plain", "--unix", f"{top}/file")
    ok(rc == 1 and "is no socket" in err, "nor by a socket", err)


def shipped():
    """Scenarios that are shipped can be read."""
    top = os.path.join(TOP, "data", "scenarios")
    for name in sorted(os.listdir(top)):
        with tempfile.TemporaryDirectory() as d:
            s = Sim("plain", "--pty", f"{d}/x", "--scenario",
                    os.path.join(top, name))
            ok(s.until("ready as"), f"{name} is a scenario", s.said)
            s.p.kill()
            s.p.wait()


def refused(port, seconds=60):
    """Whether calls are refused, soon."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 10).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.05)
    return False


def main():
    usage()
    with tempfile.TemporaryDirectory() as top:
        on_pty(top)
    with tempfile.TemporaryDirectory() as top:
        on_sockets(top)
    shipped()
    print(f"1..{len(points)}")
    return 0 if all(points) else 1


if __name__ == "__main__":
    sys.exit(main())
