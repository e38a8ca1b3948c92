import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { waitUntil } from '../../harness/machine/time.ts';
import { packageRoot } from '../../harness/machine/installation.ts';
import { skip } from '../skip.ts';
import { bench, eventsOf, inFolder, journalOf, resultsOf, startBench } from './bench-process.ts';

/** A process that SIGKILL does not end, as a frozen cgroup makes it: quarantine, a refused resume, and a resume once it is gone. */
const test = suite('cli/state-d');

const FREEZER = '/sys/fs/cgroup/freezer';
const canFreeze = process.getuid?.() === 0 && existsSync(join(FREEZER, 'cgroup.procs'));

const WHAT = 'exit 3 with pid and state; refused while it is there; gone, the journal says so';
// Where CI promises the privilege, its absence is a failure, not a skip.
if (canFreeze || process.env['CI'] === 'true') test(WHAT, freeze);
else skip(test, import.meta.url, WHAT, 'needs root and the cgroup-v1 freezer');

async function freeze(): Promise<void> {
  await inFolder(async (folder) => {
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
watchdog: { deadlines: { first-run: 8s }, term_grace: 100ms, kill_wait: 4s }
`,
    );
    const run = folder.file('run');
    const living = startBench(['run', matrix, '--out', run]);
    assert.ok(await waitUntil(() => existsSync(pidFile), 90), `the probe runs: ${living.stderr()}`);
    const pid = Number(await readFile(pidFile, 'utf8'));
    const group = join(FREEZER, `bench-test-cli-${pid}`);
    await mkdir(group);
    try {
      await writeFile(join(group, 'cgroup.procs'), String(pid));
      await writeFile(join(group, 'freezer.state'), 'FROZEN');
      const ended = await living.ended;
      assert.is(ended.code, 3, ended.stderr);
      assert.match(
        ended.stdout,
        new RegExp(
          `stopped, the device is in quarantine: a process of .* survived SIGKILL \\(pid ${pid}, state D.*wait until it is gone, then resume; if it stays, reboot`,
        ),
      );
      assert.match(ended.stdout, new RegExp(`Process ${pid} of .* could not be killed;`));

      const refused = await bench(['run', '--resume', run]);
      assert.is(refused.code, 3, refused.stderr);
      assert.match(refused.stderr, new RegExp(`pid ${pid}, which .* left behind, is still there \\(state D`));
      assert.is(eventsOf(await journalOf(run), 'attempt-started').length, 1, 'nothing was measured beside it');
    } finally {
      await writeFile(join(group, 'freezer.state'), 'THAWED');
      await waitUntil(() => !existsSync(`/proc/${pid}`), 60);
      await rmdir(group);
    }
    const resumed = await bench(['run', '--resume', run]);
    assert.is(resumed.code, 0, resumed.stderr);
    const events = await journalOf(run);
    const [gone] = eventsOf(events, 'process-ended');
    assert.is(gone?.process.pid, pid);
    assert.is(eventsOf(events, 'attempt-started').length, 1, 'an unkillable cell is not tried again');
    const results = await resultsOf(run);
    assert.equal(results.health?.left, [
      { pid, attempt: gone?.attempt ?? '', ended: 'it was gone when the run was resumed' },
    ]);
    assert.match(
      await readFile(join(run, 'report.html'), 'utf8'),
      /could not be killed: it was gone when the run was resumed/,
    );
  });
}

test.run();
