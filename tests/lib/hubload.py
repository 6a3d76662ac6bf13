# SPDX-License-Identifier: Apache-2.0
"""A hub over a real PostgreSQL with registers that lib/hub_load.c drives.

    with hubload.Load(registers=200) as l:
        l.start_hub()
        l.load('--events', '100', '--batch', '10')   what hub_load printed
        l.check(...)                                 every line, in the database

Registers are put in by SQL: enrollment has tests of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pg

BUILD = os.environ.get('top_builddir', '.')


class Load:
    def __init__(self, registers, fsync=True, settings=None, threads=None):
        self.pg = pg.Cluster(fsync=fsync, settings=dict(
            {'log_statement': 'none', 'log_min_duration_statement': '-1'},
            **(settings or {})))
        self.dir = tempfile.mkdtemp(prefix='hfload-')
        os.chmod(self.dir, 0o755)
        self.conf = self.dir + '/hub.conf'
        self.sock = self.dir + '/http'
        self.registers = self.dir + '/registers'
        self.proc = None
        self.pg.psql('CREATE DATABASE holdfast')
        out = subprocess.run(
            [BUILD + '/holdfast-hub', 'setup', '--config', self.conf,
             '--state', self.dir + '/state', '--database',
             self.pg.conninfo('holdfast'), '--listen', 'unix:' + self.sock,
             '--no-tls', '--tenant', 'Load'],
            capture_output=True, text=True, check=True)
        made = json.loads(out.stdout)
        self.tenant = made['tenant']
        self.tpart = made['administrator'].split('.')[0]
        with open(self.conf, encoding='utf-8') as f:
            text = f.read()
        if threads:
            text = text.replace('[hub]', '[hub]\nthreads = %d' % threads, 1)
            with open(self.conf, 'w', encoding='utf-8') as f:
                f.write(text)
        self.hub_key = self.sql("SELECT encode(sign_key, 'hex')"
                                ' FROM holdfast.hub')[0]
        self.make(registers)

    def sql(self, text):
        # the view speaks for its owner, who sees one tenant only
        return self.pg.psql(text, 'holdfast', env={
            'PGOPTIONS': '-c holdfast.tenant=' + self.tenant})

    def make(self, n, spart=77, store='01934f1c-0000-7c11-8a01-00000000570e'):
        """n registers in one store, as enrollment leaves them."""
        self.n = n
        out = subprocess.run(
            [BUILD + '/tests/lib/hub_load', '--make', str(n), '--keyid',
             '%s.%d.%s' % (self.tpart, spart, self.tenant), '--store', store],
            capture_output=True, text=True, check=True).stdout
        with open(self.registers, 'w', encoding='utf-8') as f:
            f.write(out)
        rows = [r.split() for r in out.splitlines()]
        values = ','.join("('%s','%s','%s','%s')" % (r[1], r[2], r[5], r[6])
                          for r in rows)
        path = self.dir + '/rows.sql'
        with open(path, 'w', encoding='utf-8') as f:
            f.write('''
CREATE TEMP TABLE r (register uuid, source text, link text, sign text);
INSERT INTO r VALUES %(values)s;
INSERT INTO holdfast.register (part, tenant, register, store, tenant_part,
 residency, tenant_name, store_name, number, state, source, sign_key, link_key,
 box_key, nonce) SELECT %(part)d, '%(tenant)s', register, '%(store)s',
 %(tpart)s, '', 'Load', 'Load', 'R01', 'live', source, decode(sign, 'hex'),
 decode(link, 'hex'), decode(link, 'hex'), 'n' FROM r;
INSERT INTO holdfast.register_link (part, tenant, register, link_key, sign_key,
 state) SELECT %(part)d, '%(tenant)s', register, decode(link, 'hex'),
 decode(sign, 'hex'), 'live' FROM r;
INSERT INTO holdfast.register_list (part, tenant, register, store, store_part,
 number) SELECT %(tpart)s, '%(tenant)s', register, '%(store)s', %(part)d,
 'R01' FROM r;
''' % {'values': values, 'part': spart, 'tenant': self.tenant, 'store': store,
                'tpart': self.tpart})
        os.chmod(path, 0o644)
        subprocess.run([self.pg.bin + '/psql', '-q', '-v', 'ON_ERROR_STOP=1',
                        '-d', self.pg.conninfo('holdfast'), '-f', path],
                       check=True, stdout=subprocess.DEVNULL)

    # --- the hub

    def start_hub(self, wait=True):
        log = open(self.dir + '/hub.log', 'a', encoding='utf-8')
        self.proc = subprocess.Popen(
            [BUILD + '/holdfast-hub', 'serve', '--config', self.conf],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        if wait:
            self.wait_hub()

    def wait_hub(self, seconds=pg.PATIENCE):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.proc.poll() is not None:
                raise RuntimeError('the hub ended: ' + self.hub_tail())
            s = socket.socket(socket.AF_UNIX)
            try:
                s.connect(self.sock)
                return
            except OSError:
                time.sleep(0.02)
            finally:
                s.close()
        raise RuntimeError('the hub does not listen: ' + self.hub_tail())

    def hub_tail(self):
        with open(self.dir + '/hub.log', encoding='utf-8') as f:
            return ''.join(f.readlines()[-8:])

    def stop_hub(self, how=signal.SIGTERM):
        if self.proc is not None:
            self.proc.send_signal(how)
            self.proc.wait(pg.PATIENCE)
            self.proc = None

    def hub_memory(self):
        """Resident, of its own (not of files), in KiB; and its peak."""
        with open('/proc/%d/status' % self.proc.pid, encoding='utf-8') as f:
            s = dict(l.split(':', 1) for l in f if ':' in l)
        return (int(s['RssAnon'].split()[0]), int(s['VmHWM'].split()[0]))

    # --- load

    def command(self, *args):
        return [BUILD + '/tests/lib/hub_load', '--address',
                'unix:' + self.sock, '--registers', self.registers] + [
                    str(a) for a in args]

    def load(self, *args, check=True):
        r = subprocess.run(self.command(*args), capture_output=True,
                           text=True, check=False)
        if check and r.returncode != 0:
            raise RuntimeError('hub_load: %s%s%s' % (r.stdout, r.stderr,
                                                     self.hub_tail()))
        return json.loads(r.stdout)

    # --- what is there

    def problems(self, events, heads=None):
        """What is wrong with the lines in the database, as texts."""
        bad = []
        for what, sql in (
                ('registers without all lines, or with more',
                 'SELECT count(*) FROM (SELECT r.register FROM'
                 ' holdfast.register r LEFT JOIN holdfast.event e USING'
                 ' (part, tenant, register) GROUP BY r.register HAVING'
                 ' count(e.sequence) <> %(n)d OR min(e.sequence) <> 1 OR'
                 ' max(e.sequence) <> %(n)d OR'
                 ' count(DISTINCT e.sequence) <> %(n)d) x'),
                ('lines whose hash is not theirs',
                 'SELECT count(*) FROM holdfast.event'
                 ' WHERE sha256(line) <> hash'),
                ('lines that do not follow',
                 "SELECT count(*) FROM (SELECT line, lag(hash) OVER"
                 " (PARTITION BY register ORDER BY sequence) AS before FROM"
                 " holdfast.event) x WHERE substring(convert_from(line,"
                 """ 'UTF8') FROM '"prev":"([0-9a-f]{64})"')"""
                 " <> coalesce(encode(before, 'hex'), repeat('00', 32))"),
                ('heads that are not the last line',
                 'SELECT count(*) FROM holdfast.register r LEFT JOIN'
                 ' holdfast.event e ON (e.part, e.tenant, e.register,'
                 ' e.epoch, e.sequence) = (r.part, r.tenant, r.register,'
                 ' r.epoch, r.sequence) WHERE e.hash IS DISTINCT FROM'
                 ' r.hash')):
            n = int(self.sql(sql % {'n': events} if '%(n)' in sql
                             else sql)[0])
            if n:
                bad.append('%d %s' % (n, what))
        if heads:
            have = dict()
            for row in self.sql("SELECT register, sequence, encode(hash,"
                                " 'hex') FROM holdfast.register"):
                r, s, h = row.split('\t')
                have[r] = (int(s), h)
            lost = 0
            with open(heads, encoding='utf-8') as f:
                for row in f:
                    r, s, h = row.split()
                    lost += have.get(r) != (int(s), h)
            if lost:
                bad.append('%d heads are not what was acknowledged' % lost)
        return bad

    def close(self):
        self.stop_hub(signal.SIGKILL)
        self.pg.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
