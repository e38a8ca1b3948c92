import { readFile, rm } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bench,
  COMMAND,
  eventsOf,
  eventually,
  inFolder,
  journalOf,
  resultsOf,
  startBench,
  type Ended,
} from './bench-process.ts';
import { smallMatrix, wheel } from './matrices.ts';

const test = suite('cli/exit-codes');

test('--fail-on hang: exit 1 for an observed hang, and only for what was asked', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, { environments: [wheel('5.3')] });
    const failed = await bench(['run', matrix, '--fail-on', 'crash,hang', '--out', folder.file('run')]);
    assert.is(failed.code, 1, failed.stderr);
    assert.match(failed.stdout, /hang ≥ 32/);
    assert.is((await resultsOf(folder.file('run'))).run.status, 'complete');
  });
});

const ABSENT = '{ kind: interpreter, name: absent, python: ./no-such-python }';

function matrixWith(environments: readonly string[]): string {
  return `schema: 1\nname: partly\nprobe: ./probe.py\ndevice: cpu\nenvironments: [${environments.join(', ')}]\naxes: { size: [1, 2, 3] }\n`;
}

test('an unavailable environment costs its own cells only; when all are, there is no verdict', async () => {
  await inFolder(async (folder) => {
    await folder.write(
      'probe.py',
      'def allocate(case, device):\n    return case["size"]\n\n\ndef run(state):\n    return state\n',
    );
    const partly = await folder.write(
      'partly.yml',
      matrixWith([ABSENT, '{ kind: interpreter, name: there, python: python3 }']),
    );
    const { code, stdout, stderr } = await bench(['run', partly, '--out', folder.file('partly')]);
    assert.is(code, 0, stderr);
    assert.match(stderr, /^absent: unavailable: there is no file .*no-such-python$/m);
    assert.match(stdout, /^absent: unavailable, there is no file /m);
    const results = await resultsOf(folder.file('partly'));
    assert.equal(
      results.cells
        .filter(({ environment }) => environment === 'absent')
        .map(({ verdict, attempts }) => [verdict, attempts]),
      Array.from({ length: 3 }, () => ['unavailable', 0]),
    );
    assert.equal(
      results.lines.map(({ environment, boundary }) => [environment, boundary.kind]),
      [
        ['absent', 'untestable'],
        ['there', 'all-good'],
      ],
    );
    assert.equal(
      results.environments.map(({ name, status }) => [name, status]),
      [
        ['absent', 'unavailable'],
        ['there', 'ready'],
      ],
    );

    const none = await folder.write('none.yml', matrixWith([ABSENT]));
    const nothing = await bench(['run', none, '--out', folder.file('none')]);
    assert.is(nothing.code, 3);
    assert.match(nothing.stdout, /absent: unavailable/);
    assert.equal(eventsOf(await journalOf(folder.file('none')), 'attempt-started'), []);
  });
});

function shell(line: string): Promise<Ended> {
  return bench(['-c', line, 'bench', ...COMMAND], { command: ['/bin/sh'] });
}

test('standard output on a full disk: told on standard error, exit 3; standard error on a full disk: the run goes on', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder);
    const lost = await shell(`"$@" plan ${matrix} > /dev/full`);
    assert.is(lost.code, 3);
    assert.match(lost.stderr, /^bench: standard output could not be written: ENOSPC/m);
    assert.ok(!lost.stderr.includes('    at '), lost.stderr);
    const unseen = await shell(`"$@" run ${matrix} --out ${folder.file('run')} 2> /dev/full`);
    assert.is(unseen.code, 0);
    assert.is((await resultsOf(folder.file('run'))).run.status, 'complete');
  });
});

test('a run folder that is deleted while the run goes on ends the run at the next attempt, with exit 3', async () => {
  await inFolder(async (folder) => {
    const pause =
      'import time\n\n\ndef allocate(case, device):\n    return case["size"]\n\n\ndef run(state):\n    time.sleep(0.05)\n    return state\n';
    await folder.write('probe.py', pause);
    const matrix = await folder.write(
      'm.yml',
      'schema: 1\nname: m\nprobe: ./probe.py\ndevice: cpu\nenvironments: [{ kind: interpreter, python: python3 }]\naxes: { size: { from: 1, to: 400, step: 1 } }\nsearch: { strategy: grid }\n',
    );
    const run = folder.file('run');
    const started = startBench(['run', matrix, '--out', run]);
    await eventually('an attempt that is over', async () =>
      (await readFile(`${run}/journal.jsonl`, 'utf8').catch(() => '')).includes('attempt-finished') ? true : null,
    );
    // The journal first, by which the run notices; it makes new files all the while, so the rest may take several tries.
    await rm(`${run}/journal.jsonl`);
    await rm(run, { recursive: true, force: true, maxRetries: 20 });
    const { code, stderr } = await started.ended;
    assert.is(code, 3, stderr);
    assert.match(stderr, /deleted/);
  });
});

test.run();
