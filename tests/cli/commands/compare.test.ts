/** `bench compare` and `bench history` as a person starts them: what is read, what is printed, how they end. */
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../harness/machine/installation.ts';
import { smallMatrix, wheel } from '../matrices.ts';
import { bench, inFolder } from '../bench-process.ts';
import { benchHere } from '../in-process.ts';
import { Results } from '../../../harness/model/results/results.ts';

const test = suite('bench compare and history');
const GOLDEN = join(packageRoot(), 'tests', 'golden', 'results-founding-notes');

async function worse(folder: string): Promise<void> {
  const results = Results.parse(JSON.parse(await readFile(join(GOLDEN, 'results.json'), 'utf8')));
  const good = results.cells.find(({ verdict, basis }) => verdict === 'pass' && basis.kind === 'observed');
  const cells = results.cells.map((cell) => (cell.id === good?.id ? { ...cell, verdict: 'hang' } : cell));
  await mkdir(folder);
  await writeFile(
    join(folder, 'results.json'),
    JSON.stringify({ ...results, run: { ...results.run, startedAt: '2026-11-21T01:30:00.000Z' }, cells }),
  );
}

test('exit codes: 0 without --fail-on, 1 with it, 3 for too few, 2 for words that are none', async () => {
  await inFolder(async ({ file }) => {
    await worse(file('run'));
    const told = await benchHere(['compare', GOLDEN, file('run', 'results.json')]);
    assert.is(told.code, 0, told.stderr);
    assert.match(told.stdout, '1 new hang');
    assert.match(told.stdout, 'SIMULATED');
    const failed = await benchHere(['compare', GOLDEN, file('run'), '--fail-on', 'regression', '--write', '--json']);
    assert.is(failed.code, 1);
    assert.match(failed.stderr, 'against the baseline: new-hang');
    assert.equal(await readFile(file('run', 'comparison.json'), 'utf8'), failed.stdout);
    assert.match(await readFile(file('run', 'comparison.md'), 'utf8'), '1 new hang');
    assert.is((await benchHere(['compare', file('run'), GOLDEN, '--fail-on', 'new-hang'])).code, 0);
    assert.is((await benchHere(['compare', GOLDEN, GOLDEN, '--expect', '379'])).code, 3);
    assert.is((await benchHere(['compare', GOLDEN, GOLDEN, '--fail-on', 'worse'])).code, 2);
    assert.is((await benchHere(['compare', GOLDEN, file('nowhere')])).code, 2);
  });
});

test('bench run --baseline: a regression ends with 1, a stale baseline does not, too few verdicts end with 3', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, { sizes: [16, 32], environments: [wheel('5.2')] });
    const worse52 = await folder.write(
      'worse.yml',
      (await readFile(folder.file('model.yml'), 'utf8')).replace("rocm: '5.3'", "rocm: '5.2'"),
    );
    assert.is((await bench(['run', matrix, '--out', folder.file('good'), '-q'])).code, 0);
    const regressed = await bench([
      'run',
      matrix,
      '--model',
      worse52,
      '--out',
      folder.file('bad'),
      '-q',
      '--baseline',
      folder.file('good'),
    ]);
    assert.is(regressed.code, 1, regressed.stderr);
    assert.match(regressed.stdout, 'size 32: hang (was pass)');
    assert.match(await readFile(folder.file('bad', 'comparison.md'), 'utf8'), 'New hangs');
    const cured = await bench(['run', matrix, '--out', folder.file('again'), '-q', '--baseline', folder.file('bad')]);
    assert.is(cured.code, 0, cured.stderr);
    assert.match(cured.stdout, 'take a newer baseline');
    assert.is((await bench(['run', matrix, '--out', folder.file('few'), '-q', '--expect', '5'])).code, 3);
    assert.is(
      (await benchHere(['run', matrix, '--out', folder.file('none'), '--baseline', folder.file('nowhere')])).code,
      2,
    );
    const mixed = await benchHere([
      'run',
      matrix,
      '--out',
      folder.file('none'),
      '--baseline',
      join(GOLDEN, '..', 'results-tiny-cpu'),
    ]);
    assert.is(mixed.code, 2);
    assert.match(mixed.stderr, 'compare-simulated');
    assert.not.ok(existsSync(folder.file('none')), 'nothing was begun');
  });
});

test('history leaves out what is broken, says so, and has nothing to say without a run', async () => {
  await inFolder(async ({ file }) => {
    await cp(GOLDEN, file('nights', 'one'), { recursive: true });
    await worse(file('nights', 'two'));
    await mkdir(file('nights', 'three'));
    await writeFile(file('nights', 'three', 'results.json'), '{"schema":1,');
    for (const [name, text] of [
      ['later', '{"schema":2,"run":{"startedAt":"2027-01-01"}}'],
      ['list', '[]'],
    ] as const) {
      await mkdir(file('nights', name));
      await writeFile(file('nights', name, 'results.json'), text);
    }
    const { code, stdout, stderr } = await benchHere(['history', file('nights')]);
    assert.is(code, 0, stderr);
    assert.is(stdout.trim(), file('nights', 'history.html'));
    assert.match(stderr, 'left out: three');
    assert.match(stderr, 'left out: later: results.json has schema 2; this program reads schema 1');
    assert.match(stderr, 'left out: list: results.json is not as it should be at its top');
    const page = await readFile(file('nights', 'history.html'), 'utf8');
    assert.match(page, 'In the last night: 1 new hang');
    assert.match(page, 'New hangs: ');
    await mkdir(file('empty'));
    assert.is((await benchHere(['history', file('empty')])).code, 3);
    assert.is((await benchHere(['history', file('nowhere')])).code, 2);
  });
});

test.run();
