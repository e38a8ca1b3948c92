import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matches, Where } from '../../harness/model/conditions.ts';

const test = suite('matrix/where');

const cell = { size: 48, dtype: 'float32', rocm: '5.10', torch: '2.0.0.dev20230209', verify: true, none: null };

const HOLDS = [
  {},
  { size: 48 },
  { size: '48' },
  { size: [8, 48] },
  { size: { gt: 47, lte: 48 } },
  { size: { multiple_of: 16 } },
  { size: { odd: false, power_of_two: false } },
  { size: { not: [8, 16] } },
  { dtype: { not: 'float16' } },
  { verify: true },
  // 5.10 comes after 5.9: versions are no numbers.
  { rocm: { version: '>=5.9,<5.11' } },
  { rocm: { version: '==5.10' } },
  // Nightlies count.
  { torch: { version: '<2.1' } },
  { torch: { version: '>1.13' } },
];
const FAILS = [
  { size: 8 },
  { size: { gt: 48 } },
  { size: { gte: 8, lt: 48 } },
  { size: { power_of_two: true } },
  { size: { odd: true } },
  { size: { not: 48 } },
  { size: 48, dtype: 'float16' },
  { dtype: { gt: 1 } },
  { rocm: { version: '>=5.2,<5.9' } },
  { dtype: { version: '>=1' } },
  // What is not there meets no condition, not even a negative one.
  { width: 48 },
  { width: { not: 48 } },
  { none: { not: 48 } },
];

test('conditions hold', () => {
  for (const where of HOLDS) assert.ok(matches(Where.parse(where), cell), JSON.stringify(where));
});

test('conditions fail', () => {
  for (const where of FAILS) assert.not(matches(Where.parse(where), cell), JSON.stringify(where));
});

test('powers of two are 1, 2, 4, 8 …', () => {
  const found = Array.from({ length: 300 }, (_, value) => value - 10).filter((value) =>
    matches({ n: { power_of_two: true } }, { n: value }),
  );
  assert.equal(found, [1, 2, 4, 8, 16, 32, 64, 128, 256]);
  assert.not(matches({ n: { power_of_two: true } }, { n: 0.5 }));
});

test('every operator in a condition must hold, and every entry', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.integer(), fc.string(), (n, low, high, text) => {
      const subject = { n, text };
      assert.is(matches({ n: { gte: low, lt: high } }, subject), n >= low && n < high);
      assert.is(matches({ n: [low, high] }, subject), n === low || n === high);
      assert.is(matches({ n: { not: low } }, subject), n !== low);
      assert.is(matches({ n: { odd: true } }, subject), n % 2 !== 0);
      assert.is(matches({ n: low, text }, subject), n === low);
    }),
    { seed: 5, numRuns: 300 },
  );
});

test.run();
