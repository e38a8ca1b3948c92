import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clopperPearson, hangRate } from '../../../harness/verdicts/cells/hang-rate.ts';
import { UNOBSERVED } from '../../../harness/verdicts/cells/observed.ts';
import { cleanTries } from '../../../harness/matrix/cost/tries.ts';

const rate = suite('hang rate');

function percent({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${(100 * low).toFixed(1)}-${(100 * high).toFixed(1)}`;
}

rate('the interval is that of Clopper and Pearson', () => {
  assert.is(percent(clopperPearson(7, 23)), '13.2-52.9');
  assert.is(percent(clopperPearson(0, 10)), '0.0-30.8');
  assert.is(percent(clopperPearson(10, 10)), '69.2-100.0');
  assert.is(percent(clopperPearson(1, 1)), '2.5-100.0');
  assert.is(percent(clopperPearson(500, 1000)), '46.9-53.1');
});

rate('counts the tries of the bad cells of a line', () => {
  const bad = { ...UNOBSERVED, verdict: 'flaky' as const, side: 'bad' as const };
  const good = { ...UNOBSERVED, verdict: 'pass' as const, side: 'good' as const, attempts: 15 };
  const line = [good, { ...bad, attempts: 5, badAttempts: 2 }, UNOBSERVED, { ...bad, attempts: 1, badAttempts: 1 }];
  assert.is(hangRate(line)?.hangs, 3);
  assert.is(hangRate(line)?.tries, 6);
  assert.is(hangRate([good]), null);
});

rate('clean tries are as many as half of delta takes', () => {
  assert.is(cleanTries({ delta: 0.01, smallest_rate: 0.3 }), 15);
  assert.is(cleanTries({ delta: 0.01, smallest_rate: 0.5 }), 8);
  assert.is(cleanTries({ delta: 0.01, smallest_rate: 1 }), 1);
});

rate.run();
