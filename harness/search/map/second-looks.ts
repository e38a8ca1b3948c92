/**
 * Once a line is known on which larger is not worse: one look above every other boundary that rests on that assumption, the likeliest to
 * pass first, within a budget of hangs. A look that passes costs next to nothing and shows that its line is broken too.
 */
import { Frequencies } from './frequencies.ts';
import { isBad, isGood, type Standing } from '../cell-tally.ts';
import { isBroken } from './line-step.ts';
import type { Line } from '../../model/cell.ts';
import { siteKey } from '../../model/site.ts';

/** What the looks that hang may cost: a share of the grid's cost, and two hangs in any case. */
const SHARE = 0.04;
const ALWAYS = 2;
/** At the same time: what one look tells helps to choose the next. */
const AT_ONCE = 4;

/** A boundary above which the end of the line was not tried. */
interface Unseen {
  /** Of lines that may be alike, wider before narrower. */
  readonly states: readonly string[];
  readonly place: number;
}

export class SecondLooks {
  /** By line id, in the order in which they were done. */
  readonly #unseen = new Map<string, Unseen>();
  readonly #seen = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #frequencies = new Frequencies();
  #grid = 0;
  #spent = 0;
  #known = false;

  /** Takes in a line with nothing left to ask, again after a second look. `badCost`: of a bad cell, in good ones. */
  done(line: Line, standings: readonly Standing[], badCost: number): void {
    if (this.#seen.has(line.id)) return;
    const first = standings.findIndex(isBad);
    const asked = this.#asked.has(line.id);
    if (!asked) this.#grid += first < 0 ? standings.length : first + (standings.length - first) * badCost;
    if (first < 0) return;
    const last = standings.findLastIndex((standing) => isBad(standing) || isGood(standing));
    const place = standings.lastIndexOf('open');
    const states = statesOf(line, first);
    const broken = isBroken(standings);
    if (!broken && !asked && place > last) this.#unseen.set(line.id, { states, place });
    else if (broken || last > first) {
      this.#seen.add(line.id);
      this.#unseen.delete(line.id);
      this.#frequencies.learnAlong(states, broken);
      if (broken) this.#known = true;
      else if (asked) this.#spent += badCost;
    }
  }

  /** The next lines to look at and where, by line id; empty when all is well, seen or paid. */
  next(badCost: number): ReadonlyMap<string, number> {
    const affordable = Math.floor((Math.max(SHARE * this.#grid, ALWAYS * badCost) - this.#spent) / badCost);
    if (!this.#known || affordable <= 0) return new Map();
    const chance = ({ states }: Unseen): number => this.#frequencies.along(states, 0.5);
    const chosen = [...this.#unseen]
      .toSorted(([, a], [, b]) => chance(b) - chance(a))
      .slice(0, Math.min(AT_ONCE, affordable));
    for (const [id] of chosen) {
      this.#unseen.delete(id);
      this.#asked.add(id);
    }
    return new Map(chosen.map(([id, { place }]) => [id, place]));
  }
}

function statesOf(line: Line, turn: number): readonly string[] {
  const unit = siteKey(line);
  return ['all', `parameters ${JSON.stringify(line.fixed)}`, `unit ${unit}`, `turn ${unit} ${turn}`];
}
