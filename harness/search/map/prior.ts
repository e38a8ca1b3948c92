/**
 * What the lines solved so far let us expect of the next one. A mixture of opinions (experts.ts), weighed by how well each source
 * predicted the lines before. Nothing is ever impossible, and no verdict rests on it. Sums, products and quotients only, so that
 * the same answers give the same numbers on every machine.
 */
import type { Line } from '../../matrix/cell.ts';
import type { Scalar } from '../../matrix/where.ts';
import { Experts } from './experts.ts';
import type { Lately, Table } from './experts.ts';
import { distance, groupsOf } from './features.ts';
import { placeOf, valuesOf } from './places.ts';
import type { TurnValue } from './places.ts';

/** Of every mixture that is no source's opinion. */
const FLOOR = 0.005;
/** A source that was wrong for long must be able to come back: this share of all trust is dealt out anew with every line. */
const AMNESTY = 0.02;
/** Solved lines of an environment and setting that are looked at as neighbours. */
const MOST_NEIGHBOURS = 400;

/** What the order of the matrix says of versions and settings, and what its lines differ in. */
export interface Frame {
  readonly environments: readonly string[];
  readonly settings: readonly string[];
  readonly varying: readonly string[];
}

interface Solved {
  readonly fixed: Line['fixed'];
  readonly turn: TurnValue;
}

/** Sources and what each says of one line. */
interface Opinion {
  readonly kind: string;
  readonly says: readonly number[];
  /** Where the source expects the line to turn bad; undefined when it knows nothing. */
  readonly guess: TurnValue | undefined;
  learn(turn: TurnValue, place: number): void;
}

export class Prior {
  readonly #frame: Frame;
  readonly #experts = new Experts();
  readonly #tables = new Map<string, Table>();
  readonly #trust = new Map<string, number>();
  readonly #lately = new Map<string, Map<string, Lately>>();
  readonly #solved = new Map<string, Solved[]>();
  /** By setting and parameters: where the line turned bad, for each environment by its place in the matrix. */
  readonly #history = new Map<string, Map<number, TurnValue>>();

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** One weight for each cell ("the first bad one") and a last one for "none is bad"; each above 0, sum 1. */
  of(line: Line): readonly number[] {
    return this.#mix(this.#opinions(line, valuesOf(line)), line.cells.length);
  }

  /** Takes in a finished line. */
  learn(line: Line, turn: TurnValue): void {
    const values = valuesOf(line);
    const place = placeOf(values, turn);
    const opinions = this.#opinions(line, values);
    const mixed = this.#mix(opinions, values.length)[place] ?? 1;
    for (const { kind, says } of opinions) this.#trust.set(kind, this.#trustIn(kind) * ((1 - AMNESTY) * ((says[place] ?? 0) / mixed) + AMNESTY));
    const unit = unitKey(line);
    const lately = this.#lately.get(unit) ?? new Map<string, Lately>();
    for (const opinion of opinions) {
      opinion.learn(turn, place);
      if (opinion.guess !== undefined) lately.set(opinion.kind, placeOf(values, opinion.guess) === place ? 'right' : 'wrong');
    }
    this.#lately.set(unit, lately);
    this.#remember(line, turn);
  }

  #mix(opinions: readonly Opinion[], end: number): readonly number[] {
    const mixed = Array.from({ length: end + 1 }, () => FLOOR / (end + 1));
    const total = opinions.reduce((sum, { kind }) => sum + this.#trustIn(kind), 0);
    for (const { kind, says } of opinions) {
      const share = ((1 - FLOOR) * this.#trustIn(kind)) / total;
      for (let place = 0; place <= end; place += 1) mixed[place] = (mixed[place] ?? 0) + share * (says[place] ?? 0);
    }
    return mixed;
  }

  #trustIn(kind: string): number {
    return this.#trust.get(kind) ?? 1;
  }

  #opinions(line: Line, values: readonly Scalar[]): readonly Opinion[] {
    const base = this.#base(values.length);
    const lately = this.#lately.get(unitKey(line));
    const opinions: Opinion[] = [{ kind: 'base', says: base, guess: undefined, learn: () => undefined }];
    for (const { kind, key } of groupsOf(line, this.#frame.varying)) {
      const table = this.#tables.get(`${kind} ${key}`) ?? { total: 0, turns: new Map<TurnValue, number>() };
      const state = lately?.get(kind) ?? 'new';
      opinions.push({
        kind,
        says: this.#experts.ofTable(kind, table, state, values, base),
        guess: mode(table),
        learn: (turn) => {
          if (table.total > 0) this.#experts.learnTable(kind, table, state, turn);
        },
      });
    }
    for (const [kind, turn] of this.#likenesses(line)) {
      const state = lately?.get(kind) ?? 'new';
      opinions.push({
        kind,
        says: turn === undefined ? base : this.#experts.ofLikeness(kind, turn, state, values, base),
        guess: turn,
        learn: (_turn, place) => {
          if (turn !== undefined) this.#experts.learnLikeness(kind, turn, state, values, place);
        },
      });
    }
    return opinions;
  }

  /** How often lines turn bad at all, and anywhere alike. */
  #base(end: number): readonly number[] {
    const all = this.#tables.get('all ');
    const clear = ((all?.turns.get(null) ?? 0) + 0.5) / ((all?.total ?? 0) + 1);
    return Array.from({ length: end + 1 }, (_, place) => (place === end ? clear : (1 - clear) / end));
  }

  /** Lines that may be like this one, and where they turned bad. */
  #likenesses(line: Line): readonly (readonly [kind: string, turn: TurnValue | undefined])[] {
    const { varying } = this.#frame;
    const near = nearest(this.#solved.get(unitKey(line)) ?? [], line, varying);
    return [
      ['nearest line', near?.turn],
      ['environment before', this.#before(line)],
      ['setting before', this.#settingBefore(line)],
    ];
  }

  /** The same parameters and setting in the nearest environment that is solved. */
  #before({ environment, setting, fixed }: Line): TurnValue | undefined {
    const known = this.#history.get(historyKey(setting, fixed));
    if (known === undefined) return undefined;
    const own = this.#frame.environments.indexOf(environment);
    const places = [...known.keys()].toSorted((a, b) => Math.abs(a - own) - Math.abs(b - own) || a - b);
    return known.get(places[0] ?? -1);
  }

  #settingBefore({ environment, setting, fixed }: Line): TurnValue | undefined {
    const { settings, environments } = this.#frame;
    const own = environments.indexOf(environment);
    for (let place = settings.indexOf(setting) - 1; place >= 0; place -= 1) {
      const turn = this.#history.get(historyKey(settings[place] ?? '', fixed))?.get(own);
      if (turn !== undefined) return turn;
    }
    return undefined;
  }

  #remember(line: Line, turn: TurnValue): void {
    for (const { kind, key } of groupsOf(line, this.#frame.varying)) {
      const name = `${kind} ${key}`;
      const table = this.#tables.get(name) ?? { total: 0, turns: new Map<TurnValue, number>() };
      this.#tables.set(name, table);
      table.total += 1;
      table.turns.set(turn, (table.turns.get(turn) ?? 0) + 1);
    }
    const { environment, setting, fixed } = line;
    const solved = this.#solved.get(unitKey(line)) ?? [];
    this.#solved.set(unitKey(line), solved);
    solved.push({ fixed, turn });
    if (solved.length > MOST_NEIGHBOURS) solved.shift();
    const key = historyKey(setting, fixed);
    const history = this.#history.get(key) ?? new Map<number, TurnValue>();
    this.#history.set(key, history);
    history.set(this.#frame.environments.indexOf(environment), turn);
  }
}

function mode({ turns }: Table): TurnValue | undefined {
  let [best, most]: [TurnValue | undefined, number] = [undefined, 0];
  for (const [turn, count] of turns) if (count > most) [best, most] = [turn, count];
  return best;
}

/** The latest of the nearest. */
function nearest(solved: readonly Solved[], { fixed }: Line, varying: readonly string[]): Solved | undefined {
  let [best, least]: [Solved | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const one of solved) {
    const apart = distance(one.fixed, fixed, varying);
    if (apart <= least) [best, least] = [one, apart];
  }
  return best;
}

function unitKey({ environment, setting }: Pick<Line, 'environment' | 'setting'>): string {
  return JSON.stringify([environment, setting]);
}

function historyKey(setting: string, fixed: Line['fixed']): string {
  return JSON.stringify([setting, fixed]);
}
