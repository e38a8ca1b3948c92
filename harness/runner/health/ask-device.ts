/** One question to the device: a health probe is placed, recorded, made and understood. A failure of the harness is tried again. */
import type { HealthSlot, Prober } from '../executor.ts';
import type { Observer } from '../observer.ts';
import type { Recorder } from '../state/recorder.ts';
import type { RunIds } from '../state/run-ids.ts';
import type { AttemptReport, Isolation } from '../../model/attempt/attempt.ts';
import type { Case } from '../../model/cell.ts';
import { emptyReport } from '../../model/attempt/empty-report.ts';
import type { HealthProbe, HealthReason, HealthResult } from '../../model/events.ts';
import { isHarnessFailure } from '../../model/grade.ts';
import type { Site } from '../../model/site.ts';
import { diagnose, type Diagnosis } from '../../verdicts/fold/canary.ts';

export interface AskPorts {
  readonly prober: Prober;
  readonly recorder: Recorder;
  readonly ids: RunIds;
  readonly observer: Observer;
  readonly bootId: string;
}

export interface HealthQuestion {
  readonly probe: HealthProbe;
  readonly why: HealthReason;
  readonly site: Site;
  readonly case: Case;
  readonly isolation: Isolation;
  readonly fresh: boolean;
  readonly cooledSeconds: number;
  /** The attempt that is the reason; null for none. */
  readonly after: string | null;
}

/** unavailable: nothing could be started there, and nothing was recorded. */
export type HealthAnswer =
  | { readonly kind: 'told'; readonly result: HealthResult; readonly reason: string; readonly report: AttemptReport }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'cut-off' };

const HARNESS_TRIES = 3;

export async function askDevice(ports: AskPorts, question: HealthQuestion, signal: AbortSignal): Promise<HealthAnswer> {
  for (let tries = 1; ; tries += 1) {
    const place = await ports.prober.healthPlace(question.site, question.fresh || tries > 1, signal);
    if (signal.aborted) return { kind: 'cut-off' };
    if (place.kind === 'unavailable' && question.after === null) return { kind: 'unavailable' };
    const check = ports.ids.next(question.probe);
    const report = await probe(ports, check, question, place, signal);
    const harnessFailed = isHarnessFailure(report.outcome);
    const again = harnessFailed && tries < HARNESS_TRIES;
    const diagnosis = diagnose(report.outcome);
    const result = again ? null : diagnosis.result;
    await finish(ports, check, question, { result, reason: diagnosis.reason }, report);
    if (result !== null) return { kind: 'told', result, reason: diagnosis.reason, report };
    if (!again || signal.aborted) return { kind: 'cut-off' };
  }
}

async function probe(
  { recorder, observer, bootId }: AskPorts,
  check: string,
  question: HealthQuestion,
  place: HealthSlot,
  signal: AbortSignal,
): Promise<AttemptReport> {
  const { probe: name, why, site, isolation, cooledSeconds, after } = question;
  await recorder.appendDurably({
    event: 'health-started',
    check,
    probe: name,
    why,
    ...site,
    case: { ...question.case },
    isolation,
    cooledSeconds,
    after,
    bootId,
  });
  observer({ kind: 'health-started', probe: name, environment: site.environment });
  if (place.kind === 'unavailable') return emptyReport({ kind: 'unavailable', reason: place.reason });
  try {
    return await place.probe({ check, probe: name, site, case: question.case, isolation }, signal);
  } catch (error) {
    // A defect of ours; the measured past of the run must survive it.
    return emptyReport({ kind: 'error', phase: 'start', errorClass: 'harness', message: String(error) });
  }
}

async function finish(
  { recorder, observer }: AskPorts,
  check: string,
  { probe: name, site }: HealthQuestion,
  { result, reason }: Diagnosis,
  { outcome, seconds, cleanup }: AttemptReport,
): Promise<void> {
  await recorder.append({
    event: 'health-finished',
    check,
    result,
    outcome,
    seconds,
    reason,
    left: cleanup.leftProcesses ?? [],
  });
  observer({ kind: 'health-finished', probe: name, environment: site.environment, result, reason });
}
