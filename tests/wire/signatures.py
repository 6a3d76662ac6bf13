# SPDX-License-Identifier: Apache-2.0
"""Signatures of requests and answers, believed by a second implementation."""
import os
import subprocess
import sys

top = os.environ.get("top_srcdir", ".")
build = os.environ.get("top_builddir", ".")
sys.path.insert(0, os.path.join(top, "tests", "lib"))
import hfsig  # noqa: E402

done = 0


def ok(good, what):
    global done
    done += 1
    print("%s %d - %s" % ("ok" if good else "not ok", done, what))


def believed(check, *args, **kw):
    try:
        check(*args, **kw)
    except hfsig.Bad:
        return False
    return True


lib = os.path.join(top, "tests", "lib", "hfsig.py")
ok(subprocess.run([sys.executable, lib], stdout=subprocess.DEVNULL).returncode
   == 0, "the vectors of RFC 8032, 9421 and 9530")

out = subprocess.run([os.path.join(build, "tests/wire/wire_tool"), "--signed"],
                     stdout=subprocess.PIPE, check=True, text=True).stdout
text = out.splitlines()
key = hfsig.Key(bytes(range(32)))
req = {"content-digest": hfsig.digest(b"{}"),
       "content-type": "application/json", "content-encoding": "zstd",
       "holdfast-backlog": "count=38, oldest=720",
       "signature-input": text[0], "signature": text[1]}
ans = {"content-digest": hfsig.digest(b"{}"),
       "content-type": "application/problem+json",
       "signature-input": text[2], "signature": text[3]}
where = ("POST", "/v1/x")
query = "from=1&limit=2"
ok(believed(hfsig.check_request, key.public, *where, req, b"{}", query=query),
   "a request")
ok(not believed(hfsig.check_request, key.public, *where, req, b"{}"),
   "not without its query")
ok(not believed(hfsig.check_request, key.public, *where, req, b"[]",
                query=query), "not with other content")
ok(not believed(hfsig.check_request, hfsig.Key().public, *where, req, b"{}",
                query=query), "not by another key")
ok(believed(hfsig.check_answer, key.public, 409, ans, b"{}",
            request_headers=req), "its answer")
ok(not believed(hfsig.check_answer, key.public, 200, ans, b"{}",
                request_headers=req), "not with another status")
ok(not believed(hfsig.check_answer, key.public, 409, ans, b"{}"),
   "not to nobody")
nonce = bytes(16)
again = key.request(*where, b"{}", query=query, keyid="0.3.tenant.register",
                    encoding="zstd", backlog="count=38, oldest=720",
                    created=1795348800, nonce=nonce)
ok(again["signature-input"] == text[0] and again["signature"] == text[1],
   "the same bytes from both")
print("1..%d" % done)
