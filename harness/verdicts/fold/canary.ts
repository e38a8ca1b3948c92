/** What the end of a health probe says of the device. Pure; the words are for people. */
import type { HealthResult } from '../../model/events.ts';
import { ofEveryMaker } from '../../model/makers.ts';
import { OUTCOMES, type Outcome } from '../../model/outcome.ts';
import { isBeforeTheCase, isSoftwareFailure, isStarved } from '../../model/grade.ts';

export interface Diagnosis {
  /** null when the probe was cut off. */
  readonly result: HealthResult | null;
  readonly reason: string;
}

/** Messages of an environment that cannot reach a card at all: they say nothing of the card. */
const CARDS = ofEveryMaker(({ words }) => words).join('|');
const NO_WAY_TO_THE_CARD = new RegExp(
  `no (${CARDS}) (gpu|device|driver)|${/permission denied|without GPU support|not compiled with|no module named|no attribute|invalid device (ordinal|function)|no kernel image|nobinaryforgpu|importerror|modulenotfounderror|cannot open shared object|undefined symbol|cannot import name/.source}`,
  'i',
);
/** The machine's memory, not the card's. */
const NO_MEMORY = /^MemoryError\b|cannot allocate memory/i;

export function diagnose(outcome: Outcome): Diagnosis {
  if (outcome.kind === 'error') return ofError(outcome);
  if (outcome.kind === 'hang' && isBeforeTheCase(outcome))
    return { result: 'inconclusive', reason: `the environment does not come up (hang in ${outcome.phase})` };
  if (isStarved(outcome))
    return { result: 'inconclusive', reason: 'did not return, but others held the cores: it was hardly let run' };
  return { result: OUTCOMES[outcome.kind].canary, reason: reasonOf(outcome) };
}

function reasonOf(outcome: Exclude<Outcome, { kind: 'error' }>): string {
  switch (outcome.kind) {
    case 'pass':
      return '';
    case 'hang':
      return `does not return (hang in ${outcome.phase})`;
    case 'slow':
      return `is not done after ${Math.round(outcome.seconds)} s`;
    case 'wrong-result':
      return 'computes a wrong result';
    case 'crash':
      return `dies by ${outcome.signal} in ${outcome.phase}${outcome.signature === null ? '' : ` (${outcome.signature})`}`;
    case 'unkillable':
      return `cannot be killed (state ${outcome.state} in ${outcome.phase})`;
    case 'host-lost':
      return 'took the machine down';
    case 'cancelled':
    case 'unavailable':
      return outcome.reason;
  }
}

function ofError(outcome: Extract<Outcome, { kind: 'error' }>): Diagnosis {
  const { errorClass, message } = outcome;
  const [line = ''] = message.split('\n');
  if (!isSoftwareFailure(outcome)) return { result: 'inconclusive', reason: `the harness failed: ${line}` };
  if (errorClass === 'no-binary')
    return { result: 'inconclusive', reason: `this environment has no code for this card: ${line}` };
  if (NO_WAY_TO_THE_CARD.test(message))
    return { result: 'inconclusive', reason: `this environment does not reach the card: ${line}` };
  if (NO_MEMORY.test(message))
    return { result: 'inconclusive', reason: `the machine has no memory left for it: ${line}` };
  return { result: OUTCOMES.error.canary, reason: `fails (${errorClass}): ${line}` };
}
