/** What a campaign is: trials, each of which tries to break whole runs of bench and says what it saw. */
import type { Stage } from './stage.ts';

/** What one trial saw. */
export interface Findings {
  /** Everything that was lost, left over, told wrongly or too slow; empty when all was well. */
  readonly problems: readonly string[];
  /** What was done, by name: added up over the trials of a campaign. */
  readonly counts: Readonly<Record<string, number>>;
  /** Seconds from a deadline to the process being gone, where SIGTERM is honoured. */
  readonly latencies?: readonly number[];
  /** A line worth printing. */
  readonly note?: string;
}

export interface Trial {
  readonly name: string;
  /** Why it cannot be made on this machine; null when it can. */
  readonly missing: string | null;
  run(stage: Stage): Promise<Findings>;
}

export interface CampaignOptions {
  /** How often the campaign does its thing: kills, mutations, samples … */
  readonly count: number;
  readonly seed: number;
}

export interface Campaign {
  readonly name: string;
  readonly about: string;
  /** `count` of a whole campaign and of the short form in the test run. */
  readonly counts: { readonly full: number; readonly short: number };
  trials(options: CampaignOptions): readonly Trial[];
}

/** Collects problems; every check says what it expected. */
export class Problems {
  readonly found: string[] = [];

  /** Notes `what` unless `holds`. */
  check(holds: boolean, what: string): void {
    if (!holds) this.found.push(what);
  }

  /** Notes a difference; compared as JSON, so that order and types count. */
  equal(got: unknown, wanted: unknown, what: string): void {
    const [a, b] = [JSON.stringify(got) ?? 'nothing', JSON.stringify(wanted) ?? 'nothing'];
    if (a === b) return;
    const length = Math.max(a.length, b.length);
    let at = 0;
    while (at < length && a[at] === b[at]) at += 1;
    const part = (text: string): string =>
      text.length <= 2 * CONTEXT ? text : `…${text.slice(Math.max(0, at - CONTEXT), at + CONTEXT)}…`;
    this.found.push(`${what}: got ${part(a)}, wanted ${part(b)}`);
  }
}

/** Characters on each side of the first difference. */
const CONTEXT = 150;
