# SPDX-License-Identifier: Apache-2.0
"""A sync worker that says what a test wants, on a store's channel.

    w = Worker(store)            listens at STORE/sync/socket
    w.say("link=online rtt_ms=31")    STATE, now and to whoever watches
    w.heard                      the lines it was sent
    w.enroll = True              ENROLL leaves a sync/link behind
    w.close()
"""
import os
import socket
import threading
from pathlib import Path
from urllib.parse import quote

HUB = "01890a5d-ac96-774b-bcce-b302099a8057"
LINK = """# made by a test
[link]
url = %s
keyid = 1.2.t.r
hub = """ + HUB + """
hub_key = %s
tenant = 01890a5d-ac96-774b-bcce-b302099a8058
store = 01890a5d-ac96-774b-bcce-b302099a8059
register = 01890a5d-ac96-774b-bcce-b302099a805a
tenant_name = Corner Ltd
store_name = Main street
kind = enroll
"""


class Worker:
    def __init__(self, store):
        self.sync = Path(store) / "sync"
        self.path = self.sync / "socket"
        self.path.unlink(missing_ok=True)
        self.state = "link=none"
        self.items = []
        self.heard = []
        self.refuse = None
        self.enroll = False
        self.asked = None
        self.watching = []
        self.lock = threading.Lock()
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(self.path))
        self.server.listen(8)
        self.ends = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self.ends:
            try:
                c, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(c,),
                             daemon=True).start()

    def _serve(self, c):
        rest = b""
        while True:
            try:
                more = c.recv(4096)
            except OSError:
                more = b""
            if not more:
                break
            rest += more
            while b"\n" in rest:
                line, rest = rest.split(b"\n", 1)
                try:
                    self._answer(c, line.decode())
                except OSError:
                    break
        with self.lock:
            if c in self.watching:
                self.watching.remove(c)
        c.close()

    def _answer(self, c, line):
        verb = line.split(" ")[0]
        with self.lock:
            self.heard.append(line)
            if verb == "HELLO":
                c.sendall(b"HELLO 1 product=test\n")
                return
            if verb == "WATCH":
                self.watching.append(c)
            if verb in ("WATCH", "STATE"):
                c.sendall(f"STATE {self.state}\n".encode())
                return
            if verb == "QUARANTINE":
                for item in self.items:
                    c.sendall(f"ITEM {item}\n".encode())
                c.sendall(b"END\n")
                return
            if verb == "ENROLL" and self.enroll:
                self._enroll()
            if self.refuse:
                c.sendall(f"ERR word=no text={quote(self.refuse)}\n".encode())
            else:
                c.sendall(b"OK\n")

    def _enroll(self):
        text = (self.sync / "enroll").read_text()
        self.asked = dict(line.split(" = ", 1)
                          for line in text.splitlines() if " = " in line)
        aside = self.sync / "link.new"
        aside.write_text(LINK % (self.asked["url"], "A" * 43))
        os.rename(aside, self.sync / "link")

    def say(self, state):
        with self.lock:
            self.state = state
            for c in self.watching:
                try:
                    c.sendall(f"STATE {state}\n".encode())
                except OSError:
                    pass

    def close(self):
        self.ends = True
        self.server.close()
        with self.lock:
            for c in self.watching:
                c.close()
        self.path.unlink(missing_ok=True)
