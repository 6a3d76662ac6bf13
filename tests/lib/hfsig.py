# SPDX-License-Identifier: Apache-2.0
"""hfsig - signatures of requests and answers a second time, in Python alone.

Shares nothing with src/wire: RFC 8032 (Ed25519), RFC 9530 (Content-Digest) and
RFC 9421 (message signatures) by their texts.  Slow (some ms a signature), for
tests.

    key = hfsig.Key()                    or Key(seed=bytes)
    headers = key.request("POST", "/v1/x", body, keyid="0.1.T.R",
                          type="application/json")
    hfsig.check_answer(hub_public, status, answer_headers, body,
                       request_headers=headers)        raises hfsig.Bad

Header names are in lower case; check_answer() and check_request() take any
case.  python3 hfsig.py proves itself by the vectors of the RFCs.
"""
import base64
import hashlib
import os
import re
import time

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT = pow(2, (P - 1) // 4, P)


class Bad(Exception):
    """It is not signed as it must be."""


def _add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _mul(n, p):
    q = (0, 1, 1, 0)
    while n > 0:
        if n & 1:
            q = _add(q, p)
        p = _add(p, p)
        n >>= 1
    return q


def _same(p, q):
    return ((p[0] * q[2] - q[0] * p[2]) % P == 0 and
            (p[1] * q[2] - q[1] * p[2]) % P == 0)


def _x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * SQRT % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if x & 1 != sign else x


GY = 4 * pow(5, P - 2, P) % P
GX = _x(GY, 0)
G = (GX, GY, 1, GX * GY % P)


def _pack(p):
    z = pow(p[2], P - 2, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _unpack(b):
    if len(b) != 32:
        return None
    y = int.from_bytes(b, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = _x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def _hash(b):
    return int.from_bytes(hashlib.sha512(b).digest(), "little") % L


def verify(public, message, signature):
    """True: an Ed25519 signature of message by public."""
    if len(signature) != 64:
        return False
    a, r = _unpack(public), _unpack(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = _hash(signature[:32] + public + message)
    return _same(_mul(s, G), _add(r, _mul(h, a)))


def digest(body):
    """Content-Digest of body."""
    return "sha-256=:%s:" % base64.b64encode(
        hashlib.sha256(body).digest()).decode()


def b64url(b):
    return base64.urlsafe_b64encode(b).decode().rstrip("=")


def b64url_decode(s):
    return base64.urlsafe_b64decode(s + "=" * (-len(s) % 4))


def base(components, params):
    """The signature base: pairs of identifier as spelled, and value."""
    return "".join("%s: %s\n" % c for c in components) + \
        '"@signature-params": ' + params


def request_components(method, path, query, headers):
    out = [('"@method"', method), ('"@path"', path),
           ('"@query"', "?" + query)]
    for name in ("content-digest", "content-type", "content-encoding",
                 "holdfast-backlog"):
        if name in headers:
            out.append(('"%s"' % name, headers[name]))
    return out


def answer_components(status, headers, request_signature):
    out = [('"@status"', str(status))]
    for name in ("content-digest", "content-type", "content-encoding"):
        if name in headers and "content-digest" in headers:
            out.append(('"%s"' % name, headers[name]))
    if request_signature is not None:
        out.append(('"signature";req;key="hf"', request_signature))
    return out


class Key:
    """A key that signs: a link's, an administrator's, a hub's."""

    def __init__(self, seed=None):
        self.seed = seed if seed is not None else os.urandom(32)
        h = hashlib.sha512(self.seed).digest()
        a = int.from_bytes(h[:32], "little")
        self.a = a & (1 << 254) - 8 | 1 << 254
        self.prefix = h[32:]
        self.public = _pack(_mul(self.a, G))

    def sign(self, message):
        r = _hash(self.prefix + message)
        big_r = _pack(_mul(r, G))
        s = (r + _hash(big_r + self.public + message) * self.a) % L
        return big_r + s.to_bytes(32, "little")

    def _headers(self, label, components, keyid, created, nonce):
        params = "(%s);created=%d;keyid=\"%s\";alg=\"ed25519\"" % (
            " ".join(c[0] for c in components), created, keyid)
        if nonce is not None:
            params += ';nonce="%s"' % b64url(nonce)
        params += ';tag="holdfast"'
        sig = self.sign(base(components, params).encode())
        return {"signature-input": "%s=%s" % (label, params),
                "signature": "%s=:%s:" % (
                    label, base64.b64encode(sig).decode())}

    def request(self, method, path, body=None, query="", keyid="new",
                type=None, encoding=None, backlog=None, created=None,
                nonce=None):
        """All headers of a request; path as sent, query without '?'."""
        h = {}
        if body is not None:
            h["content-digest"] = digest(body)
            h["content-type"] = type or "application/json"
            if encoding:
                h["content-encoding"] = encoding
        if backlog:
            h["holdfast-backlog"] = backlog
        h.update(self._headers(
            "hf", request_components(method, path, query, h), keyid,
            int(time.time()) if created is None else created,
            os.urandom(16) if nonce is None else nonce))
        return h

    def answer(self, status, body=None, keyid="hub", type=None,
               encoding=None, request_headers=None, created=None):
        """All headers of an answer, for a hub that is not there."""
        h = {}
        if body is not None:
            h["content-digest"] = digest(body)
            h["content-type"] = type or "application/json"
            if encoding:
                h["content-encoding"] = encoding
        h.update(self._headers(
            "hub", answer_components(status, h, _asked(request_headers)),
            keyid, int(time.time()) if created is None else created, None))
        return h


def _lower(headers):
    return {k.lower(): v for k, v in dict(headers).items()}


def _asked(request_headers):
    if request_headers is None:
        return None
    m = re.search(r"\bhf=(:[A-Za-z0-9+/=]*:)",
                  _lower(request_headers).get("signature", ""))
    return m.group(1) if m else None


def _check(public, label, components, h, body):
    m = re.fullmatch(label + r"=(\(([^)]*)\)((?:;[^;]*)*))",
                     h.get("signature-input", ""))
    s = re.fullmatch(label + r"=:([A-Za-z0-9+/=]+):", h.get("signature", ""))
    if not m or not s:
        raise Bad("not signed")
    params = dict(re.findall(r';([a-z]+)="?([^";]*)"?', m.group(3)))
    if params.get("alg") != "ed25519" or params.get("tag") != "holdfast":
        raise Bad("another algorithm or tag")
    want = dict(components)
    named = re.findall(r'"[^"]+"(?:;req;key="hf")?', m.group(2))
    if sorted(named) != sorted(want):
        raise Bad("covers %s and not %s" % (named, sorted(want)))
    text = base([(n, want[n]) for n in named], m.group(1))
    if not verify(public, text.encode(), base64.b64decode(s.group(1))):
        raise Bad("not by this key, or not of this message")
    if "content-digest" in h:
        if h["content-digest"] != digest(body or b""):
            raise Bad("the digest is not that of the content")
    elif body:
        raise Bad("content without a digest")
    return params


def check_answer(public, status, headers, body, request_headers=None):
    """The parameters of an answer's signature; Bad."""
    h = _lower(headers)
    return _check(public, "hub",
                  answer_components(status, h, _asked(request_headers)), h,
                  body)


def check_request(public, method, path, headers, body, query=""):
    """The parameters of a request's signature; Bad."""
    h = _lower(headers)
    return _check(public, "hf", request_components(method, path, query, h),
                  h, body)


SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _times(a, b):
    out = 0
    while b:
        out ^= a if b & 1 else 0
        a <<= 1
        a ^= 0x25 if a & 0x20 else 0
        b >>= 1
    return out


def code(part, secret, public):
    """A one-time code as a hub shows it; secret of 10 bytes, public its key."""
    raw = bytes([part]) + secret + hashlib.sha256(public).digest()[:10]
    n = int.from_bytes(raw, "big")
    groups = (len(raw) * 8 + 19) // 20
    out = []
    for g in range(groups):
        v = [n >> 5 * (groups * 4 - 1 - g * 4 - i) & 31 for i in range(4)]
        check = g + 1
        for i, one in enumerate(v):
            check ^= _times(one, i + 2)
        out.append("".join(SIGNS[x] for x in v + [check]))
    return "-".join(out)


def anchor(key, register, epoch, sequence, line_hash, when):
    """What a hub signs of a register's head; base64url."""
    return b64url(key.sign(("holdfast-anchor-v1\n%s\n%d\n%d\n%s\n%s\n" % (
        register, epoch, sequence, line_hash, when)).encode()))


def check_anchor(public, register, head):
    """True: head (of an answer) is signed for this register."""
    text = "holdfast-anchor-v1\n%s\n%d\n%d\n%s\n%s\n" % (
        register, head["epoch"], head["sequence"], head["hash"], head["time"])
    return verify(public, text.encode(), b64url_decode(head["anchor"]))


def _prove():
    # RFC 8032, 7.1, test 3
    k = Key(bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b1"
                          "66d38535076f094b85ce3a2e0b4458f7"))
    assert k.public.hex() == ("fc51cd8e6218a1a38da47ed00230f058"
                              "0816ed13ba3303ac5deb911548908025")
    assert k.sign(b"\xaf\x82").hex() == (
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")
    # RFC 9421, B.2.6
    k = Key(b64url_decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"))
    c = [('"date"', "Tue, 20 Apr 2021 02:07:55 GMT"), ('"@method"', "POST"),
         ('"@path"', "/foo"), ('"@authority"', "example.com"),
         ('"content-type"', "application/json"), ('"content-length"', "18")]
    p = "(%s);created=1618884473;keyid=\"test-key-ed25519\"" % " ".join(
        n for n, _ in c)
    assert base64.b64encode(k.sign(base(c, p).encode())).decode() == (
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0"
        "w6vuQv5lIp5WPpBKRCw==")
    # RFC 9530, B.1
    assert digest(b'{"hello": "world"}\n') == \
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    q = k.request("POST", "/v1/x", b"{}", keyid="0.1.t.r", query="a=1")
    check_request(k.public, "POST", "/v1/x", q, b"{}", query="a=1")
    a = k.answer(409, b"{}", request_headers=q)
    check_answer(k.public, 409, a, b"{}", request_headers=q)
    for status, headers, body, asked in (
            (200, a, b"{}", q), (409, a, b"{} ", q), (409, a, b"{}", None),
            (409, a, b"{}", k.request("GET", "/")), (409, {}, b"{}", q)):
        try:
            check_answer(k.public, status, headers, body,
                         request_headers=asked)
        except Bad:
            continue
        raise AssertionError("believed")
    print("ok")


if __name__ == "__main__":
    _prove()
