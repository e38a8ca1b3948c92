/** The facts of an attempt → its outcome. Pure, so that it can be tested by a table. */
import type { AttemptReport } from '../../model/attempt/attempt.ts';
import { isErrorClass, type ErrorClass, type Outcome } from '../../model/outcome.ts';
import type { Phase } from '../../model/attempt/phase.ts';
import { classify, crashSignature, type SignatureMatch } from '../signatures/classify.ts';
import type { ProbeError } from './probe-report.ts';
import type { Activity, Because } from '../../model/attempt/because.ts';

/** Why the attempt is over. */
export type Ending =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | {
      readonly kind: 'stalled';
      readonly activity: Activity;
      readonly silentSeconds: number;
      readonly isLowered?: boolean;
      readonly isStarved?: boolean;
      readonly because?: Because;
    }
  | { readonly kind: 'over-limit'; readonly seconds: number; readonly progress: string; readonly because?: Because }
  | { readonly kind: 'cancelled'; readonly reason: string }
  /** The worker was lost, or it refused. */
  | { readonly kind: 'harness'; readonly reason: string };

export interface Facts {
  readonly ending: Ending;
  readonly phase: Phase;
  /** State letter of a process that SIGKILL did not end; null when there is none. */
  readonly unkillable: string | null;
  readonly done: boolean;
  /** What the probe said that cannot be; null for an honest one. */
  readonly lie: string | null;
  readonly error: ProbeError | null;
  readonly check: AttemptReport['check'];
  /** Of the attempt's standard error. */
  readonly signatures: readonly SignatureMatch[];
}

export function outcomeOf(facts: Facts): Outcome {
  const { ending, phase } = facts;
  if (facts.unkillable !== null) return { kind: 'unkillable', phase, state: facts.unkillable };
  switch (ending.kind) {
    case 'harness':
      return { kind: 'error', phase, errorClass: 'harness', message: ending.reason };
    case 'cancelled':
      return { kind: 'cancelled', reason: ending.reason };
    case 'stalled': {
      const { activity, silentSeconds, isLowered = false, isStarved = false } = ending;
      return {
        kind: 'hang',
        phase,
        activity,
        silentSeconds,
        ...(isLowered ? { limit: 'adaptive' as const } : {}),
        ...(isStarved ? { starved: true as const } : {}),
        ...seen(ending),
      };
    }
    case 'over-limit':
      return { kind: 'slow', phase, seconds: ending.seconds, progress: ending.progress, ...seen(ending) };
    case 'signalled':
      return { kind: 'crash', phase, signal: ending.signal, signature: crashSignature(facts.signatures) };
    case 'exited':
      return ofExit(facts, ending.code);
  }
}

function seen({ because }: { readonly because?: Because }): { because?: Because } {
  return because === undefined ? {} : { because };
}

function ofExit(facts: Facts, code: number): Outcome {
  const { phase, error, check } = facts;
  const failed = (errorClass: ErrorClass, message: string): Outcome => ({ kind: 'error', phase, errorClass, message });
  if (error !== null) {
    const message = `${error.type}: ${error.message}`;
    return failed(error.class === 'other' ? classOf(classify(message, 'stderr')) : error.class, message);
  }
  if (code !== 0) return failed(classOf(facts.signatures), `the probe exited with code ${code} and named no error`);
  if (facts.lie !== null) return failed('protocol', `the probe ${facts.lie}`);
  if (!facts.done) return failed('protocol', 'the probe exited with code 0 but never said "done"');
  if (check !== null && !check.matches)
    return { kind: 'wrong-result', maxError: check.maxError, tolerance: check.tolerance };
  // It has a reference, and nobody knows what came of it.
  if (check === null && phase === 'verify') return failed('protocol', 'the probe began to verify and told no check');
  return { kind: 'pass' };
}

/** The class of error that a known line names; a probe in other words than ours may not have named it. */
function classOf(matches: readonly SignatureMatch[]): ErrorClass {
  for (const { signature } of matches) {
    if (isErrorClass(signature.class)) return signature.class;
  }
  return 'other';
}
