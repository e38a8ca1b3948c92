import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { emptyReport } from '../../../harness/model/attempt/empty-report.ts';
import { KnownPasses } from '../../../harness/verdicts/fold/known-passes.ts';

const SETTING = 'default';
const test = suite('known passes');

function passed(passes: KnownPasses, environment: string, position: number): void {
  const cell = {
    id: `${environment}${position}`,
    environment,
    setting: SETTING,
    case: { size: position },
    line: environment,
    position,
  };
  passes.apply(
    { event: 'attempt-finished', report: emptyReport({ kind: 'pass' }) },
    { event: 'attempt-started', attempt: 'a', cell, isolation: 'fork', purpose: 'search', bootId: 'b' },
  );
}

test('after a hang: the nearest pass, the first one there, then one elsewhere, for all that passed there may have been luck', () => {
  const passes = new KnownPasses();
  for (const [environment, position] of [
    ['a', 3],
    ['b', 0],
    ['b', 2],
  ] as const)
    passed(passes, environment, position);
  const near = passes.near({ environment: 'b', setting: SETTING, line: 'b', position: 4 });
  assert.equal(
    near.map((one) => [one.environment, one.case['size']]),
    [
      ['b', 2],
      ['b', 0],
      ['a', 3],
    ],
  );
  const alone = passes.near({ environment: 'c', setting: SETTING, line: 'c', position: 4 });
  assert.equal(
    alone.map(({ environment }) => environment),
    ['b'],
  );
});

test.run();
