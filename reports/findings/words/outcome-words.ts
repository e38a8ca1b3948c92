/** One attempt's outcome in words: as a sentence fragment, as what attempts of a kind have in common, and as what the probe itself said. */
import type { Outcome } from '../../../harness/model/outcome.ts';
import { duration } from './numbers.ts';
import { firstLine, plainLine } from './plain-text.ts';

const ACTIVITY = {
  busy: 'CPU busy, no progress',
  idle: 'idle',
  compiling: 'compiling until shortly before the deadline',
} as const;

/** "hang in first-run after 60 s of silence (idle)". Texts of probes are made plain, not escaped. */
export function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'pass':
      return 'pass';
    case 'wrong-result':
      return outcome.maxError === null
        ? 'wrong result: NaN or infinity'
        : `wrong result: largest error ${outcome.maxError}, allowed ${outcome.tolerance}`;
    case 'hang':
      return `hang in ${outcome.phase} after ${duration(outcome.silentSeconds)} of silence (${ACTIVITY[outcome.activity]})${outcome.limit === 'adaptive' ? ', suspected under a lowered limit' : ''}${outcome.starved === true ? ', only suspected: others held the cores' : ''}`;
    case 'slow':
      return `slow in ${outcome.phase}: ${duration(outcome.seconds)}, last progress "${plainLine(outcome.progress, 120)}"`;
    case 'crash':
      return `crash in ${outcome.phase} by ${plainLine(outcome.signal, 40)}${outcome.signature === null ? '' : ` (${plainLine(outcome.signature, 60)})`}`;
    case 'error':
      return `error${outcome.errorClass === 'other' ? '' : ` (${outcome.errorClass})`} in ${outcome.phase}: ${plainLine(outcome.message) || 'no message'}`;
    case 'unkillable':
      return `unkillable in ${outcome.phase}: still there after SIGKILL, state ${plainLine(outcome.state, 20)}`;
    case 'host-lost':
      return 'host lost: the machine went down during this attempt';
    case 'cancelled':
      return `cancelled: ${plainLine(outcome.reason)}`;
    case 'unavailable':
      return `unavailable: ${plainLine(outcome.reason)}`;
  }
}

/** What does not differ from one attempt to the next of the same kind: no times, no errors, the first line of a message. Null: nothing was said. */
export function sameWords(outcome: Outcome, most: number): string | null {
  switch (outcome.kind) {
    case 'error':
      return outcomeWords({ ...outcome, message: firstLine(outcome.message, most) });
    case 'crash':
      return outcomeWords(outcome);
    case 'wrong-result':
      return outcome.maxError === null ? outcomeWords(outcome) : 'wrong result: differs from the reference';
    case 'slow':
      return `slow in ${outcome.phase}`;
    case 'pass':
    case 'hang':
    case 'unkillable':
    case 'host-lost':
    case 'cancelled':
    case 'unavailable':
      return null;
  }
}

/** As it was said, for tables of data. Null: nothing was. */
export function ownWords(outcome: Outcome): string | null {
  switch (outcome.kind) {
    case 'error':
      return outcome.message;
    case 'slow':
      return outcome.progress;
    case 'crash':
      return outcome.signature;
    case 'unkillable':
      return `state ${outcome.state}`;
    case 'cancelled':
    case 'unavailable':
      return outcome.reason;
    case 'pass':
    case 'wrong-result':
    case 'hang':
    case 'host-lost':
      return null;
  }
}
