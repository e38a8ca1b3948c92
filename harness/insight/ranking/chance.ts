/**
 * What chance alone would make of the observed cells: how few bits tell them without any rule, and with one. A rule has to beat the best account by chance by a
 * margin: a code that is no better than the truth saves b bits on data of chance in at most 1 of 2^b cases, and since a rule pays for being named among all
 * others, that holds for the best of all that were tried. Which cells a search looked at makes no difference, as long as it chose by what it had seen. Pure.
 */
import type { Observation } from './observation-table.ts';
import type { CellFacts } from '../cell-facts.ts';
import { cellKey } from '../../model/cell.ts';
import { grouped } from '../../model/grouped.ts';

/** The observed cells of one line: the place of each along the axis, from 0, and its row among all observations. */
type Line = readonly { readonly place: number; readonly bad: boolean; readonly row: number }[];

/** For each line how likely an account makes it. */
type Account = Float64Array;

/** Lines told by chance: they never hang, always do, do so from a place of their own, or from the one place where most lines turn. */
interface LineAccounts {
  readonly mistake: number;
  readonly plain: readonly [never: Account, always: Account, own: Account];
  readonly common: Account;
}

/** That a cell is not as an account of its line has it. */
const MISTAKES = [0.001, 0.03, 0.1] as const;
const ROUNDS = 12;
/** If more lines than this turn at one place, that is a rule and no chance. */
const MOST_AT_ONE_PLACE = 0.8;

export class Chance {
  /** Of the best account without a rule: each cell by the same chance, or each line. */
  readonly bits: number;
  readonly #lines: readonly Line[];
  /** Places of a line. */
  readonly #length: number;
  readonly #told: readonly LineAccounts[];

  constructor(observations: readonly Observation[], { axis, quantities }: CellFacts) {
    const span = (axis === null ? undefined : quantities.spans.get(axis)) ?? [];
    this.#length = span.length;
    this.#lines = axis === null || span.length < 2 ? [] : linesAlong(axis, span, observations);
    const ways = [this.#lines, this.#lines.map((line) => reversed(line, span.length))].map((lines) => {
      const told = lines.length === 0 ? [] : MISTAKES.map((mistake) => toldBy(lines, span.length, mistake));
      return { told, bits: Math.min(...told.map((one) => this.#bitsOf(one))) };
    });
    const [upwards, downwards] = ways;
    const best = (downwards?.bits ?? 0) < (upwards?.bits ?? 0) ? downwards : upwards;
    this.#told = best?.told ?? [];
    const counted = observations.filter(({ chosen }) => chosen !== true);
    this.bits = Math.min(coins(counted), best?.bits ?? Number.POSITIVE_INFINITY);
  }

  /** Of the lines, if a rule tells them besides. `isWrong`: what it makes of an observation; infinite where there are no lines. */
  bitsBeside(isWrong: (row: number) => boolean): number {
    const wrong = this.#lines.map((line) => line.filter(({ row }) => isWrong(row)).length);
    return Math.min(
      Number.POSITIVE_INFINITY,
      ...this.#told.flatMap(({ mistake, plain, common }) => {
        const rule = Float64Array.from(this.#lines, ({ length }, index) =>
          likelihood(wrong[index] ?? 0, length, mistake),
        );
        return [fitted([...plain, rule]).bits, fitted([...plain, rule, common]).bits + Math.log2(this.#length)];
      }),
    );
  }

  #bitsOf({ plain, common }: LineAccounts): number {
    const own = fitted(plain).bits;
    const { bits, weights } = fitted([...plain, common]);
    if ((weights.at(-1) ?? 0) > MOST_AT_ONE_PLACE) return own;
    return Math.min(own, bits + Math.log2(this.#length));
  }
}

function coins(observations: readonly Observation[]): number {
  const share = observations.filter(({ bad }) => bad).length / observations.length;
  if (!(share > 0 && share < 1)) return 0;
  const entropy = -share * Math.log2(share) - (1 - share) * Math.log2(1 - share);
  return observations.length * entropy + parameters(1, observations.length);
}

/** `span`: the values of the axis in the matrix, ascending. A cell beyond them is a line of its own. Chosen cells are left out. */
function linesAlong(axis: string, span: readonly number[], observations: readonly Observation[]): readonly Line[] {
  const places = new Map(span.map((value, index) => [value, index]));
  const cells = observations.flatMap(({ place, bad, chosen }, row) => {
    if (chosen === true) return [];
    const { [axis]: value, ...fixed } = place.case;
    const own = typeof value === 'number' ? places.get(value) : undefined;
    return [{ key: cellKey(own === undefined ? place : { ...place, case: fixed }), place: own ?? 0, bad, row }];
  });
  return [...grouped(cells, ({ key }) => key).values()];
}

function reversed(line: Line, length: number): Line {
  return line.map(({ place, bad, row }) => ({ place: length - 1 - place, bad, row }));
}

function toldBy(lines: readonly Line[], length: number, mistake: number): LineAccounts {
  const turns = lines.map((line) => turnsOf(line, length, mistake));
  const account = (of: (turns: Float64Array) => number): Account => Float64Array.from(turns, of);
  const place = commonPlace(turns);
  return {
    mistake,
    plain: [account((one) => one[length] ?? 0), account((one) => one[0] ?? 0), account(inner)],
    common: account((one) => one[place] ?? 0),
  };
}

/** For each place: how likely the line is if its cells hang from there on; one more for a line that never hangs. */
function turnsOf(line: Line, length: number, mistake: number): Float64Array {
  const [good, bad] = [new Int32Array(length), new Int32Array(length)];
  for (const { place, bad: isBad } of line) {
    const side = isBad ? bad : good;
    side[place] = (side[place] ?? 0) + 1;
  }
  let wrong = good.reduce((sum, one) => sum + one, 0);
  return Float64Array.from({ length: length + 1 }, (_, turn) => {
    if (turn > 0) wrong += (bad[turn - 1] ?? 0) - (good[turn - 1] ?? 0);
    return likelihood(wrong, line.length, mistake);
  });
}

function likelihood(wrong: number, cells: number, mistake: number): number {
  return mistake ** wrong * (1 - mistake) ** (cells - wrong);
}

/** Any place but the first by the same chance. */
function inner(turns: Float64Array): number {
  const some = turns.subarray(1, -1);
  return some.reduce((sum, one) => sum + one, 0) / Math.max(1, some.length);
}

/** Where most lines may turn that are not told as well by never or always. */
function commonPlace(turns: readonly Float64Array[]): number {
  const sums = (turns[0] ?? new Float64Array(0)).map((_, place) =>
    turns.reduce((sum, one) => sum + Math.max(0, (one[place] ?? 0) - Math.max(one[0] ?? 0, one.at(-1) ?? 0)), 0),
  );
  return sums.indexOf(Math.max(...sums));
}

/** Lines told by a mixture of accounts, with the weights under which they are likeliest: expectation and maximisation. */
function fitted(accounts: readonly Account[]): { readonly bits: number; readonly weights: readonly number[] } {
  const lines = accounts[0]?.length ?? 0;
  let weights = accounts.map(() => 1 / accounts.length);
  const mixed = (line: number): number =>
    accounts.reduce((sum, account, index) => sum + (weights[index] ?? 0) * (account[line] ?? 0), 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    const sums = accounts.map(() => 0);
    for (let line = 0; line < lines; line += 1) {
      const total = mixed(line);
      if (total === 0) continue;
      for (const [index, account] of accounts.entries())
        sums[index] = (sums[index] ?? 0) + ((weights[index] ?? 0) * (account[line] ?? 0)) / total;
    }
    const all = sums.reduce((sum, one) => sum + one, 0);
    if (all === 0) break;
    weights = sums.map((sum) => sum / all);
  }
  let bits = parameters(weights.filter((weight) => weight > 1e-3).length - 1, lines);
  for (let line = 0; line < lines; line += 1) bits -= Math.log2(mixed(line));
  return { bits, weights };
}

/** Chance pays for what it is fitted by, as a rule does: half of log2 n for each number that is learned from n. */
function parameters(count: number, from: number): number {
  return (count / 2) * Math.log2(Math.max(1, from));
}
