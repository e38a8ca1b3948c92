/**
 * Along the environments: for each setting and case every change between neighbours that could be tested. Both ends first, then the halves between
 * cells that differ, as a bisection does; then, unless `every` is off, what lies between cells that agree, for versions turn bad and good again. Of equally useful
 * questions those go first whose environment is in use already: provisioning one is the dearest part. Untestable environments are stepped around.
 */
import { caseKey, type Cell, type Enumeration } from '../model/cell.ts';
import type { Answer, Question, Search, SearchProgress } from './search.ts';
import { isBad, isDoubtful, isGood, Tally, type Rules, type Standing } from './cell-tally.ts';
import { Flights } from './flights.ts';
import { siteKey } from '../model/site.ts';
import { OUTCOMES } from '../model/outcome.ts';
import { grouped } from '../model/grouped.ts';

export interface VersionRules extends Rules {
  /** Also probe between two cells that agree. */
  readonly every: boolean;
}

/** Why a question is asked; a lower number comes first. */
const RANK = { end: 0, repeat: 1, halve: 2, confirm: 3, between: 4 } as const;
const RANKS = Object.keys(RANK).length;

interface Wish {
  readonly question: Question;
  readonly rank: number;
}

/** One setting and case in every environment that the matrix gives it, from old to new. */
interface Column {
  readonly cells: readonly Cell[];
  readonly tallies: readonly Tally[];
  /** As of its last answer. */
  wishes: readonly Wish[];
}

export class VersionsSearch implements Search {
  readonly #columns: readonly Column[];
  readonly #rules: VersionRules;
  readonly #byCell = new Map<string, { readonly column: Column; readonly tally: Tally }>();
  /** By rank, and whether the environment is in use: columns with such a wish, so that no question looks at all of them. */
  readonly #queues = Array.from({ length: 2 * RANKS }, () => new Set<Column>());
  #over = 0;
  readonly #flights = new Flights();
  readonly #ready = new Set<string>();

  constructor(enumeration: Enumeration, rules: VersionRules) {
    this.#rules = rules;
    const all = [...enumeration.lines()].flatMap(({ cells }) => cells);
    this.#columns = [...grouped(all, caseKey).values()].map((cells) => ({
      cells,
      tallies: cells.map(() => new Tally(rules)),
      wishes: [],
    }));
    for (const column of this.#columns) {
      for (const [index, cell] of column.cells.entries()) {
        const tally = column.tallies[index];
        if (tally !== undefined) this.#byCell.set(cell.id, { column, tally });
      }
    }
    this.#queueAll();
  }

  get progress(): SearchProgress {
    return { linesDone: this.#over, linesTotal: this.#columns.length };
  }

  next(limit: number): readonly Question[] {
    const chosen: Question[] = [];
    for (const [place, queue] of this.#queues.entries()) {
      for (const { wishes } of queue) {
        for (const wish of wishes) {
          if (chosen.length >= limit) return chosen;
          if (this.#queueOf(wish) === place && this.#flights.start(wish.question)) chosen.push(wish.question);
        }
      }
    }
    return chosen;
  }

  tell(answer: Answer): void {
    const { cell, outcome } = answer;
    this.#flights.land(answer);
    this.#flights.learnSite(answer);
    const { says } = OUTCOMES[outcome];
    const known = this.#byCell.get(cell.id);
    known?.tally.absorb(answer);
    const isFirst = (says === 'good' || says === 'failure') && !this.#ready.has(siteKey(cell));
    if (isFirst) this.#ready.add(siteKey(cell));
    // What is known of a site concerns every column.
    if (isFirst || !this.#flights.canAsk(cell)) this.#queueAll();
    else if (known !== undefined) this.#queue(known.column);
  }

  #queueAll(): void {
    for (const queue of this.#queues) queue.clear();
    this.#over = this.#columns.length;
    for (const column of this.#columns) {
      column.wishes = [];
      this.#queue(column);
    }
  }

  #queue(column: Column): void {
    for (const wish of column.wishes) this.#queues[this.#queueOf(wish)]?.delete(column);
    if (column.wishes.length === 0) this.#over -= 1;
    column.wishes = this.#wishes(column);
    if (column.wishes.length === 0) this.#over += 1;
    for (const wish of column.wishes) this.#queues[this.#queueOf(wish)]?.add(column);
  }

  #queueOf(wish: Wish): number {
    return 2 * wish.rank + this.#cost(wish);
  }

  #cost({ question: { cell } }: Wish): number {
    return this.#ready.has(siteKey(cell)) ? 0 : 1;
  }

  #wishes({ cells, tallies }: Column): readonly Wish[] {
    const standings = tallies.map((tally, index): Standing => {
      const cell = cells[index];
      return cell !== undefined && !this.#flights.canAsk(cell) ? 'untestable' : tally.standing;
    });
    const usable = standings.flatMap((standing, index) => (standing === 'untestable' ? [] : [index]));
    const wish = (index: number, rank: number, confirm = false): Wish[] => {
      const cell = cells[index];
      return cell === undefined
        ? []
        : [
            {
              rank,
              question: {
                cell,
                isolation: confirm ? 'spawn' : this.#rules.isolation,
                purpose: confirm ? 'confirm' : 'search',
              },
            },
          ];
    };
    const ends = [...new Set([usable[0] ?? -1, usable.at(-1) ?? -1])].filter((index) => standings[index] === 'open');
    if (ends.length > 0) return ends.flatMap((index) => wish(index, RANK.end));
    const known = usable.filter((index) => standings[index] !== 'open');
    return known.flatMap((index, place) => {
      const standing = standings[index];
      if (standing === 'leaning') return wish(index, RANK.repeat);
      const next = known[place + 1];
      const turns = [known[place - 1], next].some((other) => other !== undefined && isGood(standings[other] ?? 'open'));
      // The oldest one bounds what is bad where nothing good comes before it.
      const own = isDoubtful(standing) && (turns || place === 0) ? wish(index, RANK.confirm, true) : [];
      if (next === undefined) return own;
      const open = usable.filter((one) => one > index && one < next);
      const differ = isBad(standing ?? 'open') !== isBad(standings[next] ?? 'open');
      if (open.length === 0 || (!differ && !this.#rules.every)) return own;
      return [...own, ...wish(this.#middle(cells, open), differ ? RANK.halve : RANK.between)];
    });
  }

  /** The middle one, or one of the middle half whose environment is in use. */
  #middle(cells: readonly Cell[], open: readonly number[]): number {
    const middle = Math.floor((open.length - 1) / 2);
    const near = open
      .map((index, place) => ({ index, distance: Math.abs(place - middle) }))
      .filter(({ distance }) => distance * 4 <= open.length);
    const isReady = (index: number): boolean => {
      const cell = cells[index];
      return cell !== undefined && this.#ready.has(siteKey(cell));
    };
    return (
      near.toSorted((a, b) => Number(isReady(b.index)) - Number(isReady(a.index)) || a.distance - b.distance)[0]
        ?.index ??
      open[0] ??
      -1
    );
  }
}
