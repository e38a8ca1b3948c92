import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BAD_OUTCOMES, OUTCOME_KINDS, OUTCOMES } from '../../harness/model/outcome.ts';
import { gradeOf } from '../../harness/model/grade.ts';
import { VERDICT_KINDS, VERDICTS } from '../../harness/model/results/verdict.ts';

const test = suite('outcomes in one table');
const ROOT = join(import.meta.dirname, '..', '..');

/** Where an outcome is made, diagnosed, put into words or told apart for its own sake. Whoever wants to know what it means asks the table. */
const NAMED_IN = [
  'harness/model/outcome.ts',
  'harness/runner/health/device-health.ts',
  'harness/runner/loop.ts',
  'harness/supervisor/attempt/outcome-of.ts',
  'harness/supervisor/signatures/kernel.ts',
  'harness/verdicts/fold/canary.ts',
  'harness/verdicts/fold/open-work.ts',
  'reports/findings/words/outcome-words.ts',
];

test('what a kind means is asked of the table, not of its name', () => {
  const named = ['harness', 'reports']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter(
      (path) => path.endsWith('.ts') && /'(?:unkillable|host-lost)'/.test(readFileSync(join(ROOT, path), 'utf8')),
    );
  assert.equal(named.toSorted(), NAMED_IN);
});

test('what may be counted as bad is what failed, and what never returned is among it', () => {
  assert.equal(
    OUTCOME_KINDS.filter((kind) => !BAD_OUTCOMES.some((bad) => bad === kind)),
    ['pass', 'cancelled', 'unavailable'],
  );
  for (const kind of OUTCOME_KINDS) {
    const { says, neverReturned, neverAgain, tookHost } = OUTCOMES[kind];
    if (neverReturned) assert.is(says, 'failure', kind);
    if (neverAgain || tookHost) assert.ok(neverReturned, kind);
    assert.is(OUTCOMES[kind].canary === 'healthy', says === 'good', kind);
  }
});

test('what the harness did is bad of no cell, whatever the matrix counts as bad', () => {
  const failed = { kind: 'error', phase: 'verify', message: '' } as const;
  assert.is(gradeOf({ ...failed, errorClass: 'harness' }, BAD_OUTCOMES), 'untestable');
  assert.is(gradeOf({ ...failed, errorClass: 'protocol' }, BAD_OUTCOMES), 'bad');
});

test('a map tells every observed verdict from every other', () => {
  assert.is(new Set(VERDICT_KINDS.map((kind) => VERDICTS[kind].mark)).size, VERDICT_KINDS.length);
});

test.run();
