# SPDX-License-Identifier: Apache-2.0
"""Real PostgreSQL clusters for tests, on a Unix socket in a directory of
their own, as a user that is nobody, gone when the test is.

    with pg.Cluster() as c:             one, without fsync
        c.conninfo('holdfast')          "host=... dbname=... user=postgres"
        c.psql('SELECT 1')              rows of text, tab between columns
    with pg.Pair() as p:                a primary and a synchronous standby
        p.kill_primary(); p.promote()
        p.conninfo('holdfast')          both, target_session_attrs=read-write

The administrator comes in by trust, everybody else by a password (SCRAM).
A test that needs PostgreSQL says so first: pg.require()."""

import ctypes
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ADMIN = 'postgres'
# seconds a test waits before it gives up; never how long a thing takes
PATIENCE = 180


def bindir():
    """Where the programs of PostgreSQL are; None when there are none."""
    found = sorted(glob.glob('/usr/lib/postgresql/*/bin/postgres'),
                   key=lambda p: int(p.split('/')[4]))
    if found:
        return os.path.dirname(found[-1])
    path = shutil.which('postgres')
    return os.path.dirname(path) if path else None


def require():
    """Skip the whole test where there is no PostgreSQL."""
    if bindir() is None:
        print('1..0 # SKIP no PostgreSQL here: install postgresql')
        sys.exit(0)


def _user():
    """Arguments of subprocess that make it somebody unprivileged."""
    if os.geteuid() != 0:
        return {}
    who = pwd.getpwnam('nobody')
    return {'user': who.pw_uid, 'group': who.pw_gid, 'extra_groups': []}


def _die_with_parent():
    """SIGQUIT, an immediate stop, when the test goes away."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _run(argv, **kw):
    env = dict(os.environ, LC_ALL='C.UTF-8', PGCONNECT_TIMEOUT='10')
    r = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True,
                       text=True, env=env, check=False, **kw)
    if r.returncode != 0:
        raise RuntimeError('%s: %s' % (argv[0], r.stderr.strip()))
    return r.stdout


class Cluster:
    """One PostgreSQL.  fsync only where the test is about durability."""

    def __init__(self, fsync=False, settings=None, start=True, max_conn=100):
        self.bin = bindir()
        self.dir = tempfile.mkdtemp(prefix='hfpg-')
        os.chmod(self.dir, 0o755)
        self.sock = os.path.join(self.dir, 's')
        self.data = os.path.join(self.dir, 'd')
        self.log = os.path.join(self.dir, 'log')
        self.proc = None
        os.mkdir(self.sock)
        os.mkdir(self.data, 0o700)
        open(self.log, 'w', encoding='utf-8').close()
        if os.geteuid() == 0:
            who = pwd.getpwnam('nobody')
            for p in (self.sock, self.data, self.log):
                os.chown(p, who.pw_uid, who.pw_gid)
        self.settings = {
            'listen_addresses': '', 'unix_socket_directories': self.sock,
            'unix_socket_permissions': '0777',
            'fsync': 'on' if fsync else 'off',
            'full_page_writes': 'on' if fsync else 'off',
            'shared_buffers': '32MB', 'max_connections': str(max_conn),
            'wal_level': 'replica', 'max_wal_senders': '5',
            'log_statement': 'all', 'log_min_duration_statement': '-1',
            'log_line_prefix': '%m %u ', 'autovacuum_naptime': '10s',
            'max_prepared_transactions': '0',
        }
        self.settings.update(settings or {})
        if start:
            self.init()
            self.start()

    def init(self):
        _run([self.bin + '/initdb', '-D', self.data, '-U', ADMIN, '-A',
              'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
             **_user())
        self.configure()

    def configure(self):
        """hba and settings into the data directory."""
        with open(self.data + '/pg_hba.conf', 'w', encoding='utf-8') as f:
            f.write('local all %s trust\n'
                    'local replication %s trust\n'
                    'local all all scram-sha-256\n' % (ADMIN, ADMIN))
        with open(self.data + '/hf.conf', 'w', encoding='utf-8') as f:
            for k, v in self.settings.items():
                f.write("%s = '%s'\n" % (k, v))
        with open(self.data + '/postgresql.conf', 'r+',
                  encoding='utf-8') as f:
            if "include 'hf.conf'" not in f.read():
                f.write("\ninclude 'hf.conf'\n")

    def start(self, wait=True):
        log = open(self.log, 'a', encoding='utf-8')
        self.proc = subprocess.Popen(
            [self.bin + '/postgres', '-D', self.data],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, preexec_fn=_die_with_parent, **_user())
        log.close()
        if wait:
            self.wait()

    def wait(self, seconds=PATIENCE):
        """Until it answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.proc.poll() is not None:
                raise RuntimeError('postgres ended: ' + self.tail())
            if subprocess.run([self.bin + '/pg_isready', '-q', '-h',
                               self.sock, '-U', ADMIN],
                              check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError('postgres does not answer: ' + self.tail())

    def tail(self):
        with open(self.log, encoding='utf-8', errors='replace') as f:
            return ''.join(f.readlines()[-8:])

    def stop(self, how=signal.SIGINT):
        """SIGINT fast, SIGQUIT immediate (as after a crash), SIGTERM smart."""
        if self.proc is not None and self.proc.poll() is None:
            self.proc.send_signal(how)
            self.proc.wait(PATIENCE)
        self.proc = None

    def kill(self):
        """kill -9 of every process of it at once."""
        if self.proc is not None and self.proc.poll() is None:
            kids = subprocess.run(['ps', '-o', 'pid=', '--ppid',
                                   str(self.proc.pid)], text=True,
                                  capture_output=True, check=False).stdout
            for pid in [self.proc.pid] + [int(k) for k in kids.split()]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.proc.wait(PATIENCE)
        self.proc = None

    def restart(self, how=signal.SIGQUIT):
        self.stop(how)
        self.start()

    def conninfo(self, db='postgres', user=ADMIN):
        return 'host=%s dbname=%s user=%s' % (self.sock, db, user)

    def psql(self, sql, db='postgres', user=ADMIN, env=None):
        """Lines of output; raises what PostgreSQL says of an error."""
        r = subprocess.run(
            [self.bin + '/psql', '-XAtq', '-F', '\t', '-v',
             'ON_ERROR_STOP=1', '-h', self.sock, '-U', user, '-d', db,
             '-f', '-'], input=sql, capture_output=True, text=True,
            env=dict(os.environ, **(env or {})), check=False)
        if r.returncode != 0:
            raise RuntimeError(r.stderr.strip())
        return r.stdout.splitlines()

    def close(self):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Pair:
    """A primary and a standby that confirms every commit."""

    def __init__(self, fsync=True):
        self.primary = Cluster(fsync=fsync)
        self.standby = Cluster(fsync=fsync, start=False)
        _run([self.primary.bin + '/pg_basebackup', '-D', self.standby.data,
              '-h', self.primary.sock, '-U', ADMIN, '-R', '-X', 'stream',
              '-c', 'fast', '--no-sync', '-C', '-S', 'standby'], **_user())
        self.standby.settings['cluster_name'] = 'standby'
        self.standby.configure()
        self.standby.start()
        self.primary.psql(
            "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self.primary.psql('SELECT pg_reload_conf()')
        self.wait_sync()

    def wait_sync(self, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.primary.psql('SELECT sync_state FROM '
                                 'pg_stat_replication') == ['sync']:
                return
            time.sleep(0.05)
        raise RuntimeError('the standby does not follow')

    def kill_primary(self):
        self.primary.kill()

    def promote(self, seconds=PATIENCE):
        """The standby takes over, alone from now on."""
        _run([self.standby.bin + '/pg_ctl', '-D', self.standby.data,
              'promote', '-w'], **_user())
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.standby.psql('SELECT pg_is_in_recovery()') == ['f']:
                break
            time.sleep(0.05)
        # what the base backup brought with it: nobody is behind this one
        self.standby.psql('ALTER SYSTEM RESET synchronous_standby_names')
        self.standby.psql('SELECT pg_reload_conf()')

    def conninfo(self, db='postgres', user=ADMIN):
        return ('host=%s,%s dbname=%s user=%s '
                'target_session_attrs=read-write' %
                (self.primary.sock, self.standby.sock, db, user))

    def close(self):
        self.standby.close()
        self.primary.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
