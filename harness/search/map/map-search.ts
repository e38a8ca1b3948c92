/**
 * The map: one search over all lines that share what they learn. What it knows is a fold over the answers; handing out questions
 * changes nothing but what is in flight and which lines are taken from the enumeration. That is what makes a replay of a journal the
 * same as having lived through it.
 */
import { Auditor } from './audit.ts';
import { Costs } from './costs.ts';
import { MapLine, type Guide } from './map-line.ts';
import { Prior, type MatrixNames } from './prior.ts';
import type { TurnValue } from './axis-values.ts';
import { inOrder } from './line-order.ts';
import { BackToClear } from './back-to-clear.ts';
import { SecondLooks } from './second-looks.ts';
import { lineKey, type Enumeration, type Line } from '../../model/cell.ts';
import type { Answer, Question, Search, SearchProgress } from '../search.ts';
import type { Rules } from '../cell-tally.ts';
import { Flights } from '../flights.ts';
import { siteKey } from '../../model/site.ts';
import { canonicalJson } from '../../model/canonical-json.ts';

export interface MapOptions {
  readonly audit: 'none' | 'sample' | 'all-safe';
  /** safe-side: every pass is proved, and hangs are sampled where lines alike agree. */
  readonly prove: 'boundary' | 'safe-side';
  /** Seconds that a hang is expected to take until one was seen. */
  readonly deadline: number;
}

/** Surprises that were bad again at once, each of them, after which a bad answer is believed where one try decides a cell. */
const BELIEVED = 3;
/** Lines taken from the enumeration that are not done. */
const WINDOW = 64;
/** Where lines tell nothing of each other the chances are rough. */
const PLAIN_SLACK = 0.05;
/** How sure the lines before must make it that a line is bad where it is taken for bad. */
const SURE = 0.9;
/** Of lines that would be taken for bad, one in so many is tried all the same. */
const SAMPLE = 8;

export class MapSearch implements Search {
  readonly #enumeration: Enumeration;
  readonly #frame: MatrixNames;
  readonly #prior: Prior;
  readonly #costs: Costs;
  readonly #auditor: Auditor;
  readonly #guide: Guide;
  readonly #secondLooks: SecondLooks | null;
  readonly #back: BackToClear | null;
  #rest: Iterator<Line>;
  #exhausted = false;
  #kept: readonly Line[] | null = null;
  readonly #open = new Map<string, MapLine>();
  /** Answers of lines that are done, by line id. */
  readonly #past = new Map<string, Answer[]>();
  #done = 0;
  readonly #flights = new Flights();
  #anyBad = false;
  #surprises = { again: 0, not: 0 };
  /** Lines beside a broken one. */
  readonly #doubted = new Set<string>();
  /** Of these, the ones that were done before the doubt and are to be opened again. */
  readonly #again = new Set<string>();
  /** Proved turns, and how often a line was taken to be alike. */
  readonly #classes = new Map<string, number>();
  readonly #lastOf = new Map<string, Line['fixed']>();
  readonly #neighbours = new Map<string, Map<string, Line['fixed']>>();

  constructor(enumeration: Enumeration, frame: MatrixNames, rules: Rules, options: MapOptions) {
    this.#enumeration = enumeration;
    this.#frame = frame;
    this.#prior = new Prior(frame);
    this.#costs = new Costs(options.deadline, rules.attempts);
    this.#auditor = new Auditor(rules.isolation);
    this.#secondLooks = options.audit === 'none' ? null : new SecondLooks();
    this.#back = options.audit === 'none' ? null : new BackToClear();
    this.#rest = enumeration.lines()[Symbol.iterator]();
    const [costs, prior] = [this.#costs, this.#prior];
    const isUntroubled = (): boolean => !this.#anyBad;
    const believes = (): boolean =>
      rules.attempts === 1 && this.#surprises.not === 0 && this.#surprises.again >= BELIEVED;
    this.#guide = {
      rules,
      get badCost() {
        return costs.badCell;
      },
      get slack() {
        return prior.isPlain ? PLAIN_SLACK : 0;
      },
      get untroubled() {
        return isUntroubled();
      },
      retried: (again) => {
        this.#surprises[again ? 'again' : 'not'] += 1;
      },
      get believes() {
        return believes();
      },
      proveGood: options.audit === 'all-safe' || options.prove === 'safe-side',
      prior: (line) => this.#prior.of(line),
      takesForBad: (line, place, chance) => options.prove === 'safe-side' && this.#takesForBad(line, place, chance),
      settled: (line, turn, rest) => this.#settled(line, turn, rest, options.audit === 'sample'),
      broken: (line) => this.#broken(line),
    };
  }

  get progress(): SearchProgress {
    const over = [...this.#open.values()].filter(({ line }) => !this.#flights.canAsk(line)).length;
    return { linesDone: this.#done + over, linesTotal: this.#enumeration.lineCount };
  }

  next(limit: number): readonly Question[] {
    const questions: Question[] = [];
    this.#fill();
    const several = limit > 1 || !this.#flights.isEmpty;
    const open = [...this.#open.values()].filter(({ line }) => this.#flights.canAsk(line));
    for (const one of inOrder(
      open,
      (line) => this.#flights.isBusy(line),
      several ? (line) => this.#prior.of(line) : null,
    )) {
      if (questions.length >= limit) break;
      this.#flights.collect(one, questions, limit);
    }
    return questions;
  }

  tell(answer: Answer): void {
    this.#flights.land(answer);
    if (!this.#flights.canAsk(answer.cell)) return;
    this.#costs.observe(answer);
    this.#anyBad ||= answer.grade === 'bad';
    this.#flights.learnSite(answer);
    if (!this.#flights.canAsk(answer.cell)) return;
    const id = answer.cell.line;
    const one = this.#open.get(id) ?? (this.#past.has(id) ? undefined : this.#openUpTo(id));
    if (one === undefined) {
      this.#past.get(id)?.push(answer);
      return;
    }
    this.#keep(answer);
    one.absorb(answer);
    this.#retire(one);
    // Here and not when the next question is wanted, so that what is opened depends on the answers alone.
    this.#fill();
  }

  /** Enough lines to choose from; then those that are to be looked at again. */
  #fill(): void {
    for (const [id, { line }] of this.#open) {
      if (this.#flights.canAsk(line)) continue;
      this.#open.delete(id);
      this.#done += 1;
    }
    while (this.#open.size < WINDOW && !this.#exhausted) this.#openNext();
    while (this.#exhausted && this.#open.size === 0) {
      if (this.#again.size > 0) {
        const wanted = new Set(this.#again);
        this.#again.clear();
        this.#openAgain((line) => (wanted.has(lineKey(line)) ? { proveGood: true, settled: () => [] } : null));
      } else {
        const looks = this.#nextLooks();
        if (looks.size === 0) return;
        // Many rounds follow once a line is broken; the cells of an enumeration are dear to make.
        this.#kept ??= [...this.#enumeration.lines()];
        this.#openAgain(({ id }) => {
          const places = looks.get(id);
          return places === undefined ? null : { settled: () => places };
        });
      }
    }
  }

  #nextLooks(): ReadonlyMap<string, readonly number[]> {
    const back = this.#back?.next(this.#costs.spent);
    if (back !== undefined && back.size > 0) return back;
    return new Map([...(this.#secondLooks?.next(this.#costs.badCell) ?? [])].map(([id, place]) => [id, [place]]));
  }

  /** Lines that were done, with what is to be done there differently. */
  #openAgain(changes: (line: Line) => Partial<Pick<Guide, 'proveGood' | 'settled'>> | null): void {
    for (const line of this.#kept ?? this.#enumeration.lines()) {
      const own = changes(line);
      if (own === null || !this.#flights.canAsk(line)) continue;
      const one = new MapLine(line, { ...this.#guide, badCost: this.#guide.badCost, slack: 0, ...own });
      this.#done -= 1;
      this.#open.set(line.id, one);
      for (const answer of this.#past.get(line.id) ?? []) one.absorb(answer);
      this.#retire(one);
    }
  }

  #openNext(): MapLine | undefined {
    const { done, value } = this.#rest.next();
    if (done === true) {
      this.#exhausted = true;
      return undefined;
    }
    const one = new MapLine(value, this.#guide);
    if (this.#flights.canAsk(value)) this.#open.set(value.id, one);
    else this.#done += 1;
    this.#meet(value);
    return one;
  }

  /** Lines that are not begun when their answers come are begun then. */
  #openUpTo(id: string): MapLine | undefined {
    while (!this.#exhausted) {
      const one = this.#openNext();
      if (one?.line.id === id) return one;
    }
    return undefined;
  }

  /** Lines that follow each other are neighbours. */
  #meet(line: Line): void {
    const before = this.#lastOf.get(siteKey(line));
    this.#lastOf.set(siteKey(line), line.fixed);
    if (before === undefined) return;
    for (const [from, to] of [
      [line.fixed, before],
      [before, line.fixed],
    ] as const) {
      const key = canonicalJson(from);
      const known = this.#neighbours.get(key) ?? new Map<string, Line['fixed']>();
      this.#neighbours.set(key, known.set(canonicalJson(to), to));
    }
  }

  #keep(answer: Answer): void {
    const { line } = answer.cell;
    const known = this.#past.get(line);
    if (known === undefined) this.#past.set(line, [answer]);
    else known.push(answer);
  }

  #retire(one: MapLine): void {
    if (!one.done || !this.#open.delete(one.line.id)) return;
    this.#done += 1;
    this.#secondLooks?.done(one.line, one.standings(), this.#costs.badCell);
    this.#back?.done(one.line, one.standings(), this.#costs.badCell);
  }

  #settled(
    line: Line,
    turn: TurnValue | 'unknown',
    rest: Parameters<Guide['settled']>[2],
    sample: boolean,
  ): readonly number[] {
    if (turn !== 'unknown') {
      this.#prior.learn(line, turn);
      if (turn !== null) {
        const key = classKey(line, turn);
        this.#classes.set(key, this.#classes.get(key) ?? 0);
      }
    }
    if (this.#doubted.has(lineKey(line))) return rest.good;
    return sample ? this.#auditor.choose({ ...rest, line, hangs: turn !== null, badCost: this.#costs.badCell }) : [];
  }

  #takesForBad(line: Line, place: number, chance: number): boolean {
    const cell = line.cells[place];
    const value = cell === undefined || line.axis === null ? undefined : cell.case[line.axis];
    if (chance < SURE || value === undefined) return false;
    const key = classKey(line, value);
    const taken = this.#classes.get(key);
    if (taken === undefined) return false;
    this.#classes.set(key, taken + 1);
    return (taken + 1) % SAMPLE !== 0;
  }

  /** Its neighbours along the parameters and along the versions are looked at cell by cell where they pass. */
  #broken(line: Line): void {
    const { environments } = this.#frame;
    const own = environments.indexOf(line.environment);
    const neighbours = this.#neighbours.get(canonicalJson(line.fixed))?.values() ?? [];
    const beside = [
      ...[...neighbours].map((fixed) => lineKey({ ...line, fixed })),
      ...[environments[own - 1], environments[own + 1]].flatMap((environment) =>
        environment === undefined ? [] : [lineKey({ ...line, environment })],
      ),
    ];
    for (const key of beside) {
      if (this.#doubted.has(key)) continue;
      this.#doubted.add(key);
      const open = [...this.#open.values()].find((one) => lineKey(one.line) === key);
      if (open === undefined) this.#again.add(key);
      else open.doubt();
    }
  }
}

function classKey(line: Line, value: TurnValue): string {
  return JSON.stringify([line.environment, line.setting, value]);
}
