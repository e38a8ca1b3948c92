/**
 * Decides when silence has become a hang and when progress has become slow. Pure: the caller brings the time (seconds, monotonic).
 * Every phase has its own deadline for silence; evidence of progress starts the silence anew; no evidence lengthens the hard limit.
 */
import type { Watchdog } from '../../matrix/schema.ts';
import type { Phase } from '../../verdicts/phase.ts';

/** compile: a compiler worked or the kernel cache grew. */
export type EvidenceKind = 'line' | 'search' | 'compile';

export type StallVerdict =
  | { readonly kind: 'alive'; readonly dueIn: number }
  | { readonly kind: 'stalled'; readonly silentSeconds: number }
  | { readonly kind: 'over-limit'; readonly seconds: number; readonly progress: string };

export class StallClock {
  readonly #watchdog: Watchdog;
  #phase: Phase = 'start';
  #phaseSince: number;
  #silentSince: number;
  #last: { kind: EvidenceKind; text: string } | null = null;

  constructor(watchdog: Watchdog, now: number) {
    this.#watchdog = watchdog;
    this.#phaseSince = now;
    this.#silentSince = now;
  }

  get phase(): Phase {
    return this.#phase;
  }

  get deadline(): number {
    return this.#watchdog.deadlines[this.#phase];
  }

  /** The last evidence of this phase; null when there was none. */
  get lastEvidence(): EvidenceKind | null {
    return this.#last?.kind ?? null;
  }

  silence(now: number): number {
    return now - this.#silentSince;
  }

  enter(phase: Phase, now: number): void {
    this.#phase = phase;
    this.#phaseSince = now;
    this.#silentSince = now;
    this.#last = null;
  }

  progress(kind: EvidenceKind, text: string, now: number): void {
    this.#silentSince = now;
    this.#last = { kind, text };
  }

  /** The harness itself did not run for this long (stopped, or the machine was starved): nobody can be blamed for that time. */
  forgive(seconds: number): void {
    this.#phaseSince += seconds;
    this.#silentSince += seconds;
  }

  verdict(now: number): StallVerdict {
    const silent = now - this.#silentSince;
    const inPhase = now - this.#phaseSince;
    const limit = this.#watchdog.hard_limit;
    if (silent >= this.deadline) return { kind: 'stalled', silentSeconds: silent };
    if (inPhase >= limit) {
      return this.#last === null
        ? { kind: 'stalled', silentSeconds: silent }
        : { kind: 'over-limit', seconds: inPhase, progress: this.#last.text };
    }
    return { kind: 'alive', dueIn: Math.min(this.deadline - silent, limit - inPhase) };
  }
}
