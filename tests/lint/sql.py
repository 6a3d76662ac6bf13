#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every statement of the hub, read: it names part and tenant, touches that
part alone, and asks for nothing that a PostgreSQL-compatible cluster
refuses; the schema the same; and no SQL stands anywhere else."""
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

SRC = Path(os.environ["top_srcdir"]) / "src"
BUILD = Path(os.environ["top_builddir"])

# What Citus, Yugabyte or Cockroach refuse or do otherwise, or what would
# make two parts one: a word, and why it is not for us.
BANNED = {
    r"\bNEXTVAL\b|\bSERIAL\b|\bBIGSERIAL\b|\bCURRVAL\b|\bIDENTITY\b|"
    r"\bSEQUENCE\s+\w+\s+(START|INCREMENT|OWNED)|CREATE\s+SEQUENCE":
        "a sequence is no cursor",
    r"\bLISTEN\b|\bNOTIFY\b|PG_NOTIFY": "no LISTEN and NOTIFY",
    r"ADVISORY": "no advisory locks",
    r"\bXMIN\b|\bXMAX\b|\bXID8?\b|TXID_|PG_SNAPSHOT|PG_CURRENT_XACT|\bCTID\b":
        "no transaction ids",
    r"DEFERRABLE|DEFERRED": "no deferred constraints",
    r"\bEXCLUDE\b": "no exclusion constraints",
    r"TRIGGER|\bRULE\b": "no triggers and rules",
    r"FOR\s+(UPDATE|SHARE|NO\s+KEY|KEY\s+SHARE)":
        "no row locks beside the write itself",
    r"LOCK\s+TABLE|\bLOCK\s+holdfast": "no table locks",
    r"REFERENCES|FOREIGN\s+KEY": "no foreign keys",
    r"SERIALIZABLE|REPEATABLE\s+READ": "no level but the default one",
    r"\bTEMP(ORARY)?\b": "no temporary tables",
    r"\bCOPY\b": "no COPY",
    r"DECLARE|\bFETCH\b": "no cursors",
}
TABLE = r"holdfast\.(\w+)"
PART, TENANT = r"\$1::int2", r"\$2::uuid"
# Who may stand after a table's name though it is no alias.
NOT_ALIAS = {"WHERE", "SET", "ON", "JOIN", "SELECT", "ORDER", "VALUES",
             "RETURNING", "LIMIT", "GROUP", "USING", "FROM", "LEFT", "CROSS",
             "UNION"}


def bare(text):
    """Without what stands between quotes."""
    return re.sub(r"'(?:[^']|'')*'", "''", text)


def banned(text):
    return [why for pattern, why in BANNED.items()
            if re.search(pattern, bare(text), re.I)]


def bound(text, name, alias):
    """The rows of this table are those of $1 and $2, by themselves or by
    those of a table that is bound so."""
    a = re.escape(alias or "")
    own = (rf"(?<![\w.]){a}\." if alias else r"(?<![\w.])")
    direct = (re.search(own + rf"part\s*=\s*{PART}", text) and
              re.search(own + rf"tenant\s*=\s*{TENANT}", text))
    if direct or not alias:
        return bool(direct)
    for other in re.findall(rf"(?<![\w.]){a}\.part\s*=\s*(\w+)\.part", text):
        if (other != alias and
                re.search(rf"(?<![\w.]){a}\.tenant\s*=\s*{other}\.tenant",
                          text) and bound(text, name, other)):
            return True
    return False


def insert_wrong(text):
    out = []
    for m in re.finditer(rf"INSERT INTO {TABLE}(?:\s+AS\s+\w+)?\s*"
                         r"\(([^)]*)\)\s*(VALUES\s*\(|SELECT\s+)(.{0,60})",
                         text, re.S):
        cols = [c.strip() for c in m[2].split(",")]
        if cols[:2] != ["part", "tenant"]:
            out.append(f"{m[1]}: columns begin with part, tenant")
        if not re.match(rf"{PART},\s*{TENANT}", m[4]):
            out.append(f"{m[1]}: values begin with $1 and $2")
    n = len(re.findall(r"INSERT INTO", text))
    if n != len(re.findall(rf"INSERT INTO {TABLE}(?:\s+AS\s+\w+)?\s*\(",
                           text)):
        out.append("an INSERT names its columns")
    return out


def wrong(row, tables):
    """What a statement must not be; [] when it is good."""
    text, out = row["text"], []
    if not text or not row["name"]:
        return ["there is no such row"]
    out += banned(text)
    if ";" in bare(text):
        out.append("two statements in one")
    used = sorted({int(n) for n in re.findall(r"\$(\d+)", text)})
    if row["kind"] == "control":
        if re.search(r"holdfast\.\w+(?!')", bare(text)):
            out.append("control touches a table")
        return out
    if used != list(range(1, len(used) + 1)):
        out.append(f"arguments have holes: {used}")
    for n in used:
        if not re.search(rf"\${n}::\w+", text):
            out.append(f"${n} says no type")
    for n in re.findall(r"\$(\d+)(?!\d|::)", text):
        out.append(f"${n} stands without its type")
    if not re.search(PART, text) or not re.search(TENANT, text):
        out.append("part is $1::int2 and tenant is $2::uuid")
    writes = bool(re.search(r"\b(INSERT|UPDATE|DELETE)\b",
                            re.sub(r"DO UPDATE", "", bare(text))))
    if writes != (row["kind"] == "writes"):
        out.append(f"kind {row['kind']} is not what it does")
    if re.search(r"\b(FROM|JOIN|UPDATE|INTO)\s+(?!holdfast\.|unnest|\(|LATERAL"
                 r"|excluded)(\w+)", bare(text)):
        for m in re.finditer(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)\b(?!\.)",
                             bare(text)):
            known = re.findall(r"(?:WITH(?: RECURSIVE)?|,)\s*(\w+)"
                               r"(?:\s*\([^()]*\))?\s+AS\s*(?:MATERIALIZED\s*)?\(",
                               text)
            if m[1].lower() in ("unnest", "set", "lateral", "now"):
                continue
            if m[1] not in known:
                out.append(f"{m[1]} is no table with its schema")
    bare_tables = 0
    for m in re.finditer(rf"\b(FROM|JOIN|UPDATE|,)\s+{TABLE}"
                         r"(?:\s+(?:AS\s+)?(\w+))?", text):
        name, alias = m[2], m[3]
        if alias and alias.upper() in NOT_ALIAS:
            alias = None
        bare_tables += alias is None
        if not bound(text, name, alias):
            out.append(f"{name}{' ' + alias if alias else ''} is not bound "
                       "to part and tenant")
    # each table without an alias has a condition of its own
    if bare_tables > len(re.findall(rf"(?<![\w.])part\s*=\s*{PART}", text)):
        out.append("a table is bound by another one's condition alone")
    for name in re.findall(TABLE, bare(text)):
        if name not in tables:
            out.append(f"there is no table {name}")
    out += insert_wrong(text)
    return out


def schema_wrong(rows):
    out, tables, guard = [], set(), {}
    for row in rows:
        t = row["text"]
        out += [f"{t[:40]}: {w}" for w in banned(t)]
        m = re.match(rf"CREATE TABLE {TABLE} \((.*)\)$", t, re.S)
        if m:
            tables.add(m[1])
            if not m[2].startswith("part smallint NOT NULL, "
                                   "tenant uuid NOT NULL,"):
                out.append(f"{m[1]} does not begin with part and tenant")
            if not re.search(r"PRIMARY KEY \(part, tenant[,)]", m[2]):
                out.append(f"{m[1]}: its key does not begin so")
            if "UNIQUE" in m[2]:
                out.append(f"{m[1]}: another unique key")
        m = re.match(rf"CREATE (UNIQUE )?INDEX \w+ ON {TABLE} \((.*)\)", t)
        if m and not m[3].startswith("part, tenant"):
            out.append(f"an index of {m[2]} does not begin so")
        m = re.match(rf"ALTER TABLE {TABLE} (ENABLE|FORCE) ROW", t)
        if m:
            guard.setdefault(m[1], set()).add(m[2])
        m = re.match(rf"CREATE POLICY tenant_only ON {TABLE} ", t)
        if m:
            guard.setdefault(m[1], set()).add("POLICY")
            if (t.count("tenant = current_setting('holdfast.tenant')::uuid")
                    != 2 or "USING" not in t or "WITH CHECK" not in t):
                out.append(f"the policy of {m[1]} is another one")
    for name in tables:
        if guard.get(name) != {"ENABLE", "FORCE", "POLICY"}:
            out.append(f"{name} lacks {guard.get(name)}")
    return out, tables


def elsewhere():
    """SQL that stands in no table, and calls that could send it."""
    out = []
    send = re.compile(r"\bPQ(exec|execParams|execPrepared|prepare|sendQuery"
                      r"\w*|sendPrepare|putCopy\w*)\b")
    may_send = {"hub/db.c", "hub/setup_sql.c", "hub/setup_migrate.c"}
    sql = re.compile(r'"\s*(SELECT\s|INSERT\s+INTO|UPDATE\s+\w+\.|DELETE\s+'
                     r"FROM|CREATE\s+(TABLE|ROLE|DATABASE|SCHEMA|INDEX)|"
                     r"ALTER\s+(TABLE|ROLE)|DROP\s|GRANT\s|TRUNCATE\s)")
    for path in sorted(SRC.rglob("*.[ch]")):
        rel = str(path.relative_to(SRC))
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        if send.search(text) and rel not in may_send:
            out.append(f"{rel} sends a statement by itself")
        if re.search(r"\bPQexec\s*\(", text):
            out.append(f"{rel} uses PQexec, which takes several at once")
        if sql.search(text) and not re.match(
                r"hub/(sql|schema)\w*\.c$", rel):
            out.append(f"{rel} holds a statement")
    return out


def hashes(rows):
    """As hub/schema.h has it: each statement and a NUL."""
    made = {}
    for r in rows:
        if "migration" in r:
            made.setdefault(r["migration"], hashlib.sha256()).update(
                r["text"].encode() + b"\0")
    return [[str(k), h.hexdigest()] for k, h in sorted(made.items())]


def main():
    lines = subprocess.run([BUILD / "tests/hub/print_sql"], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    rows = [json.loads(x) for x in lines]
    statements = [r for r in rows if "statement" in r]
    n = 0
    failed = False

    def point(good, what, notes=()):
        nonlocal n, failed
        n += 1
        failed = failed or not good
        print(f"{'ok' if good else 'not ok'} {n} - {what}")
        for note in notes:
            print(f"# {note}")

    bad, tables = schema_wrong([r for r in rows if "migration" in r])
    point(not bad and len(tables) > 15,
          f"{len(tables)} tables: keys, guards, nothing a cluster refuses",
          bad)
    kept = [x.split() for x in (SRC.parent / "tests/hub/migrations").read_text()
            .splitlines() if not x.startswith("#")]
    made = hashes(rows)
    point(kept and made == kept,
          "migrations are those that hubs have run: a change is another one",
          [] if made == kept else [f"{made} is not {kept}"])
    tables.add("migration")
    bad = [f"{r['name'] or r['statement']}: {w}" for r in statements
           for w in wrong(r, tables)]
    point(not bad, f"{len(statements)} statements: one part, one tenant", bad)
    names = [r["name"] for r in statements if r["name"]]
    point(len(names) == len(set(names)), "each has a name of its own")
    bad = elsewhere()
    point(not bad, "no SQL anywhere else", bad)

    # what has to be found
    good = {"statement": 0, "name": "x", "kind": "reads", "text":
            "SELECT name FROM holdfast.tenant WHERE part = $1::int2"
            " AND tenant = $2::uuid"}
    point(not wrong(good, tables), "a good one is good", wrong(good, tables))
    for text, kind, what in (
            ("SELECT name FROM holdfast.tenant WHERE tenant = $2::uuid",
             "reads", "without a part"),
            ("SELECT name FROM holdfast.tenant WHERE part = $1::int2",
             "reads", "without a tenant"),
            (good["text"] + " FOR UPDATE", "reads", "FOR UPDATE"),
            ("SELECT r.epoch FROM holdfast.register r JOIN"
             " holdfast.store s ON s.store = r.store WHERE"
             " r.part = $1::int2 AND r.tenant = $2::uuid", "reads",
             "a join across"),
            ("SELECT e.hash FROM holdfast.event e WHERE e.part = $1::int2"
             " AND e.tenant = $2::uuid AND e.sequence > (SELECT"
             " max(sequence) FROM holdfast.quarantine)", "reads",
             "a table within that is not bound"),
            (good["text"] + " AND name IN (SELECT name FROM holdfast.store)",
             "reads", "a table bound by another one's condition"),
            ("INSERT INTO holdfast.store (part, tenant, store) SELECT $3::int2,"
             " $2::uuid, $1::int2", "writes", "another part is written"),
            (good["text"].replace("name", "nextval('x')"), "reads",
             "a sequence"),
            (good["text"] + " AND pg_try_advisory_lock(1)", "reads",
             "an advisory lock"),
            (good["text"] + "; " + good["text"], "reads", "two in one"),
            (good["text"] + " AND name = $4::text", "reads", "a hole"),
            (good["text"] + " AND name = $3", "reads", "an untyped argument"),
            ("UPDATE holdfast.tenant SET name = $3::text WHERE"
             " part = $1::int2 AND tenant = $2::uuid", "reads",
             "a write that says it reads"),
            ("SELECT name FROM tenant WHERE part = $1::int2"
             " AND tenant = $2::uuid", "reads", "no schema")):
        found = wrong({"name": "x", "kind": kind, "text": text}, tables)
        point(bool(found), f"found: {what}")
    print(f"1..{n}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
