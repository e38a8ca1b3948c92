/**
 * After a hang: known passes of the suspect are tried again until one passes, with the device left alone in between. Where none does, the
 * canary may pass and the suspect return no more. What that means for attempts is the witness rule's business (verdicts/fold/witness-rule.ts).
 */
import { askDevice, type AskPorts } from './ask-device.ts';
import type { KnownPass } from '../../verdicts/fold/known-passes.ts';
import type { HealthReason } from '../../model/events.ts';
import type { Health } from '../../matrix/file/schema.ts';
import { OUTCOMES } from '../../model/outcome.ts';

export interface WitnessPorts extends AskPorts {
  readonly health: Health;
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
  readonly tries: number;
  readonly why: HealthReason;
  /** The attempt that hung; null at the end of a run. */
  readonly after: string | null;
}

/** `known`: to be tried in turn, the last of them again and again. Returns what the last try ended in; null where one passed or nothing can be said. */
export async function askWitnesses(
  known: readonly KnownPass[],
  ports: WitnessPorts,
  signal: AbortSignal,
): Promise<string | null> {
  const { health, observer, sleep, tries, why, after } = ports;
  let reason: string | null = null;
  for (let tried = 0; tried < tries; tried += 1) {
    const pass = known[Math.min(tried, known.length - 1)];
    if (pass === undefined) return null;
    const { environment, setting } = pass;
    const cooledSeconds = tried === 0 ? 0 : health.cool_down;
    if (reason !== null) {
      observer({ kind: 'wedged', environment, reason, tried, tries });
      await sleep(cooledSeconds, signal);
    }
    const answer = await askDevice(
      ports,
      {
        probe: 'witness',
        why: tried === 0 || why === 'end' ? why : 'retry',
        site: { environment, setting },
        case: pass.case,
        isolation: tried === 0 ? pass.isolation : 'spawn',
        fresh: tried > 0,
        cooledSeconds,
        after,
      },
      signal,
    );
    if (answer.kind !== 'told' || answer.result !== 'sick') return null;
    reason = answer.reason;
    if (OUTCOMES[answer.report.outcome.kind].neverAgain) return reason;
  }
  return reason;
}
