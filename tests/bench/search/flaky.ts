/**
 * `npm run bench:flaky`: surfaces on which a hanging cell hangs in a share p of its tries only. Counts the lines whose verdicts are wrong
 * and compares them with what `flaky` promises: the promise is broken where the 95 % interval of the share lies above delta. No device, no process.
 */
import { parseArgs } from 'node:util';
import { cleanTries } from '../../../harness/matrix/cost/tries.ts';
import { clopperPearson } from '../../../harness/verdicts/cells/hang-rate.ts';
import { measureMap } from './measure.ts';
import { Random } from './random.ts';
import { certificate } from './rivals.ts';
import { KINDS } from './surfaces.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    delta: { type: 'string', default: '0.01' },
    hang: { type: 'string', default: '20' },
  },
});
const [seeds, delta, hang] = [Number(values.seeds), Number(values.delta), Number(values.hang)];

console.log(
  `promised: at most ${100 * delta} % of the lines that hang are wrong; ${seeds} surfaces of each kind, a hang costs ${hang}`,
);
let kept = true;
for (const kind of ['rules', 'staircase', 'random'] as const) {
  for (const rate of [0.3, 0.5, 0.9]) {
    const attempts = cleanTries({ delta, smallest_rate: rate });
    let [wrong, dirty, cost, least] = [0, 0, 0, 0];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const surface = KINDS[kind](seed);
      const random = new Random(seed * 1000 + Math.round(rate * 10));
      const run = measureMap(surface, {
        hang,
        attempts,
        outcome: (bad) => (bad && random.chance(rate) ? 'hang' : 'pass'),
      });
      const sure = certificate(surface);
      wrong += run.wrongLines;
      dirty += surface.bad.filter((line) => line.includes(true)).length;
      cost += run.passes + hang * run.hangs;
      // An oracle needs all clean tries of the good cell, and as many tries of the bad one as it takes until it hangs.
      least += attempts * sure.passes + (hang + 1 / rate - 1) * sure.hangs;
    }
    const share = wrong / dirty;
    const { low, high } = clopperPearson(wrong, dirty);
    kept &&= low <= delta;
    console.log(
      `${kind.padEnd(10)} p = ${rate}, ${String(attempts).padStart(2)} tries: ${wrong} of ${dirty} lines that hang wrong (${(100 * share).toFixed(2)} %, 95 % interval ${(100 * low).toFixed(2)} to ${(100 * high).toFixed(2)}), cost ${(cost / least).toFixed(2)} x certificate`,
    );
  }
}
console.log(kept ? 'the promise is kept' : 'THE PROMISE IS BROKEN');
process.exitCode = kept ? 0 : 1;
