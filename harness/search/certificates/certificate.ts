/** What a line still owes to its boundary: tries of the pass that it rests on, of passes above a hang, and of hangs that only a forked child saw. */
import { isBad, isDoubtful, isGood, type Standing } from '../cell-tally.ts';
import { bestProbe } from '../decision-tree.ts';

export interface Seen {
  readonly standing: Standing;
  readonly clean: number;
  /** Clean ones, and those that ended in something that says neither. */
  readonly tries: number;
  /** How to try it again. */
  readonly again: Ask['kind'];
}

export interface Wanted {
  /** Of the pass on which the boundary rests. */
  readonly tries: number;
  /** Of a pass above a hang before larger is said not to be worse. */
  readonly contradiction: number;
  /** Somewhere tries of a cell disagreed: fewer clean ones than wanted tell little. What a bad try costs, in clean ones. */
  readonly flaky: { readonly badCost: number } | null;
}

export interface Ask {
  readonly kind: 'search' | 'confirm';
  readonly index: number;
}

/** Chance of a hang with which a clean try of a flaky line is weighed. Questions rest on it, verdicts do not. */
const ASSUMED_RATE = 0.3;

/** What to ask next of one line, ascending; null where nothing is owed. */
export function owed(cells: readonly Seen[], wanted: Wanted): Ask | null {
  const turn = cells.findIndex(({ standing }) => isBad(standing));
  const doubted = cells.findIndex(
    ({ standing, clean }, index) =>
      isDoubtful(standing) && (clean > 0 || (index === turn && goods(cells, index + 1, cells.length).length > 0)),
  );
  if (doubted >= 0) return { kind: 'confirm', index: doubted };
  const firm = cells.findIndex(({ standing }) => isBad(standing) && !isDoubtful(standing));
  const above = firm < 0 ? [] : goods(cells, firm + 1, cells.length);
  if (above.length > 0) {
    // One that passes often enough is proof; the others may pass or not.
    const most = above.reduce((best, index) => (triesAt(cells, index) > triesAt(cells, best) ? index : best));
    return triesAt(cells, most) < wanted.contradiction ? again(cells, most) : null;
  }
  const end = turn < 0 ? cells.length : turn;
  const lucky = wanted.flaky !== null && (cells[turn]?.clean ?? 0) > 0;
  const sure = goods(cells, 0, end).findLast((index) => !lucky || triesAt(cells, index) >= wanted.tries) ?? -1;
  const between =
    turn < 0 && !lucky
      ? []
      : cells.flatMap(({ standing }, index) =>
          index > sure && index < end && (standing === 'open' || isPass(standing)) ? [index] : [],
        );
  if (between.length > 0) return again(cells, likeliest(cells, between, sure, end, wanted));
  if (sure >= 0 && triesAt(cells, sure) < wanted.tries) return again(cells, sure);
  return isDoubtful(cells[turn]?.standing) ? { kind: 'confirm', index: turn } : null;
}

/** Of these places the one that finds the turn soonest. Passes that were seen make it likelier above them, the more the likelier. */
function likeliest(
  cells: readonly Seen[],
  places: readonly number[],
  below: number,
  end: number,
  { tries, flaky }: Wanted,
): number {
  const weights: number[] = [end - (places.at(-1) ?? below)];
  let likely = 1;
  for (const [order, place] of [...places.entries()].toReversed()) {
    likely *= (1 - ASSUMED_RATE) ** (cells[place]?.clean ?? 0);
    weights.unshift(likely * (place - (places[order - 1] ?? below)));
  }
  return places[bestProbe(weights, (flaky?.badCost ?? tries) / tries)] ?? below;
}

/** What was refuted is on neither side, for it hung: nothing rests on it. */
function goods(cells: readonly Seen[], from: number, to: number): readonly number[] {
  return cells.flatMap(({ standing }, index) => (index >= from && index < to && isPass(standing) ? [index] : []));
}

function isPass(standing: Standing): boolean {
  return isGood(standing) && standing !== 'refuted';
}

function again(cells: readonly Seen[], index: number): Ask {
  return { kind: cells[index]?.again ?? 'search', index };
}

function triesAt(cells: readonly Seen[], index: number): number {
  return cells[index]?.tries ?? 0;
}
