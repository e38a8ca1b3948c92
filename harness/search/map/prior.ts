/**
 * What the lines solved so far let us expect of the next one. A mixture of opinions (experts.ts), weighed by how well each source
 * predicted the lines before. Nothing is ever impossible, and no verdict rests on it. Sums, products and quotients only, so that
 * the same answers give the same numbers on every machine.
 */
import type { Line } from '../../model/cell.ts';
import type { Scalar } from '../../model/conditions.ts';
import { after, ClearExperts, emptyTable, PlaceExperts, type Lately, type PlaceCounts } from './experts.ts';
import { distance, groupsOf, type Group } from './line-groups.ts';
import { placeOf, valuesOf, type TurnValue } from './axis-values.ts';
import { MixtureWeights } from './mixture-weights.ts';
import { siteKey } from '../../model/site.ts';

/** Of every mixture that is no source's opinion. */
const FLOOR = 0.005;
/** A source that was wrong for long must be able to come back: this share of all trust is dealt out anew with every line. */
const AMNESTY = 0.02;
/** The same for the mixture as a whole against what presumes nothing: it takes many lines to be believed again. */
const SLOW_AMNESTY = 0.002;
/** From this share of belief on what presumes nothing is followed alone. */
const NOTHING_TO_LEARN = 0.8;
/** Solved lines of an environment and setting that are looked at as neighbours. */
const MOST_NEIGHBOURS = 400;

const WHOLE = ['plain', 'learned'] as const;
/** Name of the table of all lines. */
const ALL = 'all ';

/** What the matrix says of all its lines. */
export interface MatrixNames {
  readonly environments: readonly string[];
  readonly settings: readonly string[];
  /** Names of parameters that have one value throughout. */
  readonly constants: ReadonlySet<string>;
}

interface Solved {
  readonly fixed: Line['fixed'];
  readonly turn: TurnValue;
}

/** What one source says of one line. */
interface Opinion<Says> {
  readonly kind: string;
  readonly says: Says;
  /** Takes in how the line turned out. */
  learn(turn: TurnValue, place: number): void;
}

export class Prior {
  readonly #frame: MatrixNames;
  readonly #clearExperts = new ClearExperts();
  readonly #placeExperts = new PlaceExperts();
  readonly #clearTrust = new MixtureWeights(AMNESTY);
  readonly #placeTrust = new MixtureWeights(AMNESTY);
  readonly #wholeTrust = new MixtureWeights(SLOW_AMNESTY);
  readonly #tables = new Map<string, PlaceCounts>();
  readonly #lately = new Map<string, Map<string, Lately>>();
  readonly #solved = new Map<string, Solved[]>();
  /** By setting and parameters: where the line turned bad, for each environment by its place in the matrix. */
  readonly #history = new Map<string, Map<number, TurnValue>>();

  /** What was worked out since the last line was learned. */
  #current = new WeakMap<Line, readonly number[]>();
  readonly #groups = new WeakMap<Line, readonly Group[]>();

  constructor(frame: MatrixNames) {
    this.#frame = frame;
  }

  /** One weight for each cell ("the first bad one") and a last one for "none is bad"; each above 0, sum 1. */
  of(line: Line): readonly number[] {
    const known = this.#current.get(line);
    if (known !== undefined) return known;
    const weights = this.isPlain ? this.#plain(line) : this.#learned(line);
    this.#current.set(line, weights);
    return weights;
  }

  /** The sources together did no better than knowing how many lines are clear, on lines that turn bad anywhere alike. */
  get isPlain(): boolean {
    return (this.#wholeTrust.shares(WHOLE)[0] ?? 0) > NOTHING_TO_LEARN;
  }

  /** Takes in a finished line. */
  learn(line: Line, turn: TurnValue): void {
    this.#current = new WeakMap();
    const values = valuesOf(line);
    const place = placeOf(values, turn);
    this.#wholeTrust.learn(WHOLE, [this.#plain(line)[place] ?? 0, this.#learned(line)[place] ?? 0]);
    const onClear = this.#onClear(line);
    const isClear = turn === null;
    this.#clearTrust.learn(
      onClear.map(({ kind }) => kind),
      onClear.map(({ says }) => (isClear ? says : 1 - says)),
    );
    const onPlace = isClear ? [] : this.#onPlace(line, values);
    if (!isClear)
      this.#placeTrust.learn(
        onPlace.map(({ kind }) => kind),
        onPlace.map(({ says }) => says[place] ?? 0),
      );
    for (const opinion of [...onClear, ...onPlace]) opinion.learn(turn, place);
    this.#remember(line, turn);
  }

  #learned(line: Line): readonly number[] {
    const values = valuesOf(line);
    return whole(this.#clear(this.#onClear(line)), this.#places(this.#onPlace(line, values), values.length));
  }

  #plain(line: Line): readonly number[] {
    const all = this.#tables.get(ALL) ?? emptyTable();
    const even = line.cells.map(() => 1 / line.cells.length);
    return whole(floored(this.#clearExperts.ofTable('all', all, 'new')), even);
  }

  #clear(opinions: readonly Opinion<number>[]): number {
    const shares = this.#clearTrust.shares(opinions.map(({ kind }) => kind));
    const mixed = opinions.reduce((sum, { says }, index) => sum + (shares[index] ?? 0) * says, 0);
    return floored(mixed);
  }

  #places(opinions: readonly Opinion<readonly number[]>[], end: number): readonly number[] {
    const shares = this.#placeTrust.shares(opinions.map(({ kind }) => kind));
    const mixed = Array.from({ length: end }, () => FLOOR / end);
    for (const [index, { says }] of opinions.entries()) {
      const share = (1 - FLOOR) * (shares[index] ?? 0);
      for (let place = 0; place < end; place += 1) mixed[place] = (mixed[place] ?? 0) + share * (says[place] ?? 0);
    }
    return mixed;
  }

  #onClear(line: Line): readonly Opinion<number>[] {
    const groups = this.#groupsOf(line).map(({ kind, key }): Opinion<number> => {
      const table = this.#tables.get(`${kind} ${key}`) ?? emptyTable();
      const before = this.#latelyOf(line, `clear ${kind}`);
      return {
        kind,
        says: this.#clearExperts.ofTable(kind, table, before),
        learn: (turn) => {
          this.#clearExperts.learnTable(kind, table, before, turn === null);
          if (table.clear !== table.bad)
            this.#setLately(line, `clear ${kind}`, after(before, table.clear > table.bad === (turn === null)));
        },
      };
    });
    const likenesses = this.#likenesses(line).flatMap(([kind, like]): readonly Opinion<number>[] => {
      if (like === undefined) return [];
      const wasClear = like === null;
      const before = this.#latelyOf(line, `clear ${kind} ${wasClear}`);
      return [
        {
          kind,
          says: this.#clearExperts.ofLikeness(kind, wasClear, before),
          learn: (turn) => {
            this.#clearExperts.learnLikeness(kind, wasClear, before, turn === null);
            this.#setLately(line, `clear ${kind} ${wasClear}`, after(before, wasClear === (turn === null)));
          },
        },
      ];
    });
    return [...groups, ...likenesses];
  }

  #onPlace(line: Line, values: readonly Scalar[]): readonly Opinion<readonly number[]>[] {
    const even = values.map(() => 1 / values.length);
    const groups = this.#groupsOf(line).map(({ kind, key }): Opinion<readonly number[]> => {
      const table = this.#tables.get(`${kind} ${key}`) ?? emptyTable();
      const before = this.#latelyOf(line, `place ${kind}`);
      return {
        kind,
        says: this.#placeExperts.ofTable(kind, table, before, values, even),
        learn: (turn) => {
          if (turn === null) return;
          this.#placeExperts.learnTable(kind, table, before, turn);
          if (table.bad > 0) this.#setLately(line, `place ${kind}`, after(before, table.places.has(turn)));
        },
      };
    });
    const likenesses = this.#likenesses(line, true).flatMap(([kind, like]): readonly Opinion<readonly number[]>[] => {
      if (like === undefined || like === null) return [];
      const before = this.#latelyOf(line, `place ${kind}`);
      return [
        {
          kind,
          says: this.#placeExperts.ofLikeness(kind, like, before, values),
          learn: (_turn, place) => {
            this.#placeExperts.learnLikeness(kind, like, before, values, place);
            this.#setLately(line, `place ${kind}`, after(before, placeOf(values, like) === place));
          },
        },
      ];
    });
    return [{ kind: 'even', says: even, learn: () => undefined }, ...groups, ...likenesses];
  }

  #groupsOf(line: Line): readonly Group[] {
    const known = this.#groups.get(line) ?? groupsOf(line, this.#frame.constants);
    this.#groups.set(line, known);
    return known;
  }

  #latelyOf(line: Line, source: string): Lately {
    return this.#lately.get(siteKey(line))?.get(source) ?? 'new';
  }

  #setLately(line: Line, source: string, lately: Lately): void {
    const key = siteKey(line);
    const unit = this.#lately.get(key) ?? new Map<string, Lately>();
    this.#lately.set(key, unit);
    unit.set(source, lately);
  }

  /** Lines that may be like this one, and where they turned bad; of bad lines only when `bad`. */
  #likenesses(line: Line, bad = false): readonly (readonly [kind: string, turn: TurnValue | undefined])[] {
    const solved = this.#solved.get(siteKey(line)) ?? [];
    const near = nearest(bad ? solved.filter(({ turn }) => turn !== null) : solved, line);
    return [
      ['nearest line', near?.turn],
      ['environment before', this.#before(line, bad)],
      ['setting before', this.#settingBefore(line, bad)],
    ];
  }

  /** The same parameters and setting in the nearest environment that is solved. */
  #before({ environment, setting, fixed }: Line, bad: boolean): TurnValue | undefined {
    const known = this.#history.get(historyKey(setting, fixed));
    if (known === undefined) return undefined;
    const own = this.#frame.environments.indexOf(environment);
    let [best, least]: [TurnValue | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (const [place, turn] of known) {
      const apart = Math.abs(place - own) + (place > own ? 0.5 : 0);
      if (apart < least && !(bad && turn === null)) [best, least] = [turn, apart];
    }
    return best;
  }

  #settingBefore({ environment, setting, fixed }: Line, bad: boolean): TurnValue | undefined {
    const { settings, environments } = this.#frame;
    const own = environments.indexOf(environment);
    for (let place = settings.indexOf(setting) - 1; place >= 0; place -= 1) {
      const turn = this.#history.get(historyKey(settings[place] ?? '', fixed))?.get(own);
      if (turn !== undefined && !(bad && turn === null)) return turn;
    }
    return undefined;
  }

  #remember(line: Line, turn: TurnValue): void {
    for (const { kind, key } of this.#groupsOf(line)) {
      const name = `${kind} ${key}`;
      const table = this.#tables.get(name) ?? emptyTable();
      this.#tables.set(name, table);
      table.latest = turn === null ? 'clear' : 'bad';
      if (turn === null) table.clear += 1;
      else {
        table.bad += 1;
        table.places.set(turn, (table.places.get(turn) ?? 0) + 1);
      }
    }
    const { environment, setting, fixed } = line;
    const solved = this.#solved.get(siteKey(line)) ?? [];
    this.#solved.set(siteKey(line), solved);
    solved.push({ fixed, turn });
    if (solved.length > MOST_NEIGHBOURS) solved.shift();
    const key = historyKey(setting, fixed);
    const history = this.#history.get(key) ?? new Map<number, TurnValue>();
    this.#history.set(key, history);
    history.set(this.#frame.environments.indexOf(environment), turn);
  }
}

/** One weight for each place and one for none. */
function whole(clear: number, places: readonly number[]): readonly number[] {
  return [...places.map((one) => (1 - clear) * one), clear];
}

function floored(chance: number): number {
  return FLOOR / 2 + (1 - FLOOR) * chance;
}

/** The latest of the nearest. */
function nearest(solved: readonly Solved[], { fixed }: Line): Solved | undefined {
  let [best, least]: [Solved | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const one of solved) {
    const apart = distance(one.fixed, fixed);
    if (apart <= least) [best, least] = [one, apart];
  }
  return best;
}

function historyKey(setting: string, fixed: Line['fixed']): string {
  return JSON.stringify([setting, fixed]);
}
