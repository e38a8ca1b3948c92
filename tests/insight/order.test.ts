import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { testOrder, type Ended } from '../../harness/insight/order.ts';
import { seededChance } from '../../harness/model/seeded-chance.ts';

const test = suite('insight/order');

/** Attempts of 12 cells, over and over; `hangs` decides from the one before. */
function run(hangs: (before: Ended | undefined, chance: () => number) => boolean, seed: number): readonly Ended[] {
  const chance = seededChance(`order ${seed}`);
  const ended: Ended[] = [];
  for (let count = 0; count < 120; count += 1) {
    const position = Math.floor(chance() * 12);
    ended.push({ cell: `c${position}`, position, hung: hangs(ended.at(-1), chance) });
  }
  return ended;
}

function kinds(attempts: readonly Ended[]): readonly string[] {
  return (testOrder(attempts)?.found ?? []).map(({ kind, more }) => `${kind} ${more}`);
}

test('hangs that come after a hang are told, and those after a larger case', () => {
  const afterHang = run((before, chance) => chance() < (before?.hung === true ? 0.9 : 0.15), 1);
  assert.ok(kinds(afterHang).includes('after-hang true'), kinds(afterHang).join());
  const afterLarger = run((before, chance) => chance() < ((before?.position ?? 0) > 6 ? 0.8 : 0.1), 2);
  assert.ok(kinds(afterLarger).includes('after-larger true'), kinds(afterLarger).join());
});

test('chance is told in hardly ever', () => {
  const told = Array.from({ length: 40 }, (_, seed) => kinds(run((_before, chance) => chance() < 0.4, seed + 10)));
  assert.ok(told.filter((found) => found.length > 0).length <= 2, JSON.stringify(told));
});

test('nothing can be said where no cell both passed and hung', () => {
  assert.is(
    testOrder([
      { cell: 'a', position: 0, hung: false },
      { cell: 'b', position: 1, hung: true },
    ]),
    null,
  );
});

test.run();
