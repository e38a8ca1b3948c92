import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/machine/installation.ts';
import { skip } from '../skip.ts';
import { mayFreeze, withFreezer } from '../supervisor/freezer.ts';
import { bench, eventsOf, inFolder, journalOf, resultsOf, type Folder } from './bench-process.ts';

/** A process that SIGKILL does not end, as a frozen cgroup makes it: quarantine, a refused resume, and a resume once it is gone. */
const test = suite('cli/state-d');

const WHAT = 'exit 3 with pid and state; refused while it is there; gone, the journal says so';
if (mayFreeze) test(WHAT, freeze);
else skip(test, import.meta.url, WHAT, 'needs root and the cgroup-v1 freezer');

async function freeze(): Promise<void> {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    const left = await withFreezer((group) => quarantined(folder, run, group));
    const resumed = await bench(['run', '--resume', run]);
    assert.is(resumed.code, 0, resumed.stderr);
    const events = await journalOf(run);
    const [gone] = eventsOf(events, 'process-ended');
    assert.is(gone?.process.pid, left);
    assert.is(eventsOf(events, 'attempt-started').length, 1, 'an unkillable cell is not tried again');
    const results = await resultsOf(run);
    assert.equal(results.health?.left, [
      { pid: left, attempt: gone?.attempt ?? '', ended: 'it was gone when the run was resumed' },
    ]);
    assert.match(
      await readFile(join(run, 'report.html'), 'utf8'),
      /could not be killed: it was gone when the run was resumed/,
    );
  });
}

/** Runs a probe that freezes itself; returns its pid. */
async function quarantined(folder: Folder, run: string, freezer: string): Promise<number> {
  await cp(join(packageRoot(), 'tests', 'fixtures', 'probes', 'freezable.py'), folder.file('freezable.py'));
  const pidFile = folder.file('pid');
  const matrix = await folder.write(
    'own.yml',
    `schema: 1
name: own
probe: ./freezable.py
device: cpu
environments: [{ kind: interpreter, name: here, python: python3 }]
axes: { pid_file: ['${pidFile}'], size: [1] }
constants: { freezer: '${freezer}' }
watchdog: { deadlines: { first-run: 2s }, term_grace: 100ms, kill_wait: 1s }
`,
  );
  const ended = await bench(['run', matrix, '--out', run]);
  assert.is(ended.code, 3, ended.stderr);
  const pid = Number(await readFile(pidFile, 'utf8'));
  assert.match(
    ended.stdout.replaceAll(/\s+/g, ' '),
    new RegExp(
      `QUARANTINED: the device was taken out of use during the run: a process of .* survived SIGKILL \\(pid ${pid}, state D.*wait until it is gone, then resume; if it stays, reboot`,
    ),
  );
  assert.match(ended.stdout, new RegExp(`Process ${pid} of .* could not be killed;`));

  const refused = await bench(['run', '--resume', run]);
  assert.is(refused.code, 3, refused.stderr);
  assert.match(refused.stderr, new RegExp(`pid ${pid}, which .* left behind, is still there \\(state D`));
  assert.is(eventsOf(await journalOf(run), 'attempt-started').length, 1, 'nothing was measured beside it');
  return pid;
}

test.run();
