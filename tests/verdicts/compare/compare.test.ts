/** What a comparison of two runs must say, and must not. */
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compare } from '../../../harness/verdicts/compare/compare.ts';
import { countChanges, failures } from '../../../harness/verdicts/compare/fail-on-changes.ts';
import { comparisonMarkdown } from '../../../reports/compare/markdown.ts';
import { tell } from '../../../reports/compare/sections.ts';
import { foundingNotes, foundingNotesSmall, HOSTILE, tinyCpu } from '../../reports/sample-results.ts';
import type { CellResult, Results } from '../../../harness/model/results/results.ts';
import type { VerdictKind } from '../../../harness/model/results/verdict.ts';

const test = suite('compare');

type Change = (cell: CellResult, index: number) => Partial<CellResult>;

function withCells(results: Results, change: Change): Results {
  return { ...results, cells: results.cells.map((cell, index) => ({ ...cell, ...change(cell, index) })) };
}

const observed = { kind: 'observed' } as const;

test('a run does not differ from itself', () => {
  for (const results of [foundingNotes(), foundingNotesSmall(), tinyCpu()]) {
    const comparison = compare(results, results);
    assert.is(
      Object.values(countChanges(comparison)).reduce((a, b) => a + b, 0),
      0,
    );
    assert.equal([comparison.inferred, comparison.missing, comparison.fingerprint], [[], [], []]);
    assert.equal(failures(comparison, ['any']), []);
    assert.match(tell(comparison).headline, /^no difference in [\d,]+ common cell/);
  }
});

test('what one order calls a new hang the other calls cured, whatever the verdicts are', () => {
  const base = foundingNotesSmall();
  const verdicts: readonly VerdictKind[] = [
    'pass',
    'hang',
    'crash',
    'error',
    'wrong-result',
    'slow',
    'unkillable',
    'host-lost',
    'untested',
    'unavailable',
    'flaky',
  ];
  const some = fc.array(fc.record({ verdict: fc.constantFrom(...verdicts), inferred: fc.boolean() }), {
    minLength: base.cells.length,
    maxLength: base.cells.length,
  });
  const variant = (choice: readonly { verdict: VerdictKind; inferred: boolean }[]): Results =>
    withCells(base, (_cell, index) => ({
      verdict: choice[index]?.verdict ?? 'pass',
      basis: choice[index]?.inferred === true ? { kind: 'inferred', from: 'x' } : observed,
    }));
  fc.assert(
    fc.property(some, some, (one, other) => {
      const [there, back] = [compare(variant(one), variant(other)), compare(variant(other), variant(one))];
      const turned = (comparison: typeof there, kinds: readonly string[]): string[] =>
        [...comparison.changes, ...comparison.inferred]
          .filter(({ kind }) => kinds.includes(kind))
          .map(({ cell }) => cell)
          .toSorted();
      assert.equal(turned(there, ['new-hang', 'new-failure']), turned(back, ['cured']));
      assert.equal(turned(there, ['changed']), turned(back, ['changed']));
      assert.is(there.coverage.reached, back.coverage.reached);
      assert.ok(there.changes.every(({ afterBasis }) => afterBasis === 'observed'));
    }),
    { seed: 6, numRuns: 40 },
  );
});

test('a hang that nobody observed in the new run is no finding, and is told as inferred', () => {
  const base = foundingNotesSmall();
  const good = base.cells.find(({ verdict }) => verdict === 'pass');
  const run = withCells(base, ({ id }) =>
    id === good?.id ? { verdict: 'hang', basis: { kind: 'inferred', from: 'x' } } : {},
  );
  const comparison = compare(base, run);
  assert.equal(failures(comparison, ['new-hang']), []);
  assert.is(comparison.inferred.length, 1);
  const seen = compare(
    base,
    withCells(base, ({ id }) => (id === good?.id ? { verdict: 'hang', basis: observed } : {})),
  );
  assert.equal(failures(seen, ['new-hang', 'cured']), ['new-hang']);
  assert.equal(failures(seen, ['regression']), ['new-hang']);
});

test('a baseline that still expects a cured hang is stale, and says so', () => {
  const base = foundingNotesSmall();
  const hung = base.cells.find(({ verdict, basis }) => verdict === 'hang' && basis.kind === 'observed');
  const comparison = compare(
    base,
    withCells(base, ({ id }) => (id === hung?.id ? { verdict: 'pass', basis: observed } : {})),
  );
  assert.equal(failures(comparison, ['cured']), ['cured']);
  assert.equal(failures(comparison, ['regression']), []);
  assert.match(comparisonMarkdown(comparison), /Cured; the baseline still expects them to fail/);
});

test('a flaky cell that passed may have been lucky', () => {
  const base = withCells(foundingNotesSmall(), (_cell, index) =>
    index === 0 ? { verdict: 'flaky', basis: observed, attempts: 5, badAttempts: 1 } : {},
  );
  const run = withCells(base, (_cell, index) => (index === 0 ? { verdict: 'pass', attempts: 1, badAttempts: 0 } : {}));
  const [cured] = compare(base, run).changes;
  assert.is(cured?.kind, 'cured');
  assert.is(cured?.luck, 0.8);
  assert.match(comparisonMarkdown(compare(base, run)), /may be luck.*80 of 100/);
});

function at(largestGood: number, smallestBad: number): Results['lines'][number]['boundary'] {
  return { kind: 'bracketed', largestGood, smallestBad, confirmed: true };
}

test('boundaries that one truth allows did not move', () => {
  const base = foundingNotesSmall();
  const moved = (
    before: Results['lines'][number]['boundary'],
    after: Results['lines'][number]['boundary'],
  ): string[] => {
    const [one, other] = [before, after].map((boundary) => ({
      ...base,
      lines: base.lines.map((line, index) => (index === 0 ? { ...line, boundary } : line)),
    }));
    return one === undefined || other === undefined ? [] : compare(one, other).moved.map(({ direction }) => direction);
  };
  assert.equal(moved(at(32, 33), at(32, 33)), []);
  assert.equal(moved(at(32, 48), at(40, 41)), [], 'known better is not moved');
  assert.equal(moved(at(32, 33), at(24, 32)), ['down']);
  assert.equal(moved(at(24, 32), at(32, 33)), ['up']);
  assert.equal(moved({ kind: 'all-good', largestGood: 128 }, at(32, 33)), ['down']);
  assert.equal(
    moved({ kind: 'all-good', largestGood: 128 }, at(128, 256)),
    [],
    'a larger matrix found what the smaller one could not see',
  );
  assert.equal(moved({ kind: 'untestable', reason: '' }, at(32, 33)), [], 'told as cells without verdict');
});

test('an environment that is gone is cells without verdict, with the reason', () => {
  const base = foundingNotesSmall();
  const name = base.cells[0]?.environment ?? '';
  const run = {
    ...withCells(base, ({ environment }) =>
      environment === name ? { verdict: 'unavailable', basis: { kind: 'none' } } : {},
    ),
    environments: base.environments.map((environment) =>
      environment.name === name
        ? { ...environment, status: 'unavailable' as const, reason: 'no room left', versions: null }
        : environment,
    ),
  };
  const { missing, coverage, fingerprint } = compare(base, run);
  assert.is(missing.length, base.cells.filter(({ environment }) => environment === name).length);
  assert.is(missing[0]?.reason, 'no room left');
  assert.is(coverage.expected - coverage.reached, missing.length);
  assert.equal(fingerprint, [], 'versions that were not read did not change');
});

test('attempts that the harness itself failed are no verdict', () => {
  const base = tinyCpu();
  const tried = new Set(base.attempts.map(({ cell }) => cell));
  const run: Results = {
    ...withCells(base, ({ id }) =>
      tried.has(id) ? { verdict: 'error', basis: observed } : { verdict: 'untested', basis: { kind: 'none' } },
    ),
    attempts: base.attempts.map((attempt) => ({
      ...attempt,
      report: {
        ...attempt.report,
        outcome: { kind: 'error', phase: 'start', errorClass: 'harness', message: 'disk full' },
      },
    })),
  };
  const { missing, changes, coverage } = compare(base, run);
  assert.equal(changes, []);
  assert.is(missing.length, coverage.expected);
  assert.is(coverage.withVerdict, 0);
});

test('surroundings: driver, kernel, firmware and libraries are causes; paths are nothing', () => {
  const details = {
    vramMib: 6128,
    computeUnits: 36,
    pciIds: null,
    vbios: null,
    driver: 'amdgpu of the kernel',
    firmware: { SMC: '1' },
    moduleParameters: {},
    pcieLink: null,
    pcieAtomics: true,
  };
  const base = foundingNotesSmall();
  const before: Results = { ...base, device: { ...base.device, details } };
  const after: Results = {
    ...before,
    device: { ...base.device, details: { ...details, firmware: { SMC: '2' }, driver: 'amdgpu 6.3' } },
    host: { ...base.host, kernel: '6.12.9', node: 'v99' },
    environments: base.environments.map((environment) =>
      environment.versions === null
        ? environment
        : { ...environment, versions: { ...environment.versions, dnn: '9', executable: '/elsewhere/python3' } },
    ),
  };
  const { fingerprint } = compare(before, after);
  const causes = fingerprint.filter(({ weight }) => weight === 'cause').map(({ what }) => what);
  assert.equal([...new Set(causes)], ['driver', 'firmware SMC', 'kernel', 'MIOpen or cuDNN']);
  assert.equal(
    fingerprint.filter(({ weight }) => weight === 'context').map(({ what }) => what),
    ['Node'],
  );
  assert.is(tell(compare(before, after)).sections[0]?.id, 'surroundings');
});

/** `factor` on every repeated run of the cells for which `of` holds. */
function timed(results: Results, of: (environment: string) => number): Results {
  const environments = new Map(results.cells.map(({ id, environment }) => [id, environment]));
  let turn = 0;
  return {
    ...results,
    attempts: results.attempts.map((attempt) => {
      const { timing } = attempt.report;
      if (timing === null) return attempt;
      turn += 1;
      const runs = Array.from(
        { length: 8 },
        (_one, index) => 0.01 * (1 + 0.01 * ((index * 7 + turn * 3) % 5)) * of(environments.get(attempt.cell) ?? ''),
      );
      return { ...attempt, report: { ...attempt.report, timing: { ...timing, runs } } };
    }),
  };
}

test('one environment that became slower is found; noise below the minimum effect is not', () => {
  const base = timed(foundingNotes(), () => 1);
  assert.equal(
    compare(
      base,
      timed(foundingNotes(), () => 1.05),
    ).timings.changes,
    [],
  );
  const slow = base.cells.find(({ verdict }) => verdict === 'pass')?.environment ?? '';
  const { timings } = compare(
    base,
    timed(foundingNotes(), (environment) => (environment === slow ? 1.3 : 1)),
  );
  assert.ok(timings.changes.length > 0);
  assert.ok(
    timings.changes.every(
      ({ environment, direction, ratio }) =>
        environment === slow && direction === 'slower' && Math.abs(ratio - 1.3) < 0.05,
    ),
  );
  const back = compare(
    timed(foundingNotes(), (environment) => (environment === slow ? 1.3 : 1)),
    base,
  ).timings;
  assert.ok(back.changes.every(({ direction }) => direction === 'faster'));
  assert.is(back.changes.length, timings.changes.length);
});

test('everything slower is told of all environments together', () => {
  const { timings } = compare(
    timed(foundingNotes(), () => 1),
    timed(foundingNotes(), () => 1.4),
  );
  assert.ok(timings.changes.some(({ scope, direction }) => scope === 'all' && direction === 'slower'));
});

test('a simulation is not compared with a card, and two matrices with nothing in common are no verdict', () => {
  const base = foundingNotesSmall();
  const real: Results = { ...base, device: { ...base.device, kind: 'rocm', simulation: null } };
  for (const [one, other] of [
    [base, real],
    [real, base],
  ] as const) {
    assert.throws(
      () => compare(one, other),
      (error: unknown) => error instanceof Error && 'code' in error && error.code === 'compare-simulated',
    );
  }
  const elsewhere = withCells(base, ({ environment }) => ({ environment: `${environment}-other` }));
  assert.throws(
    () => compare(base, elsewhere),
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'nothing-common',
  );
});

test('different matrices: the common cells, and what is not common', () => {
  const whole = foundingNotesSmall();
  const name = whole.environments[0]?.name ?? '';
  const part: Results = {
    ...whole,
    environments: whole.environments.filter((environment) => environment.name !== name),
    cells: whole.cells.filter(({ environment }) => environment !== name),
    lines: whole.lines.filter(({ environment }) => environment !== name),
  };
  const { coverage, missing } = compare(whole, part);
  assert.equal(coverage.environmentsOnlyBaseline, [name]);
  assert.is(coverage.common, part.cells.length);
  assert.equal(missing, []);
  assert.match(comparisonMarkdown(compare(whole, part)), /in the baseline alone/);
});

test('Markdown pings nobody, whatever an environment is called', () => {
  const base = foundingNotesSmall();
  const rename = (results: Results): Results =>
    withCells(results, ({ environment }) => ({ environment: `${HOSTILE}${environment}` }));
  const text = comparisonMarkdown(
    compare(
      rename(base),
      rename(withCells(base, (_cell, index) => (index === 0 ? { verdict: 'hang', basis: observed } : {}))),
    ),
  );
  assert.match(text, /New hangs/);
  assert.not.match(text, /@octocat|#123|<img|<script/);
});

test.run();
