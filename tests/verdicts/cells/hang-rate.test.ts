import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clopperPearson, hangRate, loadsByCell } from '../../../harness/verdicts/cells/hang-rate.ts';
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

const [good, bad, later] = ['g', 'b', 'l'].map((id, position) => {
  return { id, environment: 'e', setting: 's', case: {}, line: 'line', position };
});

rate('is that of the smallest bad cell alone: others hang at rates of their own', () => {
  if (good === undefined || bad === undefined || later === undefined) throw new Error('three cells');
  const pass = { ...UNOBSERVED, verdict: 'pass' as const, side: 'good' as const, attempts: 15 };
  const hang = { ...UNOBSERVED, verdict: 'flaky' as const, side: 'bad' as const };
  const observed = [pass, { ...hang, attempts: 5, badAttempts: 2 }, { ...hang, attempts: 1, badAttempts: 1 }];
  const apart = hangRate({ cells: [good, bad, later] }, observed, () => 5);
  assert.equal(apart, { cell: 'b', hangs: 2, tries: 5, loads: 5, ...clopperPearson(2, 5) });
  const together = hangRate({ cells: [good, bad, later] }, observed, () => 2);
  assert.equal([together?.low, together?.high], [0, clopperPearson(1, 2).high], 'two loads are two tries');
  assert.is(
    hangRate({ cells: [good] }, [pass], () => 1),
    null,
  );
});

rate('tries that follow each other are one load', () => {
  assert.equal(
    [...loadsByCell(['a', 'a', 'b', 'a', 'b', 'b', 'b'])],
    [
      ['a', 2],
      ['b', 2],
    ],
  );
});

rate('clean tries are as many as half of delta takes', () => {
  assert.is(cleanTries({ delta: 0.01, smallest_rate: 0.3 }), 15);
  assert.is(cleanTries({ delta: 0.01, smallest_rate: 0.5 }), 8);
  assert.is(cleanTries({ delta: 0.01, smallest_rate: 1 }), 1);
});

rate.run();
