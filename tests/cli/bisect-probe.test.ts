/** `bench bisect` and `bench probe` as a person and git use them, on the simulated card. */
import { writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, inFolder, resultsOf } from './bench-process.ts';
import { benchHere } from './in-process.ts';
import { cutMatrix, hurriedModel } from './matrices.ts';
import { Results } from '../../harness/model/results/results.ts';

const test = suite('cli/bisect-probe');
const WHEELS = { wheels: ['5.2', '5.3', '5.4.2', '5.5'], channels: ['16, 32'], sizes: [48] };

test('bisect finds every change, says which factor changed, and its log and journal tell the same', async () => {
  await inFolder(async (folder) => {
    const [matrix, card] = [await cutMatrix(folder, 'conv2d', WHEELS), await hurriedModel(folder, 'founding-notes')];
    const run = folder.file('run');
    const { code, stdout, stderr } = await bench([
      'bisect',
      matrix,
      '--good',
      '5.2',
      '--bad',
      '5.5',
      '--case',
      'in_channels=16,out_channels=32,height=48,width=48',
      '--device',
      'simulated',
      '--model',
      card,
      '-q',
      '--out',
      run,
    ]);
    assert.is(code, 0, stderr);
    assert.match(stdout, /^SIMULATED/);
    assert.match(stdout, /rocm5\.2-torch1\.13\.1 to rocm5\.3-torch2\.0\.1 turns bad; confounded: /);
    assert.match(stdout, /bridge: ROCm only: torch 2\.0\.0\.dev20230209 on ROCm 5\.2/);
    assert.match(stdout, /rocm5\.3-torch2\.0\.1 to rocm5\.4\.2-torch2\.0\.1 turns good; ROCm 5\.3 to 5\.4\.2 alone/);
    const { transitions } = await resultsOf(run);
    assert.equal(
      transitions?.map(({ from, factor }) => [from.split('-')[0], factor]),
      [
        ['rocm5.2', 'both'],
        ['rocm5.3', 'rocm'],
        ['rocm5.4.2', 'both'],
      ],
    );
    const log = await benchHere(['bisect', 'log', run]);
    assert.is(log.code, 0, log.stderr);
    assert.match(log.stdout, /^# good: \[rocm5\.2-torch1\.13\.1\] pass/m);
    assert.match(log.stdout, /^bad rocm5\.3-torch2\.0\.1$/m);
    const attempts = (await resultsOf(run)).attempts.length;
    const again = await bench(['run', '--resume', run, '-q']);
    assert.is(again.code, 0, again.stderr);
    assert.is((await resultsOf(run)).attempts.length, attempts, 'replaying the journal asks nothing again');
    const json = await bench([
      'bisect',
      matrix,
      '--good',
      '5.2',
      '--bad',
      '5.3',
      '--case',
      'in_channels=16,out_channels=32,height=48,width=48',
      '--device',
      'simulated',
      '--model',
      card,
      '--out',
      folder.file('json'),
      '--json',
    ]);
    assert.equal(
      Results.parse(JSON.parse(json.stdout)).transitions?.map(({ from }) => from),
      ['rocm5.2-torch1.13.1'],
    );
  });
});

test('probe: 0 good, 1 bad, one line or one document', async () => {
  await inFolder(async (folder) => {
    const [matrix, card] = [await cutMatrix(folder, 'conv2d', WHEELS), await hurriedModel(folder, 'founding-notes')];
    const probe = (environment: string, ...more: string[]): ReturnType<typeof bench> =>
      bench([
        'probe',
        matrix,
        '--environment',
        environment,
        '--case',
        'in_channels=16,out_channels=32,size=48',
        '--device',
        'simulated',
        '--model',
        card,
        '--out',
        folder.file(environment),
        ...more,
      ]);
    const good = await probe('5.2');
    assert.is(good.code, 0, good.stderr);
    assert.match(good.stdout, /^SIMULATED good: pass.*\n$/);
    const bad = await probe('rocm5.3-torch2.0.1', '--isolation', 'spawn', '--json');
    assert.is(bad.code, 1, bad.stderr);
    const { verdict, outcome, simulated } = JSON.parse(bad.stdout);
    assert.equal({ verdict, outcome, simulated }, { verdict: 'bad', outcome: 'hang', simulated: true });
  });
});

test('probe: 125 for an environment that cannot be had, 128 for wrong words, never the 2 that git takes for bad', async () => {
  await inFolder(async (folder) => {
    const matrix = folder.file('gone.yml');
    await writeFile(
      matrix,
      'schema: 1\nname: gone\nprobe: conv2d\ndevice: cpu\nenvironments:\n  - { kind: interpreter, name: gone, python: /nowhere/python3 }\naxes: { in_channels: [4], out_channels: [4], size: [8] }\n',
    );
    const words = ['probe', matrix, '--environment', 'gone', '--out', folder.file('run')];
    const skipped = await bench([...words, '--case', 'size=8']);
    assert.is(skipped.code, 125, skipped.stderr);
    assert.match(skipped.stdout, /^skip: unavailable/);
    assert.is((await benchHere([...words, '--case', 'size'])).code, 128);
    assert.is((await benchHere([...words, '--case', 'size=8', '--no-such-option'])).code, 128);
    assert.is((await benchHere(['probe', folder.file('none.yml'), '--environment', 'x', '--case', 'a=1'])).code, 128);
  });
});

test('bisect says of an end that is not what it was called, or could not be tested', async () => {
  await inFolder(async (folder) => {
    const matrix = folder.file('ends.yml');
    await writeFile(
      folder.file('ends.py'),
      'import os\n\ndef allocate(case, device):\n    return case["size"]\n\ndef run(size):\n    if os.environ.get("FAILS"):\n        raise RuntimeError("no luck")\n    return size\n',
    );
    const python = 'kind: interpreter, python: python3';
    await writeFile(
      matrix,
      `schema: 1\nname: ends\nprobe: ./ends.py\ndevice: cpu\nenvironments:\n  - { ${python}, name: old }\n  - { ${python}, name: new, env: { FAILS: "yes" } }\naxes: { size: [8] }\n`,
    );
    const { code, stdout, stderr } = await bench([
      'bisect',
      matrix,
      '--good',
      'new',
      '--bad',
      'old',
      '--case',
      'size=8',
      '-q',
      '--out',
      folder.file('run'),
    ]);
    assert.is(code, 0, stderr);
    assert.match(stdout, /^note     --good new could not be tested: error$/m);
    assert.match(stdout, /^note     --bad old is not bad: it passes$/m);
  });
});

test('bisect refuses ends that are not there or the same, before anything starts', async () => {
  await inFolder(async (folder) => {
    const matrix = await cutMatrix(folder, 'conv2d', WHEELS);
    const words = ['bisect', matrix, '--case', 'in_channels=16,out_channels=32,size=48', '--device', 'simulated'];
    const unknown = await benchHere([...words, '--good', '4.0', '--bad', '5.3']);
    assert.is(unknown.code, 2);
    assert.match(unknown.stderr, /environment-unknown/);
    const same = await benchHere([...words, '--good', '5.3', '--bad', '5.3']);
    assert.is(same.code, 2);
    assert.match(same.stderr, /bisect-ends/);
  });
});

test.run();
