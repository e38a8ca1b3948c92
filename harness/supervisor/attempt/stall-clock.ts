/**
 * Decides when silence has become a hang and when progress has become slow. Pure: the caller brings the time (seconds, monotonic).
 * Silence counts only time in which the probe could have run: the caller tells for how long it could not (starved-time.ts). A tenth of the time
 * counts all the same, so that a hang on the most crowded machine is found within ten times its limit. The hard limit counts all of it.
 * Every phase has its own deadline for silence; evidence of progress starts the silence anew; no evidence lengthens the hard limit.
 * A lowered deadline rests on attempts that neither searched nor compiled for long: one that is seen to do so gets the full one.
 */
import type { Watchdog } from '../../matrix/file/schema.ts';
import type { LoweredLimits } from '../../model/events.ts';
import type { Phase } from '../../model/attempt/phase.ts';
import type { Because } from '../../model/attempt/because.ts';

/** compile: a compiler worked or the kernel cache grew. */
export type EvidenceKind = 'line' | 'search' | 'compile';

export type StallVerdict =
  | { readonly kind: 'alive'; readonly dueIn: number }
  | { readonly kind: 'stalled'; readonly silentSeconds: number }
  | { readonly kind: 'over-limit'; readonly seconds: number; readonly progress: string };

/** Of silence: so much of it counts, however starved the probe is. */
const LEAST_SHARE = 0.1;
/** Characters of a sign of progress that are kept. */
const MOST_TEXT = 300;

/** In patience: so many times the limit of silence, and only of time in which the probe could run. */
const PATIENCE = 2;
/** That limit on so little of a core, in limits: the hard limit is at least that. */
const LONGEST_PATIENCE = PATIENCE / LEAST_SHARE;

export class StallClock {
  readonly #watchdog: Watchdog;
  readonly #isPatient: boolean;
  readonly #lowered: ReadonlyMap<Phase, number>;
  #phase: Phase = 'start';
  #phaseSince: number;
  #silentSince: number;
  /** Counted seconds of the silence up to the last look at who was starved, and when that was. */
  #counted = 0;
  #countedAt: number;
  /** Seconds of the silence in which the attempt could not run. */
  #starved = 0;
  /** Forgiven since the last look: whoever was starved then is excused already. */
  #forgiven = 0;
  #last: { readonly kind: EvidenceKind; readonly text: string; readonly at: number } | null = null;
  #signs = 0;
  #isUnusual = false;

  /** isPatient: the probe was starved before; what it could not run counts for nothing, and nothing is lowered. */
  constructor(watchdog: Watchdog, now: number, lowered: LoweredLimits | null = null, isPatient = false) {
    this.#watchdog = watchdog;
    this.#isPatient = isPatient;
    this.#lowered = new Map(lowered?.limits.map(({ phase, seconds }) => [phase, seconds]));
    this.#phaseSince = now;
    this.#silentSince = now;
    this.#countedAt = now;
  }

  get phase(): Phase {
    return this.#phase;
  }

  get deadline(): number {
    const full = this.#watchdog.deadlines[this.#phase];
    if (this.#isPatient) return PATIENCE * full;
    return this.#isUnusual ? full : Math.min(full, this.#lowered.get(this.#phase) ?? full);
  }

  get #hardLimit(): number {
    const { hard_limit, deadlines } = this.#watchdog;
    return this.#isPatient ? Math.max(hard_limit, LONGEST_PATIENCE * deadlines[this.#phase]) : hard_limit;
  }

  /** Whether the deadline is lower than the matrix's. */
  get isLowered(): boolean {
    return this.deadline < this.#watchdog.deadlines[this.#phase];
  }

  /** The last evidence of this phase; null when there was none. */
  get lastEvidence(): EvidenceKind | null {
    return this.#last?.kind ?? null;
  }

  /** Counted seconds; all of them since the last look at who was starved. */
  silence(now: number): number {
    return this.#counted + (now - this.#countedAt);
  }

  /** Seconds since the last sign, counted or not; pauses of the harness aside. */
  silentFor(now: number): number {
    return now - this.#silentSince;
  }

  enter(phase: Phase, now: number): void {
    this.#phase = phase;
    this.#phaseSince = now;
    this.#last = null;
    this.#signs = 0;
    this.#isUnusual = false;
    this.#hush(now);
  }

  progress(kind: EvidenceKind, text: string, now: number): void {
    this.#last = { kind, text, at: now };
    this.#signs += 1;
    this.#isUnusual ||= kind !== 'line';
    this.#hush(now);
  }

  #hush(now: number): void {
    this.#silentSince = now;
    this.#counted = 0;
    this.#countedAt = now;
    this.#starved = 0;
  }

  /** The harness itself did not run for this long until now (stopped, or the machine was starved): nobody can be blamed for that time. */
  forgive(seconds: number, now: number): void {
    this.#phaseSince = Math.min(now, this.#phaseSince + seconds);
    this.#silentSince = Math.min(now, this.#silentSince + seconds);
    this.#countedAt = Math.min(now, this.#countedAt + seconds);
    this.#forgiven += seconds;
  }

  /** Since the last time that this was told, or the last sign, the attempt could not run for so many seconds. */
  starved(seconds: number, now: number): void {
    const silent = this.silentFor(now);
    this.#starved = Math.min(silent, this.#starved + Math.max(0, seconds - this.#forgiven));
    this.#forgiven = 0;
    const least = this.#isPatient ? 0 : LEAST_SHARE;
    this.#counted = Math.max(this.#counted + least * (now - this.#countedAt), silent - this.#starved);
    this.#countedAt = now;
  }

  /** What the clock knows of why it decided. */
  because(now: number): Omit<Because, 'cpuShare' | 'waitShare' | 'compiler'> {
    const silentSeconds = this.silentFor(now);
    const last = this.#last;
    return {
      limitSeconds: this.silence(now) >= this.deadline ? this.deadline : this.#hardLimit,
      silentSeconds,
      waitedSeconds: Math.max(0, silentSeconds - this.silence(now)),
      signs: this.#signs,
      lastSign:
        last === null ? null : { kind: last.kind, text: last.text.slice(0, MOST_TEXT), ageSeconds: now - last.at },
    };
  }

  verdict(now: number): StallVerdict {
    const silent = this.silence(now);
    const silentSeconds = this.silentFor(now);
    const inPhase = now - this.#phaseSince;
    const limit = this.#hardLimit;
    if (silent >= this.deadline) return { kind: 'stalled', silentSeconds };
    if (inPhase >= limit) {
      // Progress must have kept coming: one sign long ago does not make a silence slow.
      return this.#last === null || silent >= limit / 2
        ? { kind: 'stalled', silentSeconds }
        : { kind: 'over-limit', seconds: inPhase, progress: this.#last.text };
    }
    return { kind: 'alive', dueIn: Math.min(this.deadline - silent, limit - inPhase) };
  }
}
