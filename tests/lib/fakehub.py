# SPDX-License-Identifier: Apache-2.0
"""A hub that is none: the rules of the protocol in Python, and whatever a test
wants to go wrong with an answer.

    hub = fakehub.Hub()                 listens on 127.0.0.1, hub.url
    hub.know(keyid, key, register)      a link and its nonce ("first")
    hub.trouble = ["html200", ...]      one a request, in order; then none
    hub.always = "reset"                for every request
    hub.only = "/events"                trouble for these paths alone
    hub.lines[(epoch, sequence)]        what it has, bytes
    hub.stop()

Kinds of trouble: see Hub.spoil().  A callable gets (hub, request, answer) and
may change the answer; None as answer: the line breaks.  Nothing of what a
request does is undone by trouble with its answer, but by "before-..." kinds,
by which the request is not looked at.

python3 fakehub.py needs nothing; tests/e2e/sync_*.py use it.
"""
import base64
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hfsig  # noqa: E402

ZERO = "0" * 64
# seconds a test waits before it gives up; never how long a thing takes
PATIENCE = 180


def now(offset=0):
    t = time.time() + offset
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t)) + \
        ".%06dZ" % int((t % 1) * 1e6)


def inflate(body):
    return subprocess.run(["zstd", "-d", "-q", "-c"], input=body,
                          capture_output=True, check=True).stdout


class Request:
    def __init__(self, method, target, headers, body):
        self.method = method
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self.body = body
        self.verb = self.path.rsplit("/", 1)[-1]

    def content(self):
        if self.headers.get("content-encoding") == "zstd":
            return inflate(self.body)
        return self.body


class Answer:
    def __init__(self, status, doc):
        self.status = status
        self.doc = doc
        self.headers = {}   # more of them
        self.key = None     # signed by another key
        self.body = None    # other bytes than doc's, unsigned ones
        self.raw = None     # nothing but these bytes
        self.cut = None     # no more than so many bytes, then a reset
        self.slow = None    # seconds a byte
        self.again = False  # asked again without a word: keep the line
        self.sign = True
        self.wait = 0


class Hub:
    def __init__(self, port=0, hub=None, seed=None):
        self.hub = hub or str(uuid.uuid4())
        self.key = hfsig.Key(seed)
        self.links = {}
        self.lines = {}      # (epoch, sequence) -> bytes
        self.head = (0, 0, ZERO)
        self.salvaged = {}   # (epoch, sequence, hash) -> bytes
        self.poison = {}     # sequence -> reason
        self.refuse = set()  # sequences it calls malformed
        self.fenced = None   # epochs up to this one
        self.revoked = False
        self.skew = 0        # of its clock, seconds
        self.check_clock = False
        self.trouble = []
        self.always = None
        self.only = None
        self.requests = []   # verbs, in order
        self.sizes = []      # lines of each events request
        self.backlog = None
        self.doubled = 0     # lines that came again
        self.bad = []        # what was wrong with requests
        self.lock = threading.RLock()
        self.came = threading.Condition(self.lock)
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(("127.0.0.1", port))
        self.sock.listen(64)
        self.port = self.sock.getsockname()[1]
        self.url = "http://127.0.0.1:%d" % self.port
        self.open = True
        self.conns = set()
        threading.Thread(target=self._accept, daemon=True).start()

    # --- for tests --------------------------------------------------------

    def know(self, keyid, key, register, nonce="first"):
        self.links[keyid] = {"key": hfsig.b64url_decode(key),
                             "register": register, "nonce": nonce,
                             "next": None}
        self.register = register

    def stop(self):
        self.open = False
        # a listener that is only closed goes on while somebody accepts
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()
        with self.lock:
            for c in list(self.conns):
                try:
                    c.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def wait(self, what, patience=PATIENCE):
        """Until what() is true, looked at behind each request."""
        end = time.monotonic() + patience
        with self.came:
            while not what():
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self.came.wait(min(left, 0.2))
        return True

    def all(self):
        """The log as bytes, in order of arrival of sequences."""
        return [self.lines[k] for k in sorted(self.lines)]

    def whole(self):
        """Every line once, without a gap, each naming the one before."""
        before, n = ZERO, 0
        for (_, seq), line in sorted(self.lines.items(),
                                     key=lambda i: i[0][1]):
            doc = json.loads(line)
            if seq != n + 1 or doc["prev"] != before:
                return False
            before, n = hashlib.sha256(line).hexdigest(), seq
        return True

    # --- answers ----------------------------------------------------------

    def _head(self, reg, head=None, key=None):
        e, s, h = head or self.head
        t = now(self.skew)
        text = "holdfast-anchor-v1\n%s\n%d\n%d\n%s\n%s\n" % (
            reg, e, s, h, t)
        return {"epoch": e, "sequence": s, "hash": h, "time": t,
                "anchor": hfsig.b64url((key or self.key).sign(
                    text.encode()))}

    def doc(self, link, **more):
        d = {"hub": self.hub, "time": now(self.skew),
             "head": self._head(link["register"]),
             "durable": self.head[1], "quarantined": len(self.poison),
             "applied": self.head[1], "feeds": {}}
        d.update(more)
        return d

    def ok(self, link, **more):
        return Answer(200, self.doc(link, **more))

    def problem(self, link, word, status, detail="", at=0):
        return Answer(status, self.doc(
            link, type="urn:holdfast:problem:" + word, title=word,
            status=status, detail=detail, at=at))

    def _batch(self, r):
        body = r.content()
        if not body.startswith(b"[\n") or not body.endswith(b"\n]"):
            return None
        return body[2:-2].split(b",\n")

    def _events(self, link, r):
        lines = self._batch(r)
        if lines is None:
            return self.problem(link, "malformed", 400, "no batch")
        docs = [json.loads(x) for x in lines]
        self.sizes.append(len(lines))
        epoch, first = docs[0]["epoch"], int(docs[0]["sequence"])
        if self.revoked:
            return self.problem(link, "revoked", 403)
        if self.fenced is not None and epoch <= self.fenced:
            return self.problem(link, "fenced", 409, at=first)
        if any(int(d["sequence"]) in self.refuse for d in docs):
            return self.problem(link, "malformed", 400, "a line is poison")
        e, s, h = self.head
        if epoch < e:
            return self.problem(link, "fenced", 409, at=first)
        if epoch > e and s > 0:
            d = docs[0]
            frm = d["data"].get("from_sequence", first - 1)
            if d["type"] not in ("holdfast.register.restored.v1",
                                 "holdfast.register.moved.v1") or \
                    self._hash(frm) != d["prev"]:
                return self.problem(link, "gap", 409, at=first)
            s, h = frm, d["prev"]
        for raw, d in zip(lines, docs):
            seq = int(d["sequence"])
            hash_ = hashlib.sha256(raw).hexdigest()
            if seq <= s and d["epoch"] == e:
                self.doubled += 1
                if self.lines.get((d["epoch"], seq)) != raw:
                    return self.problem(link, "fork", 409, at=seq)
                continue
            if seq != s + 1:
                return self.problem(link, "gap", 409, at=seq)
            if d["prev"] != h:
                return self.problem(link, "fork", 409, at=seq)
            self.lines[(d["epoch"], seq)] = raw
            e, s, h = d["epoch"], seq, hash_
            self.head = (e, s, h)
        return self.ok(link)

    def _hash(self, seq):
        found = [v for (_, s), v in self.lines.items() if s == seq]
        return hashlib.sha256(found[-1]).hexdigest() if found else ZERO

    def _quarantine(self, link, r):
        d = json.loads(r.content())
        raw = base64.b64decode(d["bytes"] + "==", altchars=b"-_") \
            if "-" in d["bytes"] or "_" in d["bytes"] \
            else base64.b64decode(d["bytes"] + "==")
        if hashlib.sha256(raw).hexdigest() != d["hash"] or \
                d["prev"] != self.head[2] or \
                d["sequence"] != self.head[1] + 1:
            return self.problem(link, "gap", 409, at=d["sequence"])
        self.poison[d["sequence"]] = d["reason"]
        self.lines[(d["epoch"], d["sequence"])] = raw
        self.head = (d["epoch"], d["sequence"], d["hash"])
        return self.ok(link)

    def _salvage(self, link, r):
        stored = known = 0
        for raw in self._batch(r):
            d = json.loads(raw)
            k = (d["epoch"], int(d["sequence"]),
                 hashlib.sha256(raw).hexdigest())
            if k in self.salvaged or \
                    self.lines.get(k[:2]) == raw:
                known += 1
            else:
                self.salvaged[k] = raw
                stored += 1
        return self.ok(link, stored=stored, known=known)

    def _hello(self, link, r):
        d = json.loads(r.content())
        if link["next"] == d["next"]:
            return self.ok(link)
        if link["nonce"] != d.get("nonce"):
            return self.problem(link, "clone", 409)
        link["nonce"] = link["next"] = d["next"]
        return self.ok(link)

    def serve(self, r):
        try:
            keyid = r.headers["signature-input"].split('keyid="')[1]
            link = self.links[keyid.split('"')[0]]
            params = hfsig.check_request(
                link["key"], r.method, r.path, r.headers, r.body,
                query=r.query)
        except (KeyError, IndexError, hfsig.Bad) as e:
            self.bad.append("%s %s: %r" % (r.method, r.path, e))
            return None, Answer(401, {"hub": self.hub, "time": now(self.skew),
                                      "type": "urn:holdfast:problem:signature",
                                      "status": 401})
        if self.check_clock and abs(
                int(params["created"]) - time.time() - self.skew) > 300:
            return link, self.problem(link, "clock", 401)
        self.backlog = r.headers.get("holdfast-backlog", self.backlog)
        verb = {"events": self._events, "quarantine": self._quarantine,
                "salvage": self._salvage, "hello": self._hello,
                "head": lambda l, _: (self.problem(l, "revoked", 403)
                                      if self.revoked else self.ok(l)),
                }.get(r.verb)
        if verb is None:
            return link, self.problem(link, "not-found", 404)
        return link, verb(link, r)

    # --- what goes wrong --------------------------------------------------

    def spoil(self, kind, link, a):
        """None: the line breaks."""
        other = hfsig.Key(b"x" * 32)
        if kind == "reset":
            return None
        if kind == "garbage":
            a.raw = b"\x00\xff\x13nonsense\r\n\r\n" * 50
        elif kind == "html200":
            a.status, a.sign = 200, False
            a.body = b"<html><form action=login>Welcome, guest</form>"
            a.headers["Content-Type"] = "text/html"
        elif kind == "redirect":
            a.status, a.sign, a.body = 302, False, b""
            a.headers["Location"] = "http://127.0.0.1:1/login"
        elif kind == "error500":
            a.status, a.sign, a.body = 500, False, b"Internal Server Error"
        elif kind == "unsigned403":
            a.status, a.sign, a.body = 403, False, b"go away"
        elif kind == "unsigned413":
            a.status, a.sign, a.body = 413, False, b"too large"
        elif kind == "unsigned503":
            a.status, a.sign, a.body = 503, False, b"later"
            a.headers["Retry-After"] = "1"
        elif kind == "empty200":
            a.status, a.sign, a.body = 200, False, b""
        elif kind == "unsigned":
            a.sign = False
        elif kind == "huge":
            a.body, a.sign = b"x" * (64 << 20), False
        elif kind == "huge-chunked":
            a.raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" \
                + (b"100000\r\n" + b"y" * 0x100000 + b"\r\n") * 64
        elif kind == "huge-header":
            a.raw = b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"z" * 90000 + \
                b"\r\n\r\n"
        elif kind == "many-headers":
            a.raw = b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 9000 + b"\r\n"
        elif kind == "deep":
            a.body = b"[" * 30000
            a.headers["Content-Type"] = "application/json"
        elif kind == "signed-deep":
            a.doc = None
            a.body = b'{"hub":' + b"[" * 30000 + b"]" * 30000 + b"}"
        elif kind == "signed-garbage":
            a.doc, a.body = None, b"\xff\xfe{}"
        elif kind == "bomb":
            a.raw_zstd = True
            a.doc = None
            a.body = subprocess.run(["zstd", "-q", "-c"],
                                    input=b" " * (64 << 20),
                                    capture_output=True, check=True).stdout
            a.headers["Content-Encoding"] = "zstd"
        elif kind == "slow":
            a.slow = 0.002
        elif kind == "other-key":
            a.key = other
        elif kind == "other-hub":
            a.doc["hub"] = str(uuid.uuid4())
        elif kind == "bit":
            a.flip = True
        elif kind == "status":
            a.wrong_status = 200 if a.status != 200 else 201
        elif kind == "stale":
            a.stale = True
        elif kind == "future":
            e, s, _ = self.head
            a.doc["head"] = self._head(
                link["register"], (max(e, 1), s + 1000, "ab" * 32))
        elif kind == "other-hash":
            e, s, _ = self.head
            a.doc["head"] = self._head(
                link["register"], (max(e, 1), max(s, 1), "cd" * 32))
        elif kind == "bad-anchor":
            a.doc["head"] = self._head(link["register"], key=other)
        elif kind == "busy":
            p = self.problem(link, "busy", 503, "many are here")
            p.headers["Retry-After"] = "1"
            return p
        elif kind == "database":
            return self.problem(link, "database", 503)
        elif kind == "denied":
            return self.problem(link, "denied", 403)
        elif kind == "too-large":
            return self.problem(link, "too-large", 413)
        elif kind.startswith("cut:"):
            a.cut = int(kind[4:])
        elif kind.startswith("wait:"):
            a.wait = float(kind[5:])
        else:
            raise ValueError(kind)
        return a

    # --- bytes ------------------------------------------------------------

    def encode(self, r, a):
        if a.raw is not None:
            return a.raw
        body = a.body
        if body is None or (a.sign and a.doc is not None):
            body = json.dumps(a.doc).encode() if a.doc is not None else body
        head = dict(a.headers)
        signed = dict(r.headers)
        status = a.status
        if getattr(a, "stale", False) and getattr(self, "last", None):
            signed = self.last  # of the question before
        self.last = dict(r.headers)
        if a.sign:
            type_ = "application/problem+json" if status >= 400 \
                else "application/json"
            key = a.key or self.key
            h = key.answer(status, body, keyid=self.hub, type=type_,
                           encoding=head.pop("Content-Encoding", None),
                           request_headers=signed)
            head.update(h)
        if getattr(a, "flip", False):
            body = body[:-2] + bytes([body[-2] ^ 1]) + body[-1:]
        if getattr(a, "wrong_status", 0):
            status = a.wrong_status
        text = "HTTP/1.1 %d X\r\n" % status
        for k, v in head.items():
            text += "%s: %s\r\n" % (k, v)
        text += "Content-Length: %d\r\n\r\n" % len(body)
        return text.encode() + body

    def _accept(self):
        while self.open:
            try:
                c, _ = self.sock.accept()
            except OSError:
                return
            with self.lock:
                self.conns.add(c)
            threading.Thread(target=self._talk, args=(c,),
                             daemon=True).start()

    def _read(self, f):
        line = f.readline(8192)
        if not line or not line.strip():
            return None
        method, target, _ = line.decode().split()
        headers = {}
        while True:
            line = f.readline(8192)
            if not line:
                return None
            if line in (b"\r\n", b"\n"):
                break
            k, _, v = line.decode().partition(":")
            headers[k.strip().lower()] = v.strip()
        n = int(headers.get("content-length", "0"))
        body = f.read(n) if n else b""
        if len(body) != n:
            return None
        return Request(method, target, headers, body)

    def _reset(self, c):
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     struct.pack("ii", 1, 0))

    def _talk(self, c):
        f = c.makefile("rb")
        try:
            while self.open:
                r = self._read(f)
                if r is None or not self._answer(c, r):
                    return
        except (OSError, ValueError):
            pass
        finally:
            with self.lock:
                self.conns.discard(c)
            f.close()
            c.close()

    def _answer(self, c, r):
        with self.lock:
            kind = None
            if self.only is None or self.only in r.path:
                kind = self.trouble.pop(0) if self.trouble else self.always
            self.requests.append(r.verb)
            if isinstance(kind, str) and kind.startswith("before-"):
                link = next(iter(self.links.values()))
                a, kind = Answer(200, self.doc(link)), kind[7:]
            else:
                link, a = self.serve(r)
            if callable(kind):
                a = kind(self, r, a)
            elif kind is not None and link is not None:
                a = self.spoil(kind, link, a)
            out = self.encode(r, a) if a is not None else None
            self.came.notify_all()
        if a is None:
            self._reset(c)
            return False
        if a.wait:
            time.sleep(a.wait)
        if a.cut is not None:
            c.sendall(out[:a.cut])
            self._reset(c)
            return False
        if a.slow:
            for i in range(len(out)):
                c.sendall(out[i:i + 1])
                time.sleep(a.slow)
        else:
            c.sendall(out)
        return a.raw is None
