/**
 * Decides when silence has become a hang and when progress has become slow. Pure: the caller brings the time (seconds, monotonic).
 * Every phase has its own deadline for silence; evidence of progress starts the silence anew; no evidence lengthens the hard limit.
 * A lowered deadline rests on attempts that neither searched nor compiled for long: one that is seen to do so gets the full one.
 */
import type { Watchdog } from '../../matrix/file/schema.ts';
import type { LoweredLimits } from '../../model/events.ts';
import type { Phase } from '../../model/phase.ts';
import type { Because } from '../../model/because.ts';

/** compile: a compiler worked or the kernel cache grew. */
export type EvidenceKind = 'line' | 'search' | 'compile';

export type StallVerdict =
  | { readonly kind: 'alive'; readonly dueIn: number }
  | { readonly kind: 'stalled'; readonly silentSeconds: number }
  | { readonly kind: 'over-limit'; readonly seconds: number; readonly progress: string };

/** Characters of a sign of progress that are kept. */
const MOST_TEXT = 300;

export class StallClock {
  readonly #watchdog: Watchdog;
  readonly #lowered: ReadonlyMap<Phase, number>;
  #phase: Phase = 'start';
  #phaseSince: number;
  #silentSince: number;
  #last: { readonly kind: EvidenceKind; readonly text: string; readonly at: number } | null = null;
  #signs = 0;
  #isUnusual = false;

  constructor(watchdog: Watchdog, now: number, lowered: LoweredLimits | null = null) {
    this.#watchdog = watchdog;
    this.#lowered = new Map(lowered?.limits.map(({ phase, seconds }) => [phase, seconds]));
    this.#phaseSince = now;
    this.#silentSince = now;
  }

  get phase(): Phase {
    return this.#phase;
  }

  get deadline(): number {
    const full = this.#watchdog.deadlines[this.#phase];
    return this.#isUnusual ? full : Math.min(full, this.#lowered.get(this.#phase) ?? full);
  }

  /** Whether the deadline is lower than the matrix's. */
  get isLowered(): boolean {
    return this.deadline < this.#watchdog.deadlines[this.#phase];
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
    this.#signs = 0;
    this.#isUnusual = false;
  }

  progress(kind: EvidenceKind, text: string, now: number): void {
    this.#silentSince = now;
    this.#last = { kind, text, at: now };
    this.#signs += 1;
    this.#isUnusual ||= kind !== 'line';
  }

  /** The harness itself did not run for this long (stopped, or the machine was starved): nobody can be blamed for that time. */
  forgive(seconds: number): void {
    this.#phaseSince += seconds;
    this.#silentSince += seconds;
  }

  /** What the clock knows of why it decided. */
  because(now: number): Omit<Because, 'cpuShare' | 'waitShare' | 'compiler'> {
    const silentSeconds = this.silence(now);
    const last = this.#last;
    return {
      limitSeconds: silentSeconds >= this.deadline ? this.deadline : this.#watchdog.hard_limit,
      silentSeconds,
      signs: this.#signs,
      lastSign:
        last === null ? null : { kind: last.kind, text: last.text.slice(0, MOST_TEXT), ageSeconds: now - last.at },
    };
  }

  verdict(now: number): StallVerdict {
    const silent = now - this.#silentSince;
    const inPhase = now - this.#phaseSince;
    const limit = this.#watchdog.hard_limit;
    if (silent >= this.deadline) return { kind: 'stalled', silentSeconds: silent };
    if (inPhase >= limit) {
      // Progress must have kept coming: one sign long ago does not make a silence slow.
      return this.#last === null || silent >= limit / 2
        ? { kind: 'stalled', silentSeconds: silent }
        : { kind: 'over-limit', seconds: inPhase, progress: this.#last.text };
    }
    return { kind: 'alive', dueIn: Math.min(this.deadline - silent, limit - inPhase) };
  }
}
