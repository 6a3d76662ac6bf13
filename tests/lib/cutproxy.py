# SPDX-License-Identifier: Apache-2.0
"""The wire between a worker and its hub, in a test's hand.

    wire = cutproxy.Wire(port)      listens on 127.0.0.1, wire.url
    wire.cut(up=N)                  behind N more bytes to the hub the line
    wire.cut(down=N)                breaks, both ways; down: from the hub
    wire.broken()                   True once it did
    wire.away = True / False        nobody is reached
    wire.deny = b"/events"          requests of this target break at once
    wire.lose(b"/events")           the answer to the next such request never
                                    comes, and the line breaks
    wire.say = b"HTTP/1.1 ..."      somebody else answers, and hangs up
    wire.slow = 0.002               seconds a byte of an answer takes
    wire.still = True               answers stay away; the line does not break
    wire.asked                      target of every request that began
    wire.kept[b"/events"]           the bytes of the last such request
    wire.passed()                   bytes up and down since the last cut()

A cut is a reset; what the other side had been given before stays given, so
that a request may be done though its answer never comes."""
import select
import socket
import struct
import threading
import time


def reset(s):
    try:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     struct.pack("ii", 1, 0))
    except OSError:
        pass
    s.close()


class Wire:
    def __init__(self, port, host="127.0.0.1"):
        self.to = (host, port)
        self.away = False
        self.deny = None
        self.say = None
        self.losing = None
        self.slow = 0
        self.still = False
        self.asked = []
        self.kept = {}
        self.left = {"up": None, "down": None}
        self.count = {"up": 0, "down": 0}
        self.was_cut = threading.Event()
        self.lock = threading.Lock()
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.listen(64)
        self.port = self.sock.getsockname()[1]
        self.url = "http://127.0.0.1:%d" % self.port
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, up=None, down=None):
        """From now on; without a number the wire is whole again."""
        with self.lock:
            self.was_cut.clear()
            self.count = {"up": 0, "down": 0}
            self.left = {"up": up, "down": down}

    def lose(self, target):
        self.cut()
        self.losing = target

    def broken(self):
        return self.was_cut.is_set()

    def passed(self):
        with self.lock:
            return self.count["up"], self.count["down"]

    def close(self):
        self.away = True
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()

    # --- bytes ---------------------------------------------------------------

    def _accept(self):
        while True:
            try:
                near, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,),
                             daemon=True).start()

    def _carry(self, near):
        far = socket.socket()
        try:
            if not self.away:
                far.connect(self.to)
                self._both(near, far)
        except OSError:
            pass
        # the hub sees an end, not a reset, so that it does what it was given
        far.close()
        reset(near)

    def _both(self, near, far):
        part = [b""]
        while not self.away:
            heard = [near] if self.still else [near, far]
            ready, _, _ = select.select(heard, [], [], 0.1)
            for s in ready:
                data = s.recv(1 << 16)
                way = "up" if s is near else "down"
                if not data or (way == "up" and not self._look(data, part)):
                    return
                if self.say is not None:
                    near.sendall(self.say)
                    near.shutdown(socket.SHUT_WR)
                    near.settimeout(0.2)
                    while near.recv(1 << 16):
                        pass
                    return
                data, on = self._meter(way, data)
                if way == "down" and self.slow:
                    self._drip(near, data)
                else:
                    (far if s is near else near).sendall(data)
                if not on:
                    self._given(near, far, way)
                    return

    def _drip(self, near, data):
        for i in range(len(data)):
            near.sendall(data[i:i + 1])
            time.sleep(self.slow)

    def _given(self, near, far, way):
        """What passed before the cut has arrived: an answer at the worker, a
        request at the hub, which goes on although nobody hears of it."""
        if way == "down":
            near.shutdown(socket.SHUT_WR)
        self.was_cut.set()
        reset(near)
        if way == "up":
            far.shutdown(socket.SHUT_WR)
            far.settimeout(1)
            try:
                while far.recv(1 << 16):
                    pass
            except OSError:
                pass

    def _meter(self, way, data):
        with self.lock:
            left = self.left[way]
            on = left is None or len(data) < left
            if not on:
                data = data[:left]
                self.left = {"up": None, "down": None}
            elif left is not None:
                self.left[way] = left - len(data)
            self.count[way] += len(data)
            return data, on

    def _look(self, data, part):
        """Which request begins; False: not this one."""
        if data.startswith((b"GET ", b"POST ", b"PUT ")):
            target = data.split(b" ", 2)[1]
            self.asked.append(target.decode())
            part[0] = b"/" + target.split(b"?")[0].rsplit(b"/", 1)[-1]
            self.kept[part[0]] = b""
            if self.deny is not None and self.deny in target:
                return False
            if self.losing is not None and self.losing in target:
                self.losing = None
                with self.lock:
                    self.left["down"] = 0
        if part[0] in self.kept:
            self.kept[part[0]] += data
        return True
