import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, inFolder, resultsOf } from './bench-process.ts';
import { cutMatrix, hurriedModel, MATRICES, wholeMatrix } from './matrices.ts';

const test = suite('cli/shipped-matrices');

test('bench plan says what a shipped matrix would run, for people and as JSON', async () => {
  const [text, json] = await Promise.all(
    [[], ['--json']].map((more) => bench(['plan', join(MATRICES, 'conv2d.yml'), ...more])),
  );
  assert.equal([text?.code, text?.stderr, json?.code, json?.stderr], [0, '', 0, '']);
  assert.match(text?.stdout ?? '', 'Attempts and time');
  assert.equal(Object.keys(JSON.parse(json?.stdout ?? '')).slice(0, 3), ['matrix', 'estimate', 'downloads']);
});

test('acceptance.yml on the simulated card: every expectation is met; on the flaky one some are not', async () => {
  await inFolder(async (folder) => {
    const matrix = await wholeMatrix(folder, 'acceptance');
    const card = await hurriedModel(folder, 'founding-notes');
    const good = await bench([
      'run',
      matrix,
      '--device',
      'simulated',
      '--model',
      card,
      '--fail-on',
      'expectation',
      '--out',
      folder.file('good'),
    ]);
    assert.is(good.code, 0, good.stderr);
    assert.match(good.stdout, /^expectations: 6 of 6 met$/m);

    const model = await hurriedModel(folder, 'flaky');
    const flaky = await bench([
      'run',
      matrix,
      '--device',
      'simulated',
      '--model',
      model,
      '--fail-on',
      'flaky,hang',
      '--out',
      folder.file('flaky'),
    ]);
    assert.is(flaky.code, 1, flaky.stderr);
    assert.match(flaky.stdout, /^SIMULATED: .* model flaky$/m);
    const { cells } = await resultsOf(folder.file('flaky'));
    const verdicts = cells.map(({ case: { size }, verdict }) => `${size} ${verdict}`);
    assert.is(
      verdicts.filter((one) => one === '48 pass').length,
      2,
      'the small shape never hangs, whatever the chance',
    );
    assert.ok(
      verdicts.some((one) => one.endsWith('flaky')),
      verdicts.join(),
    );
  });
});

test('conv2d-solvers.yml on the simulated card: what hangs, hangs where GEMM is on', async () => {
  await inFolder(async (folder) => {
    const matrix = await cutMatrix(folder, 'conv2d-solvers', {
      wheels: ['5.7'],
      channels: ['16, 32'],
      sizes: [16, 42, 43, 64],
    });
    const model = await hurriedModel(folder, 'measured');
    const { code, stderr } = await bench([
      'run',
      matrix,
      '--device',
      'simulated',
      '--model',
      model,
      '--out',
      folder.file('run'),
    ]);
    assert.is(code, 0, stderr);
    const { lines } = await resultsOf(folder.file('run'));
    assert.equal(
      lines.filter(({ boundary }) => boundary.kind === 'bracketed').map(({ setting }) => setting),
      ['default', 'only-gemm', 'no-direct', 'no-winograd', 'no-implicit-gemm', 'no-fft'],
    );
    assert.is(lines.filter(({ boundary }) => boundary.kind === 'all-good').length, 6);
  });
});

test('the islands model: no boundary is claimed where larger is not worse, and every other fate has its name', async () => {
  await inFolder(async (folder) => {
    const matrix = await cutMatrix(folder, 'conv2d', {
      wheels: ['5.7', '6.0', '6.4'],
      channels: ['16, 32'],
      sizes: [16, 32, 40, 56, 144],
    });
    const model = await hurriedModel(folder, 'islands');
    const { code, stdout, stderr } = await bench([
      'run',
      matrix,
      '--device',
      'simulated',
      '--model',
      model,
      '--search',
      'grid',
      '--out',
      folder.file('run'),
    ]);
    assert.is(code, 0, stderr);
    const { lines, cells } = await resultsOf(folder.file('run'));
    assert.equal(
      lines.map(({ boundary }) => boundary.kind),
      ['not-monotone', 'not-monotone', 'untestable'],
    );
    assert.equal(lines[0]?.boundary, {
      kind: 'not-monotone',
      changes: [
        { from: 32, to: 40, turns: 'bad' },
        { from: 40, to: 56, turns: 'good' },
      ],
    });
    const verdicts = lines.map(({ id }) =>
      cells.flatMap(({ line, verdict }) => (line === id ? [verdict] : [])).join(' '),
    );
    assert.equal(verdicts, ['pass pass hang pass pass', 'pass pass hang pass crash', 'error error error error error']);
    assert.match(stderr, /size=144: crash in first-run by SIGABRT \(mem_fault\)/);
    assert.match(stdout, /^rocm5\.7-torch2\.3\.1 +mixed/m);
  });
});

test.run();
