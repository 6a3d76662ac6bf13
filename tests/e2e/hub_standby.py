#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A hub whose database is a primary with a synchronous standby loses the
primary while eight registers push, and goes on at the standby: what was
acknowledged is there, once, in order; what was not is sent again.  Before
that, lines become durable by the standby's word alone."""
import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["top_srcdir"]) / "tests/lib"))
import hubkit  # noqa: E402
import pg  # noqa: E402

REGISTERS, LINES, BATCH = 8, 60, 4
count, failures = 0, 0


def ok(good, what, note=None):
    global count, failures
    count += 1
    failures += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}", flush=True)
    if not good and note is not None:
        for line in str(note).splitlines()[:12]:
            print("# " + line)


class Pusher(threading.Thread):
    """Its log in order, a batch at a time, one in flight; a lost answer or a
    refusal for the database's sake is followed by the hub's own word."""

    def __init__(self, till, gate):
        super().__init__(daemon=True)
        self.till, self.gate = till, gate
        self.acked = 0          # highest the hub signed for
        self.refused = self.lost = 0
        self.back = []          # heads that went back behind an answer
        self.wrong = []
        self.first_after = None

    def took(self, answer):
        """An answer's head, held against the own log."""
        _, sequence, digest = answer.head
        if sequence is None:
            return
        if sequence < self.acked:
            self.back.append((sequence, self.acked))
        if sequence and digest != hubkit.sha(self.till.log[sequence - 1]):
            self.wrong.append(answer)
        self.acked = max(self.acked, sequence)

    def run(self):
        known = 0
        end = time.monotonic() + 120
        while known < LINES and time.monotonic() < end:
            if known >= LINES // 2:
                self.gate.wait(60)      # the other half is for afterwards
            try:
                a = self.till.push(known + 1, known + BATCH)
            except OSError:
                a = None
            if a is not None and a.status == 200:
                self.took(a)
                known = self.acked
                continue
            self.refused += a is not None
            self.lost += a is None
            if a is not None and a.status != 503:
                self.wrong.append(a)
            time.sleep(0.05)
            try:
                a = self.till.head()
                if a.status == 200:
                    self.took(a)
                    known = a.head[1]
            except OSError:
                pass


def main():
    pg.require()
    with pg.Pair() as pair:
        hub = hubkit.Hub(databases=[pair.conninfo("holdfast")])
        try:
            return run(pair, hub)
        finally:
            hub.close()


def run(pair, hub):
    tills = [hub.speaker("R%02d" % i) for i in range(REGISTERS)]
    for t in tills:
        for n in range(LINES):
            t.add(sign=(n + 1) % BATCH == 0)
    # --- by the standby's word ---
    a = tills[0].push(1, BATCH)
    ok(a.status == 200 and a.json["durable"] == 0,
       "what was just stored is not durable yet", a)
    try:
        hubkit.wait_until(lambda: tills[0].head().json["durable"] == BATCH,
                          "durable", 30)
        ok(True, "and is, when the standby has it")
    except RuntimeError as e:
        ok(False, "and is, when the standby has it", e)

    # --- the primary goes while they push ---
    gate = threading.Event()
    pushers = [Pusher(t, gate) for t in tills]
    pushers[0].acked = 0
    for p in pushers:
        p.start()
    hubkit.wait_until(lambda: sum(p.acked for p in pushers) >
                      REGISTERS * LINES // 8, "some pushed", 60)
    gate.set()
    hubkit.wait_until(lambda: sum(p.acked for p in pushers) >
                      REGISTERS * LINES // 3, "more pushed", 60)
    pair.kill_primary()
    at_kill = [p.acked for p in pushers]
    down = time.monotonic()
    # the hub says that its database is away, and forgets nothing
    hubkit.wait_until(lambda: sum(p.refused + p.lost for p in pushers) > 3,
                      "the loss is felt", 60)
    pair.promote()
    for p in pushers:
        p.join(120)
    took = time.monotonic() - down
    ok(sum(at_kill) < REGISTERS * LINES and min(p.acked for p in pushers) ==
       LINES, "everything is pushed in the end", [p.acked for p in pushers])
    ok(not any(p.back for p in pushers),
       "no head went back behind what was acknowledged",
       [p.back for p in pushers])
    ok(not any(p.wrong for p in pushers),
       "every head is the own log's line, every refusal a 503",
       [p.wrong for p in pushers])
    rows = {}
    for r in pair.standby.psql(
            f"SET holdfast.tenant = '{hub.tenant}'; SELECT register, sequence, encode(sha256(line), 'hex') FROM "
            "holdfast.event ORDER BY 1, 2", "holdfast"):
        reg, sequence, digest = r.split("\t")
        rows.setdefault(reg, []).append((int(sequence), digest))
    want = {t.id: [(i + 1, hubkit.sha(x)) for i, x in enumerate(t.log)]
            for t in tills}
    ok(rows == want, "every line is at the new primary once, byte for byte",
       {k: len(v) for k, v in rows.items()})
    lost = sum(p.lost for p in pushers)
    refused = sum(p.refused for p in pushers)
    print(f"# {REGISTERS} registers, {REGISTERS * LINES} lines; acknowledged "
          f"before the loss {sum(at_kill)}, after it "
          f"{REGISTERS * LINES - sum(at_kill)}; {refused} refusals, {lost} "
          f"lost answers; all through {took:.1f} s after the loss")
    # --- alone, nothing is durable by a standby that is not there ---
    t = tills[0]
    t.grow(2)
    a = t.push(LINES + 1)
    h = t.head()
    ok(a.status == 200 and h.json["durable"] < LINES + 2,
       "a database that is alone makes nothing durable", h)
    ok(hub.proc.poll() is None, "and the hub was the same process throughout")
    print(f"1..{count}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
