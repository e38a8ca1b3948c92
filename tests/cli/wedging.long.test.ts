import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, eventsOf, findingsOf, inFolder, journalOf, resultsOf, type Folder } from './bench-process.ts';
import { patientHealth, patientWatchdog, smallMatrix, wheel } from './matrices.ts';

/** A simulated card that hangs leave sick, with real processes: no boundary is wrong, and a card that stays sick ends the run. */
const test = suite('cli/wedging');

const model = (wedge: string, more = ''): string => `schema: 1
name: wedges
description: a test's own
device: { name: test card, target: gfx1010 }
time_scale: 0.002
${wedge}
rules:
  - when: { rocm: '5.3', size: { gt: 16 }, in_channels: 16 }
    fate: { kind: hang }
${more}default: { kind: pass, seconds: 0.2 }
`;

const SIZES = [8, 16, 24];

/** Here canaries hang as well: a sick card costs this many wall seconds each time. */
const SICK_SECONDS = 0.5;
/** The lines of a matrix; `more` goes into its health. */
const limits = (more = ''): string =>
  `${patientWatchdog(0.002, SICK_SECONDS)}\n${patientHealth(0.002, SICK_SECONDS, more)}\n`;

async function undisturbed(folder: Folder, more = limits()): Promise<readonly unknown[]> {
  const matrix = await smallMatrix(folder, { sizes: SIZES, model: model(''), more });
  const run = folder.file('undisturbed');
  const ended = await bench(['run', matrix, '-q', '--out', run]);
  assert.is(ended.code, 0, ended.stderr);
  return boundaries(run);
}

async function boundaries(run: string): Promise<readonly unknown[]> {
  return (await resultsOf(run)).lines.map(({ id, boundary }) => ({ id, boundary }));
}

test('a card that hangs leave wedged: cooled down, asked again, and every boundary is that of the healthy card', async () => {
  await inFolder(async (folder) => {
    const expected = await undisturbed(folder);
    const matrix = await smallMatrix(folder, {
      sizes: SIZES,
      model: model('wedge: { probability: 0.3, recovers_after: 2 }'),
      more: limits(),
    });
    const sick = await Promise.all(
      ['1', '2', '3'].map(async (seed) => {
        const run = folder.file(`wedged-${seed}`);
        const ended = await bench(['run', matrix, '-q', '--out', run, '--seed', seed]);
        assert.is(ended.code, 0, ended.stderr);
        assert.equal(await boundaries(run), expected, `seed ${seed}`);
        return (await resultsOf(run)).health?.canaries.sick ?? 0;
      }),
    );
    assert.ok(
      sick.some((times) => times > 0),
      'the card was wedged at least once, or this test says nothing',
    );
  });
});

test('grid search with forks and with fresh processes: the same cells are bad as on the healthy card', async () => {
  await inFolder(async (folder) => {
    const both = async (card: string, name: string): Promise<readonly unknown[]> => {
      const matrix = await smallMatrix(folder, {
        sizes: [16, 24],
        environments: [wheel('5.3')],
        strategy: 'grid',
        model: card,
        more: limits(),
      });
      return Promise.all(
        ['fork', 'spawn'].map(async (isolation) => {
          const run = folder.file(`${name}-${isolation}`);
          const ended = await bench(['run', matrix, '-q', '--out', run, '--isolation', isolation]);
          assert.is(ended.code, 0, ended.stderr);
          return findingsOf(await resultsOf(run));
        }),
      );
    };
    const healthy = await both(model(''), 'healthy');
    assert.equal(await both(model('wedge: { probability: 1, recovers_after: 1 }'), 'wedged'), healthy);
  });
});

test('one that never recovers: quarantine, exit 3 with what to do; repaired and resumed it ends with the boundaries of the healthy card', async () => {
  await inFolder(async (folder) => {
    const health = limits(', retries: 1, cool_down: 1s');
    const expected = await undisturbed(folder, health);
    const matrix = await smallMatrix(folder, {
      sizes: SIZES,
      model: model('wedge: { recovers_after: never }'),
      more: health,
    });
    const run = folder.file('run');
    const first = await bench(['run', matrix, '--out', run]);
    assert.is(first.code, 3, first.stderr);
    assert.match(
      first.stdout.replaceAll(/\s+/g, ' '),
      /QUARANTINED: the device was taken out of use during the run: the device is sick: the canary does not return.*SIMULATED card is repaired when the run is resumed/,
    );
    assert.match(first.stdout, /^ {2}The card or its driver: in the end even the canary/m);
    const hung = eventsOf(await journalOf(run), 'attempt-finished').filter(
      ({ report }) => report.outcome.kind === 'hang',
    );
    assert.is(hung.length, 1, 'nothing was measured on the sick card');
    assert.equal(
      (await resultsOf(run)).attempts.flatMap(({ credit }) => credit ?? []),
      ['sick-after'],
    );
    let code: number | null = 3;
    for (let resumes = 0; code === 3 && resumes < 6; resumes += 1)
      code = (await bench(['run', '--resume', run, '-q'])).code;
    assert.is(code, 0);
    assert.equal(await boundaries(run), expected);
    const report = await readFile(join(run, 'report.html'), 'utf8');
    assert.match(report, /Is it the card or the software\?/);
    assert.match(report, /The canary failed \d+ times and passed/);
  });
});

test('controls: before the first attempt and after the first hang; the answer names them; a rule of the model may fail one', async () => {
  await inFolder(async (folder) => {
    const more = `controls: [element-wise, matmul, convolution-without-dnn]\n${limits()}`;
    const failing = `  - when: { control: convolution-without-dnn, rocm: '5.3' }\n    fate: { kind: hang }\n`;
    const matrix = await smallMatrix(folder, { sizes: [8, 32], model: model('', failing), more });
    const run = folder.file('run');
    const ended = await bench(['run', matrix, '--out', run]);
    assert.is(ended.code, 0, ended.stderr);
    const { controls = [] } = await resultsOf(run);
    const of = (environment: string, occasion: string): string[] =>
      controls
        .filter((one) => one.environment.includes(environment) && one.occasion === occasion)
        .map(({ control, outcome }) => `${control} ${outcome}`);
    assert.equal(of('5.2', 'before'), ['element-wise pass', 'matmul pass', 'convolution-without-dnn pass']);
    assert.equal(of('5.2', 'after-hang'), [], 'nothing hung there');
    assert.equal(of('5.3', 'before'), ['element-wise pass', 'matmul pass', 'convolution-without-dnn hang']);
    assert.equal(of('5.3', 'after-hang'), ['element-wise pass', 'matmul pass', 'convolution-without-dnn hang']);
    assert.match(ended.stdout, /^ {2}The card computes: element-wise, matmul passed in 1 environment in/m);
    assert.match(ended.stdout, /A convolution fails with MIOpen off as well: it is\s+not MIOpen alone\./);
    assert.match(await readFile(join(run, 'summary.md'), 'utf8'), /\*\*Card or software:\*\* The card computes/);
  });
});

test.run();
