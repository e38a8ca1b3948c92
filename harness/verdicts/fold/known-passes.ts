/** Which passes of the suspect can be tried again as witnesses: of a cell that ever ended otherwise, none. Pure. */
import type { Isolation } from '../../model/attempt/attempt.ts';
import type { Case, Cell } from '../../model/cell.ts';
import type { CellRef, NewEvent } from '../../model/events.ts';
import { OUTCOMES } from '../../model/outcome.ts';
import { siteKey, type Site } from '../../model/site.ts';
import type { Begun } from './open-work.ts';
import type { z } from 'zod';

/** What it needs of an event; others say nothing to it. */
export type Ended =
  | Pick<Extract<NewEvent, { event: 'attempt-finished' }>, 'event' | 'report'>
  | Pick<Extract<NewEvent, { event: 'health-finished' }>, 'event' | 'result'>
  | { readonly event: Exclude<NewEvent['event'], 'attempt-finished' | 'health-finished'> };

export interface KnownPass extends Site {
  readonly case: Case;
  /** As it passed. */
  readonly isolation: Isolation;
}

interface Pass extends KnownPass {
  readonly id: string;
  readonly position: number;
}

/** Of each line the largest pass is kept, and of each site the first; more would be of no use. */
interface OfSite {
  first: Pass | null;
  readonly byLine: Map<string, Pass>;
  hung: boolean;
}

export class KnownPasses {
  readonly #sites = new Map<string, OfSite>();
  readonly #begun = new Set<string>();
  /** Ids of cells that failed. */
  readonly #failed = new Set<string>();

  /** `began`: what the event ends. */
  apply(event: Ended, began: Begun | null): void {
    if (event.event === 'health-finished' && began?.event === 'health-started') {
      if (began.probe !== 'witness') return;
      this.#begun.add(siteKey(began));
      if (event.result === 'healthy')
        this.#keep({ ...began, id: began.check, line: '', position: -1 }, began.isolation);
      return;
    }
    if (event.event !== 'attempt-finished' || began?.event !== 'attempt-started') return;
    this.#begun.add(siteKey(began.cell));
    const { kind } = event.report.outcome;
    const { says } = OUTCOMES[kind];
    if (says === 'good') this.#keep(began.cell, began.isolation);
    else if (says === 'failure') this.#fail(began.cell, kind === 'hang');
  }

  /**
   * What to try in turn after this cell hung: the largest pass below it on its line, else of another line there, and then the first pass
   * of all there, for the one that is nearest to a boundary may be flaky itself, and then the latest first pass elsewhere: where every cell of a
   * site is flaky no pass there says anything. Empty where it has passed nowhere.
   */
  near({ line, position, ...site }: Pick<Cell, 'line' | 'position'> & Site): readonly KnownPass[] {
    const known = this.#sites.get(siteKey(site));
    const elsewhere = this.#elsewhere(siteKey(site));
    if (known === undefined || known.first === null) return elsewhere;
    const [largest] = [...known.byLine.values()]
      .filter((one) => one.position <= position)
      .toSorted((a, b) => b.position - a.position);
    const own = known.byLine.get(line);
    const nearest = own !== undefined && own.position < position ? own : largest;
    return [...new Set([nearest, known.first, ...elsewhere])].filter((one) => one !== undefined);
  }

  /** Of every site in which something hung, its first pass. */
  get early(): readonly KnownPass[] {
    return [...this.#sites.values()].flatMap(({ first, hung }) => (hung && first !== null ? [first] : []));
  }

  /** Whether the suspect has ended at this site in any way. */
  hasBegun(site: Site): boolean {
    return this.#begun.has(siteKey(site));
  }

  #elsewhere(site: string): readonly KnownPass[] {
    const last = [...this.#sites].findLast(([key, { first }]) => key !== site && first !== null)?.[1].first;
    return last === undefined || last === null ? [] : [last];
  }

  get known(): unknown {
    return { sites: this.#sites, failed: this.#failed, begun: this.#begun };
  }

  #keep({ id, line, position, environment, setting, case: parameters }: Ref, isolation: Isolation): void {
    if (this.#failed.has(id)) return;
    const pass = { id, position, environment, setting, case: parameters, isolation };
    const site = this.#at(pass);
    site.first ??= pass;
    const known = site.byLine.get(line);
    if (known === undefined || known.position < position) site.byLine.set(line, pass);
  }

  #fail(cell: Ref, isHang: boolean): void {
    this.#failed.add(cell.id);
    const site = this.#at(cell);
    site.hung ||= isHang;
    if (site.first?.id === cell.id) site.first = null;
    if (site.byLine.get(cell.line)?.id === cell.id) site.byLine.delete(cell.line);
  }

  #at(site: Site): OfSite {
    const known = this.#sites.get(siteKey(site)) ?? { first: null, byLine: new Map<string, Pass>(), hung: false };
    this.#sites.set(siteKey(site), known);
    return known;
  }
}

type Ref = z.infer<typeof CellRef>;
