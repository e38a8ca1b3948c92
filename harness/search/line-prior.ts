/**
 * What the lines searched so far let us expect of the next one: a prior over the place where it turns bad, and what a bad
 * probe costs. Sums, products and quotients only, so that the same answers give the same numbers on every machine.
 */
import type { Line } from '../model/cell.ts';
import type { Scalar } from '../model/conditions.ts';
import type { Answer } from './search.ts';
import type { Turn } from './line-search.ts';

/** Before anything was seen, one line in two turns bad, anywhere along the axis alike. */
const CLEAR_SHARE = 0.5;
/** A context that was wrong for a long time must be able to come back. */
const TRUST_FLOOR = 0.02;
/** Costs are rounded up to one of these: a small change of the mean must not change the questions. */
const COST_LEVELS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512] as const;
/** Guess of a passing attempt before one was seen, seconds. */
const FIRST_PASS_SECONDS = 1;

/** Lines seen in one context, by where they turned bad. */
interface TurnCounts {
  clear: number;
  total: number;
  readonly badFrom: Map<Scalar, number>;
}

/** A set of lines that a new line belongs to. */
interface Context {
  readonly key: string;
  /** Place of the wider context that speaks where this one has seen little; null: this one knows no places, only how often. */
  readonly wider: number | null;
  /** How much of its past it keeps with every line. */
  readonly memory: number;
}

export class LinePrior {
  readonly #tables = new Map<string, TurnCounts>();
  #weights: readonly number[] | null = null;
  #passSeconds = 0;
  #passes = 0;
  #badSeconds = 0;
  #bads = 0;
  #lines = 0;
  readonly #deadline: number;

  /** `deadline` in seconds: what a hang is expected to take until one was seen. */
  constructor(deadline: number) {
    this.#deadline = deadline;
  }

  /** Takes in what an attempt cost. Confirmations begin with an import and would mislead. */
  observe(answer: Answer): void {
    if (answer.purpose === 'confirm') return;
    if (answer.grade === 'good') {
      this.#passSeconds += answer.seconds;
      this.#passes += 1;
    } else if (answer.grade === 'bad') {
      this.#badSeconds += answer.seconds;
      this.#bads += 1;
    }
  }

  /** Cost of a bad probe, in good ones. */
  get badCost(): number {
    const pass = this.#passes > 0 ? this.#passSeconds / this.#passes : FIRST_PASS_SECONDS;
    const bad = this.#bads > 0 ? this.#badSeconds / this.#bads : this.#deadline;
    return COST_LEVELS.find((level) => level * pass >= bad) ?? COST_LEVELS[COST_LEVELS.length - 1] ?? 1;
  }

  /**
   * Whether the lines so far have left room for a bad probe that proves nothing: a leap that falls on a bad cell takes one
   * and the climb after it another, and all lines together shall take no more than one each.
   */
  get mayLeap(): boolean {
    return this.#bads + 2 <= this.#lines + 1;
  }

  /** One weight for each cell ("the first bad one") and a last one for "none is bad"; each above 0, sum at most 1. */
  of(line: Line): readonly number[] {
    const values = axisValues(line);
    const all = contexts(line);
    return [...values, undefined].map((value) => {
      const says = this.#expectations(all, value, values.length);
      return says.reduce((sum, one, index) => sum + one * this.#trustIn(index, says.length), 0);
    });
  }

  /** Takes in a finished line. */
  learn(line: Line, turn: Turn): void {
    this.#lines += 1;
    if (turn.kind === 'unknown') return;
    const value = turn.kind === 'clear' ? undefined : turn.value;
    const all = contexts(line);
    const scores = this.#expectations(all, value, line.cells.length).map(
      (one, index) => one * this.#trustIn(index, all.length),
    );
    const total = scores.reduce((sum, score) => sum + score, 0);
    this.#weights = scores.map((score) => (1 - TRUST_FLOOR * scores.length) * (score / total) + TRUST_FLOOR);
    for (const context of all) this.#count(context, value);
  }

  #trustIn(index: number, of: number): number {
    return this.#weights?.[index] ?? 1 / of;
  }

  /** What each context says of a place on a line of `cells`; undefined stands for "none is bad". */
  #expectations(all: readonly Context[], value: Scalar | undefined, cells: number): readonly number[] {
    const says: number[] = [];
    for (const { key, wider } of all) {
      const table = this.#tables.get(key);
      const total = table?.total ?? 0;
      const clear = table?.clear ?? 0;
      if (wider === null) {
        const share = (clear + CLEAR_SHARE) / (total + 1);
        says.push(value === undefined ? share : (1 - share) / cells);
      } else {
        const seen = value === undefined ? clear : (table?.badFrom.get(value) ?? 0);
        says.push((seen + (says[wider] ?? 0)) / (total + 1));
      }
    }
    return says;
  }

  #count({ key, memory }: Context, value: Scalar | undefined): void {
    const table = this.#tables.get(key) ?? { clear: 0, total: 0, badFrom: new Map<Scalar, number>() };
    this.#tables.set(key, table);
    if (memory < 1) fade(table, memory);
    table.total += 1;
    if (value === undefined) table.clear += 1;
    else table.badFrom.set(value, (table.badFrom.get(value) ?? 0) + 1);
  }
}

function fade(table: TurnCounts, memory: number): void {
  table.total *= memory;
  table.clear *= memory;
  for (const [value, count] of table.badFrom) table.badFrom.set(value, count * memory);
}

function axisValues(line: Line): readonly Scalar[] {
  const { axis } = line;
  return line.cells.map((cell, index) => (axis === null ? undefined : cell.case[axis]) ?? index);
}

/**
 * Wider before narrower. The same parameters in another version count half with every version that passes: neighbours are
 * alike, and versions turn bad and good again. Each weighs as much as one line where it must fall back on a wider one.
 */
function contexts({ environment, setting, fixed }: Line): readonly Context[] {
  const kin = Object.entries(fixed).map(([name, value]) => [name, kind(value)]);
  return [
    { key: 'how often', wider: null, memory: 1 },
    { key: 'every line', wider: 0, memory: 1 },
    { key: JSON.stringify(['environment', environment, setting]), wider: 1, memory: 1 },
    { key: JSON.stringify(['kin', setting, kin]), wider: 1, memory: 1 },
    { key: JSON.stringify(['kin in environment', environment, setting, kin]), wider: 3, memory: 1 },
    { key: JSON.stringify(['fixed', setting, fixed]), wider: 3, memory: 0.5 },
  ];
}

function kind(value: Scalar): Scalar {
  if (typeof value !== 'number' || !Number.isInteger(value) || value <= 0) return value;
  if (Number.isInteger(Math.log2(value))) return 'power of two';
  return value % 2 === 0 ? 'even' : 'odd';
}
