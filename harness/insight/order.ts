/**
 * Whether hangs follow what was done before them. Only cells that both passed and hung can tell: in each of them the ends are exchanged with
 * one another, thousands of times, and what was seen is compared with that. That a card wears out with the number of attempts cannot be
 * seen so, for a search stops at a hang; an early pass that is tried again at the end tells it (docs/health.md). Pure.
 */
import type { OrderFinding, OrderKind, OrderTest } from '../model/results/order.ts';
import { grouped } from '../model/grouped.ts';
import { seededChance } from '../model/seeded-chance.ts';

/** One attempt that passed or hung and counts, in the order of the run. */
export interface Ended {
  readonly cell: string;
  /** Of its cell, on its line. */
  readonly position: number;
  readonly hung: boolean;
}

/** Chance of telling anything where nothing is to be told, all kinds together. */
const ALPHA = 0.01;
const DRAWS = 1999;

const KINDS: Readonly<Record<OrderKind, (before: readonly Ended[]) => number>> = {
  'after-hang': (before) => Number(before.at(-1)?.hung ?? false),
  'after-larger': (before) => before.at(-1)?.position ?? 0,
  'since-hang': (before) => Math.log1p(before.length - 1 - before.findLastIndex(({ hung }) => hung)),
};

/** null where no cell both passed and hung. */
export function testOrder(attempts: readonly Ended[]): OrderTest | null {
  const placed = attempts.map((one, place) => ({ ...one, place }));
  const mixed = [...grouped(placed, ({ cell }) => cell).values()].filter(
    (own) => own.some(({ hung }) => hung) && own.some(({ hung }) => !hung),
  );
  if (mixed.length === 0) return null;
  const found = (['after-hang', 'after-larger', 'since-hang'] as const).flatMap((kind): readonly OrderFinding[] => {
    const cells = mixed.map((own) =>
      own.map(({ place, hung }) => ({ hung, value: KINDS[kind](attempts.slice(0, place)) })),
    );
    const { p, more } = exchanged(cells, kind);
    return p * Object.keys(KINDS).length <= ALPHA ? [{ kind, p, more }] : [];
  });
  return { cells: mixed.length, attempts: mixed.reduce((sum, own) => sum + own.length, 0), found };
}

interface Valued {
  readonly hung: boolean;
  readonly value: number;
}

/** Two-sided. `more`: whether hangs come with larger values. */
function exchanged(cells: readonly (readonly Valued[])[], key: string): { readonly p: number; readonly more: boolean } {
  const chance = seededChance(key);
  const centred = cells.map((own) => {
    const mean = own.reduce((sum, { value }) => sum + value, 0) / own.length;
    return { values: own.map(({ value }) => value - mean), hangs: own.filter(({ hung }) => hung).length, own };
  });
  const seen = centred.reduce(
    (sum, { values, own }) =>
      sum + values.reduce((total, value, place) => total + (own[place]?.hung === true ? value : 0), 0),
    0,
  );
  let extreme = 0;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    let total = 0;
    for (const { values, hangs } of centred) total += drawn(values, hangs, chance);
    if (Math.abs(total) >= Math.abs(seen) - 1e-9) extreme += 1;
  }
  return { p: (extreme + 1) / (DRAWS + 1), more: seen > 0 };
}

/** The sum of `count` of the values, each chosen at most once. */
function drawn(values: readonly number[], count: number, chance: () => number): number {
  const left = [...values];
  let total = 0;
  for (let taken = 0; taken < count; taken += 1) total += left.splice(Math.floor(chance() * left.length), 1)[0] ?? 0;
  return total;
}
