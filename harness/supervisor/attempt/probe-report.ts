/**
 * Adds up what a probe said of itself: phases, times, check, error, done. Pure.
 * It also notes lies, that is, lines that contradict earlier ones or the clock; a result with a lie in it does not stand.
 */
import type { AttemptReport, Timing } from '../../model/attempt/attempt.ts';
import { PHASES, type Phase } from '../../model/attempt/phase.ts';
import type { AttemptLine } from '../wire/attempt-lines.ts';

export interface ProbeError {
  readonly type: string;
  readonly message: string;
  readonly traceback?: string | null | undefined;
  readonly class: 'miopen-error' | 'no-binary' | 'out-of-memory' | 'harness' | 'other';
}

/** What a line was to the stall clock. */
export type Effect =
  | { readonly kind: 'phase'; readonly phase: Phase }
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'none' };

const NONE: Effect = { kind: 'none' };
const MAX_RUNS = 100_000;
/** Slack for clocks of two processes: a run cannot have taken longer than the attempt has lasted. */
const CLOCK_SLACK_SECONDS = 1;

export class ProbeReport {
  readonly #phases: { phase: Phase; at: number }[] = [];
  readonly #runs: number[] = [];
  #first: number | null = null;
  #work: { flops: number | null; bytes: number | null } | null = null;
  #check: AttemptReport['check'] = null;
  #error: ProbeError | null = null;
  #mapped: readonly string[] | null = null;
  #done = false;
  #garbage = 0;
  #lie: string | null = null;

  /** elapsed: seconds since the attempt began, by the harness's clock; null when the probe's seconds are not ours (simulated time). */
  hear(line: AttemptLine, elapsed: number | null): Effect {
    if (line.kind === 'garbage') {
      this.#garbage += 1;
      return NONE;
    }
    if (this.#done) return this.#lied(`said "${line.kind}" after "done"`);
    switch (line.kind) {
      case 'impossible':
        return this.#lied(`said ${line.what}`);
      case 'phase':
        return this.#enter(line.phase, line.t, elapsed);
      case 'progress':
        return { kind: 'progress', text: line.text };
      case 'first':
        if (this.#first !== null) return this.#lied('reported two first runs');
        if (isTooLong(line.seconds, elapsed))
          return this.#lied(`reported a first run of ${line.seconds} s, longer than the attempt`);
        this.#first = line.seconds;
        return { kind: 'progress', text: 'first run done' };
      case 'run':
        if (this.#first === null) return this.#lied('reported a repeated run before the first');
        if (isTooLong(line.seconds, elapsed))
          return this.#lied(`reported a run of ${line.seconds} s, longer than the attempt`);
        if (this.#runs.length < MAX_RUNS) this.#runs.push(line.seconds);
        return { kind: 'progress', text: 'run done' };
      case 'work':
        this.#work = { flops: line.flops, bytes: line.bytes };
        return NONE;
      case 'check':
        if (this.#first === null) return this.#lied('reported a check before any run');
        // One that does not match is not made good by a later one.
        if (this.#check?.matches !== false) this.#check = line.check;
        return NONE;
      case 'error':
        this.#error ??= line.error;
        return NONE;
      case 'libraries':
        this.#mapped = line.paths;
        return NONE;
      case 'done':
        this.#done = true;
        return NONE;
    }
  }

  #enter(phase: Phase, at: number, elapsed: number | null): Effect {
    const last = this.#phases.at(-1);
    if (last !== undefined && PHASES.indexOf(phase) <= PHASES.indexOf(last.phase)) {
      return this.#lied(`went from phase ${last.phase} to ${phase}`);
    }
    if (at < (last?.at ?? 0) || isTooLong(at, elapsed))
      return this.#lied(`began phase ${phase} at ${at} s, which cannot be`);
    this.#phases.push({ phase, at });
    return { kind: 'phase', phase };
  }

  #lied(what: string): Effect {
    this.#lie ??= what;
    return NONE;
  }

  /** The first lie; null for an honest probe. */
  get lie(): string | null {
    return this.#lie;
  }

  /** Lines that were no JSON object with a known key. */
  get garbage(): number {
    return this.#garbage;
  }

  get done(): boolean {
    return this.#done;
  }

  /** Paths of mapped libraries; null where it did not tell. */
  get mapped(): readonly string[] | null {
    return this.#mapped;
  }

  get error(): ProbeError | null {
    return this.#error;
  }

  get check(): AttemptReport['check'] {
    return this.#check;
  }

  /** null when nothing was measured. */
  timing(): Timing | null {
    if (this.#first === null && this.#work === null) return null;
    return {
      firstRun: this.#first,
      runs: [...this.#runs],
      flops: this.#work?.flops ?? null,
      bytes: this.#work?.bytes ?? null,
    };
  }

  /** end: seconds from the beginning of the attempt to its end; closes the last phase. */
  phases(end: number): AttemptReport['phases'] {
    return this.#phases.map(({ phase, at }, index) => {
      const until = this.#phases[index + 1]?.at ?? end;
      return { phase, seconds: Math.max(0, until - at) };
    });
  }
}

function isTooLong(seconds: number, elapsed: number | null): boolean {
  return elapsed !== null && seconds > elapsed + CLOCK_SLACK_SECONDS;
}
