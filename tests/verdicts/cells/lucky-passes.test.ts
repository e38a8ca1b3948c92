import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withoutLuck } from '../../../harness/verdicts/cells/lucky-passes.ts';
import { UNOBSERVED, type Observed } from '../../../harness/verdicts/cells/observed.ts';

const PASS: Observed = { ...UNOBSERVED, verdict: 'pass', side: 'good', attempts: 1 };
const HANG: Observed = { ...UNOBSERVED, verdict: 'hang', side: 'bad', confirmed: true, attempts: 1, badAttempts: 1 };

const lucky = suite('lucky passes');

lucky('a pass above a hang that was tried too few times is on no side; those below the hang stay', () => {
  const sides = withoutLuck([PASS, HANG, PASS, { ...PASS, attempts: 14 }], 15).map(({ side }) => side);
  assert.equal(sides, ['good', 'bad', 'untestable', 'untestable']);
});

lucky('one that was tried as often as wanted is enough: larger is not worse', () => {
  const observed = [PASS, HANG, PASS, { ...PASS, attempts: 15 }];
  assert.is(withoutLuck(observed, 15), observed);
  assert.is(withoutLuck(observed, 1), observed);
});

lucky.run();
