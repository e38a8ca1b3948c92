/** What to do next, and hung or slow: nothing is recommended that was not observed to pass. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Results } from '../../../../harness/model/results/results.ts';
import { hungOrSlow } from '../../../../reports/findings/answers/hung-or-slow.ts';
import { workingRows } from '../../../../reports/findings/answers/next-steps.ts';
import { overviewOf } from '../../../../reports/findings/overview.ts';
import { FIRST_RUN_HANG, REAL_CARD, buildResults, wheel } from '../../build-results.ts';
import { interrupted, notCounted, openmpFork, tinyCpu, twoSettings } from '../../sample-results.ts';
import { findingsOf } from '../../../../reports/findings/findings.ts';

const test = suite('next steps');

const steps = (results: Results): readonly string[] => findingsOf(results).nextSteps.map(({ text }) => text);

function oldAndNew(newest: 'pass' | 'hang'): Results {
  const results = buildResults({
    matrix: 'm',
    environments: [wheel('5.2', '1.13.1'), wheel('6.4', '2.9.1')],
    channels: [[16, 32]],
    sizes: [8, 32, 33, 64],
    device: REAL_CARD,
    plan: ({ rocm }) => ({ firstBad: rocm === '5.2' || newest === 'hang' ? 2 : null, outcome: FIRST_RUN_HANG }),
  });
  return {
    ...results,
    environments: results.environments.map((one) => ({
      ...one,
      index: `https://download.pytorch.org/whl/rocm${one.rocm ?? ''}`,
    })),
  };
}

test('the newest version that passes throughout comes first, with the line that installs it', () => {
  const [first] = findingsOf(oldAndNew('pass')).nextSteps;
  assert.match(
    first?.text ?? '',
    /^Use rocm6\.4-torch2\.9\.1 with HSA_OVERRIDE_GFX_VERSION=10\.3\.0: observed to pass 1 line up to the largest size/,
  );
  assert.is(first?.command, 'pip install torch==2.9.1 --index-url https://download.pytorch.org/whl/rocm6.4');
});

test('an index that is not known makes no command', () => {
  const results = oldAndNew('pass');
  const without = { ...results, environments: results.environments.map(({ index: _index, ...one }) => one) };
  assert.is(findingsOf(without).nextSteps[0]?.command, null);
});

test('where everything hangs no version is recommended; the smaller value that passed is', () => {
  const said = steps(oldAndNew('hang'));
  assert.not.match(said.join('\n'), /^Use /m);
  assert.match(said.join('\n'), /stay at size 32 or below/);
  assert.match(said.join('\n'), /Nothing that passes throughout was observed/);
  assert.equal(workingRows(overviewOf(oldAndNew('hang'))), []);
});

test('a version with cells that were not tested does not count as working', () => {
  const results = interrupted();
  assert.equal(
    workingRows(overviewOf(results))
      .map(({ name }) => name)
      .filter((name) => name === 'rocm6.2-torch2.5.1'),
    [],
  );
  assert.match(steps(results)[0] ?? '', /Resume the run/);
});

test('a setting is a way around only if every failing line passes in it', () => {
  const said = steps(twoSettings()).join('\n');
  assert.match(said, /setting cudnn-off was observed to pass on all \d+ lines/);
  assert.not.match(said, /setting only-direct was observed/);
  assert.match(steps(openmpFork()).join('\n'), /setting threads-1 was observed to pass/);
});

test('a control of one shape is something to try, not a cure', () => {
  const base = oldAndNew('hang');
  const control = {
    control: 'convolution-without-dnn' as const,
    environment: 'rocm5.2-torch1.13.1',
    setting: 'default',
    occasion: 'after-hang' as const,
    case: { size: 32 },
    result: 'healthy' as const,
    outcome: 'pass' as const,
    reason: '',
    seconds: 1,
  };
  assert.match(
    steps({ ...base, controls: [control] }).join('\n'),
    /To try: torch\.backends\.cudnn\.enabled = False.*other shapes were not tried/,
  );
  assert.not.match(
    steps({
      ...base,
      controls: [control, { ...control, environment: 'rocm6.4-torch2.9.1', result: 'sick', outcome: 'hang' }],
    }).join('\n'),
    /To try/,
  );
});

test('with MIOpen off only a shape that hangs speaks, and it is named; one that passes anyway says nothing', () => {
  const base = oldAndNew('hang');
  const healthy = {
    control: 'convolution-without-dnn' as const,
    environment: 'rocm5.2-torch1.13.1',
    setting: 'default',
    result: 'healthy' as const,
    outcome: 'pass' as const,
    reason: '',
    seconds: 1,
  };
  const before = { ...healthy, occasion: 'before' as const, case: { in_channels: 3, out_channels: 16, size: 64 } };
  const after = { ...healthy, occasion: 'after-hang' as const, case: { in_channels: 16, out_channels: 32, size: 33 } };
  const said = steps({ ...base, controls: [before, after] }).join('\n');
  assert.match(
    said,
    /A shape that hangs \(in_channels 16, out_channels 32, size 33\) was observed to pass with MIOpen off in rocm5\.2-torch1\.13\.1;/,
  );
  assert.not.match(steps({ ...base, controls: [before] }).join('\n'), /To try/);
});

test('nothing hangs, failures that do not count, a sick card', () => {
  assert.match(steps(tinyCpu()).join(), /Nothing to work around/);
  assert.match(steps(notCounted()).join(), /Look at the failures/);
  const clean = tinyCpu();
  assert.match(steps({ ...clean, run: { ...clean.run, status: 'quarantined' } }).join(), /Bring the card back/);
});

const said = (results: Results): string =>
  hungOrSlow(results)
    .map(({ text }) => text)
    .join('\n');

test('hung: no progress, and how long beside the passes', () => {
  assert.match(
    said(oldAndNew('pass')),
    /^Hung: \d+ attempts gave no sign of progress until the deadline \(\d+ with a busy CPU\), all in first-run\./,
  );
  assert.match(said(oldAndNew('pass')), /Silent for 1 min or longer; the slowest first run that passed took 240 ms\./);
  assert.match(said(tinyCpu()), /^No attempt hung\.$/);
});

test('slow is called slow, and a void attempt counts for nothing', () => {
  const base = oldAndNew('pass');
  const slow = base.attempts.map((one) =>
    one.report.outcome.kind === 'hang'
      ? {
          ...one,
          report: {
            ...one.report,
            outcome: { kind: 'slow' as const, phase: 'first-run' as const, seconds: 600, progress: 'Searching' },
          },
        }
      : one,
  );
  assert.match(
    said({ ...base, attempts: slow }),
    /No attempt hung\.\nSlow: \d+ attempts still made progress at the hard limit/,
  );
  const none = base.attempts.map((one) =>
    one.report.outcome.kind === 'hang' ? { ...one, credit: 'void' as const } : one,
  );
  assert.match(said({ ...base, attempts: none }), /^No attempt hung\.$/);
});

test('a hang under a lowered limit whose cell passed under the full ones is no hang', () => {
  const base = oldAndNew('pass');
  const hung = new Set(base.attempts.flatMap(({ cell, report }) => (report.outcome.kind === 'hang' ? [cell] : [])));
  assert.ok(hung.size > 0);
  const refuted = base.cells.map((cell) => (hung.has(cell.id) ? { ...cell, verdict: 'pass' as const } : cell));
  assert.match(said({ ...base, cells: refuted }), /^No attempt hung\.$/);
});

test('a compiler at work is given more time in the phase in which it was at work', () => {
  const base = oldAndNew('pass');
  const compiling = base.attempts.map((one) =>
    one.report.outcome.kind === 'hang'
      ? {
          ...one,
          report: {
            ...one.report,
            outcome: { ...one.report.outcome, phase: 'steady' as const, activity: 'compiling' as const },
          },
        }
      : one,
  );
  assert.match(said({ ...base, attempts: compiling }), /may be a compiler at work: give steady a longer deadline/);
});

test.run();
