/**
 * Back to what is said to pass, once a cell below a pass was seen to be bad: then a pass at the top of a line proves nothing of the cells below it.
 * The cells that are likeliest to be bad come first, judged by what was seen at their place, in their version and with their parameters;
 * it ends where a look is not worth its cost, or where the run has cost its share of the grid.
 */
import { Frequencies } from './frequencies.ts';
import { isBad, isGood, type Standing } from '../cell-tally.ts';
import { isBroken } from './line-step.ts';
import type { Line } from '../../model/cell.ts';
import { siteKey } from '../../model/site.ts';

/** Chance of a bad cell below which nothing more is looked at. */
const WORTH = 0.006;
/** Share of the grid's cost that the whole run may come to before it stops. */
const MOST_OF_GRID = 0.9;
/** Looks at the same time, and of large matrices one line in so many: what one look tells helps to choose the next. */
const AT_ONCE = 4;
const ONE_IN = 50;
/** Places of one line from which on several are looked at together. */
const DENSE = 24;
/** Before anything was seen. */
const FIRST_CHANCE = 0.05;

interface Chains {
  readonly site: string;
  readonly parameters: string;
}

interface Unseen extends Chains {
  /** Places said to pass that were not run. */
  readonly places: readonly number[];
}

export class BackToClear {
  readonly #unseen = new Map<string, Unseen>();
  /** Of each line: what it would cost in the grid, as far as is known. */
  readonly #grid = new Map<string, number>();
  readonly #learned = new Map<string, Set<number>>();
  readonly #frequencies = new Frequencies();
  #gridCost = 0;
  #known = false;

  /** Takes in a line with nothing left to ask, again after each look. `badCost`: of a bad cell, in good ones. */
  done(line: Line, standings: readonly Standing[], badCost: number): void {
    const top = standings.findLastIndex(isGood);
    const chains = chainsOf(line);
    const learned = this.#learned.get(line.id) ?? new Set<number>();
    this.#learned.set(line.id, learned);
    for (let place = 0; place < top; place += 1) {
      const standing = standings[place] ?? 'open';
      if (learned.has(place) || !(isGood(standing) || isBad(standing))) continue;
      learned.add(place);
      this.#learn(chains, place, isBad(standing));
    }
    const first = standings.findIndex(isBad);
    const broken = isBroken(standings);
    this.#known ||= broken && first < top;
    const bads = broken ? standings.filter(isBad).length : first < 0 ? 0 : standings.length - first;
    const grid = standings.length + bads * (badCost - 1);
    this.#gridCost += grid - (this.#grid.get(line.id) ?? 0);
    this.#grid.set(line.id, grid);
    const places = broken ? [] : standings.flatMap((own, place) => (place < top && own === 'open' ? [place] : []));
    if (places.length > 0) this.#unseen.set(line.id, { ...chains, places });
    else this.#unseen.delete(line.id);
  }

  /** The next places to look at, by line id; empty when nothing is amiss, worth it, or left to pay. `spent`: by the whole run, in good cells. */
  next(spent: number): ReadonlyMap<string, readonly number[]> {
    if (!this.#known || spent > MOST_OF_GRID * this.#gridCost) return new Map();
    const chances = new Chances(this.#frequencies);
    const best = [...this.#unseen].flatMap(([id, { site, parameters, places }]) => {
      const all = places.map((place) => ({ place, chance: chances.of(site, parameters, place) }));
      const most = all.reduce((largest, { chance }) => Math.max(largest, chance), 0);
      return most < WORTH ? [] : [{ id, most, all }];
    });
    return new Map(
      best
        .toSorted((a, b) => b.most - a.most)
        .slice(0, Math.max(AT_ONCE, Math.ceil(this.#grid.size / ONE_IN)))
        .map(({ id, all }) => {
          const likeliest = all.toSorted((a, b) => b.chance - a.chance).slice(0, Math.ceil(all.length / DENSE));
          return [id, likeliest.map(({ place }) => place)];
        }),
    );
  }

  #learn({ site, parameters }: Chains, place: number, bad: boolean): void {
    for (const whose of ['', site, parameters]) {
      const near = [place - 1, place, place + 1].map((one) => `${whose} near ${one}`);
      this.#frequencies.learnAlong([...(whose === '' ? [] : [whose]), ...near, `${whose} at ${place}`], bad);
    }
    this.#frequencies.learnAlong(['all'], bad);
  }
}

/** Of one moment: each chain is followed once for each place. */
class Chances {
  readonly #frequencies: Frequencies;
  readonly #known = new Map<string, number[]>();

  constructor(frequencies: Frequencies) {
    this.#frequencies = frequencies;
  }

  /** As if what belongs to the version and what belongs to the parameters had nothing to do with each other. */
  of(site: string, parameters: string, place: number): number {
    return Math.min(1, (this.#along(site, place) * this.#along(parameters, place)) / this.#along('', place));
  }

  #along(whose: string, place: number): number {
    const known = this.#known.get(whose) ?? [];
    this.#known.set(whose, known);
    return (known[place] ??= this.#frequencies.along(
      ['all', ...(whose === '' ? [] : [whose]), `${whose} near ${place}`, `${whose} at ${place}`],
      FIRST_CHANCE,
    ));
  }
}

function chainsOf(line: Line): Chains {
  return {
    site: `site ${siteKey(line)}`,
    parameters: `parameters ${JSON.stringify([line.setting, line.fixed])}`,
  };
}
