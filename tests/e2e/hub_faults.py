# SPDX-License-Identifier: Apache-2.0
"""A bad day at the hub: two hundred registers push while the hub is killed, the
database stopped as by a power cut, connections cut anywhere and batches sent
twice; in the middle of it the database goes back to an older copy.  At the end
every line is there once, follows the one before, and nothing that was
acknowledged is missing.

HOLDFAST_SLOW=1 is the long one; SEED= another one."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get('top_srcdir', '.'),
                                'tests/lib'))
import hubload
import pg

pg.require()
slow = os.environ.get('HOLDFAST_SLOW') == '1'
rng = random.Random(int(os.environ.get('SEED', '7')))
REGISTERS = 200
EVENTS = 2000 if slow else 100
BATCH = 20 if slow else 5
FAULTS = 40 if slow else 10  # of each kind, at least

number = 0


def ok(good, what, more=''):
    global number
    number += 1
    print('%s %d - %s' % ('ok' if good else 'not ok', number, what))
    if not good and more:
        print('# ' + str(more).replace('\n', '\n# '))


def run():
    killed = stopped = 0
    copied = rolled = False
    with hubload.Load(REGISTERS, fsync=True) as l:
        l.start_hub()
        heads = l.dir + '/heads'
        load = subprocess.Popen(
            l.command('--events', EVENTS, '--batch', BATCH, '--connections',
                      8, '--faults', 50, '--overlap', 100, '--pause', 30,
                      '--hub-key', l.hub_key, '--out', heads,
                      '--patience', 1800 if slow else 240),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while load.poll() is None and not (
                killed >= FAULTS and stopped >= FAULTS and rolled):
            time.sleep(rng.uniform(0.1, 0.4))
            if load.poll() is not None:
                break
            if (killed + stopped) % 2 == 0:
                l.stop_hub(signal.SIGKILL)
                killed += 1
                time.sleep(rng.uniform(0, 0.2))
                l.start_hub()
            elif not copied and stopped >= FAULTS // 3:
                # yesterday's backup: as it was when it was stopped in order
                l.pg.stop()
                shutil.copytree(l.pg.data, l.dir + '/copy', symlinks=True)
                copied = True
                stopped += 1
                l.pg.start()
            elif copied and not rolled and stopped >= 2 * FAULTS // 3:
                l.pg.stop(signal.SIGQUIT)
                owner = os.stat(l.pg.data)
                shutil.rmtree(l.pg.data)
                shutil.copytree(l.dir + '/copy', l.pg.data, symlinks=True)
                for top, dirs, files in os.walk(l.pg.data):
                    for name in [top] + [os.path.join(top, f)
                                         for f in files]:
                        os.chown(name, owner.st_uid, owner.st_gid)
                    del dirs
                rolled = True
                stopped += 1
                l.pg.start()
            else:
                l.pg.stop(signal.SIGQUIT)
                stopped += 1
                time.sleep(rng.uniform(0, 0.2))
                l.pg.start()
        out, err = load.communicate()
        told = json.loads(out) if out else {}
        print('# %d kills of the hub, %d stops of the database, one copy put '
              'back' % (killed, stopped))
        print('# ' + json.dumps(told))
        ok(killed >= FAULTS and stopped >= FAULTS and rolled,
           'at least %d kills and %d stops while lines came' % (
               FAULTS, FAULTS), 'it was over too soon')
        ok(load.returncode == 0 and told.get('acked') == REGISTERS * EVENTS,
           'every line of %d registers was acknowledged' % REGISTERS,
           err + l.hub_tail())
        ok(told.get('cut', 0) > 20 and told.get('known', 0) > 20 and
           told.get('lost', 0) > 0,
           'connections were cut, answers lost, batches sent twice', told)
        ok(told.get('rolled_back', 0) > 0,
           'the copy lacked lines that had been acknowledged', told)
        ok(told.get('forged') == 0 and told.get('refused') == 0,
           'no answer was unsigned, nothing was refused', told)
        bad = l.problems(EVENTS, heads)
        ok(not bad, 'each line is there once, as it was, in order',
           '; '.join(bad))


run()
print('1..%d' % number)
