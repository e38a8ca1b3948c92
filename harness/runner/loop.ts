/**
 * The loop: ask the search, write ahead, attempt, record. It knows no process, no file format and no probe.
 * Everything that happened is in the journal before the search hears of it (state/), so a killed run loses nothing.
 */
import type { Executor, WorkerSlot } from './executor.ts';
import type { DeviceHealth } from './health/device-health.ts';
import { unkillableAdvice } from './health/health-advice.ts';
import type { Observer } from './observer.ts';
import type { Recorder } from './state/recorder.ts';
import type { SearchAnswers } from './state/search-answers.ts';
import type { AttemptReport } from '../model/attempt/attempt.ts';
import { emptyReport } from '../model/attempt/empty-report.ts';
import type { DeviceInfo, LoweredLimits } from '../model/events.ts';
import type { Cell } from '../model/cell.ts';
import { isHarnessFailure } from '../model/grade.ts';
import type { Question, Search } from '../search/search.ts';
import type { TwinAnswers } from './twin-answers.ts';
import { OUTCOMES } from '../model/outcome.ts';

export interface LoopPorts {
  readonly search: Search;
  readonly recorder: Recorder;
  readonly executor: Executor;
  readonly observer: Observer;
  /** Told the search of what is recorded already; answers here are for questions without a record. */
  readonly answers: Pick<SearchAnswers, 'tell' | 'settleRest'>;
  /** Watches over the device; absent in tests that have none. */
  readonly health?: DeviceHealth;
  /** Answers questions about environments that are the same as others; absent where each is probed for itself. */
  readonly twins?: TwinAnswers;
  readonly device: DeviceInfo;
  /** Lower limits for this attempt; null for the matrix's. */
  readonly limitsFor?: (question: Question) => LoweredLimits | null;
  /** For cells that were called hung while others held the cores. */
  readonly patience?: {
    isDue(cell: Cell): boolean;
    /** Until the machine is quieter, for a while. */
    wait(signal: AbortSignal): Promise<void>;
  };
  readonly bootId: string;
  /** Attempts at the same time; 1 on a real card. */
  readonly slots: number;
  /** A new id, never used in this run folder before. */
  newAttemptId(cell: Cell): string;
  /** Hints for a cancelled run: what the signal was. */
  readonly signal: AbortSignal;
}

export type LoopEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'interrupted'; readonly reason: string }
  | { readonly kind: 'quarantined'; readonly reason: string };

/** How often one question is tried again when the harness itself, not the probe, failed. */
const HARNESS_TRIES = 3;

export async function runLoop(ports: LoopPorts): Promise<LoopEnd> {
  const inFlight = new Set<Promise<void>>();
  const errors: unknown[] = [];
  let quarantine: string | null = null;
  let said: string | null = null;

  const handle = async (question: Question): Promise<void> => {
    try {
      quarantine = (await answer(ports, question)) ?? quarantine;
    } catch (error) {
      errors.push(error);
    }
  };
  const start = (question: Question): void => {
    const work: Promise<void> = handle(question).finally(() => inFlight.delete(work));
    inFlight.add(work);
  };

  for (;;) {
    if (ports.signal.aborted || quarantine !== null || errors.length > 0) break;
    const says = ports.search.says ?? null;
    if (says !== null && says !== said) ports.observer({ kind: 'notice', text: says });
    said = says;
    const free = ports.slots - inFlight.size;
    for (const question of free > 0 ? ports.search.next(free) : []) start(question);
    if (inFlight.size > 0) await Promise.race(inFlight);
    // A hang that still waits for a witness which nobody will ask for any more would leave its question without an answer.
    else if (!ports.answers.settleRest()) break;
  }
  await Promise.all(inFlight);
  if (errors.length > 0) throw errors[0];
  if (quarantine === null && !ports.signal.aborted) await ports.health?.atEnd(ports.signal);
  return end(ports, quarantine);
}

async function end(ports: LoopPorts, quarantine: string | null): Promise<LoopEnd> {
  if (quarantine !== null) {
    await ports.recorder.appendDurably({ event: 'device-quarantined', reason: quarantine });
    ports.observer({ kind: 'quarantine', reason: quarantine });
    return { kind: 'quarantined', reason: quarantine };
  }
  if (ports.signal.aborted) {
    const reason = String(ports.signal.reason ?? 'interrupted');
    await ports.recorder.appendDurably({ event: 'run-interrupted', reason });
    return { kind: 'interrupted', reason };
  }
  await ports.recorder.appendDurably({ event: 'run-finished' });
  return { kind: 'complete' };
}

/** Answers one question; returns why the device must be quarantined, or null. */
async function answer(ports: LoopPorts, question: Question): Promise<string | null> {
  const twin = (await ports.twins?.of(question, ports.signal)) ?? null;
  return ports.twins === undefined || twin === null
    ? probe(ports, question)
    : answerFromTwin(ports, ports.twins, question, twin);
}

/** Probes the twin only where it has not been probed often enough; the search hears of both. */
async function answerFromTwin(
  ports: LoopPorts,
  twins: TwinAnswers,
  question: Question,
  twin: Question,
): Promise<string | null> {
  const known = twins.take(question, twin);
  const sick = known === null ? await probe(ports, twin) : null;
  const told = known ?? twins.take(question, twin);
  if (ports.signal.aborted && told === null) return sick;
  // The twin's attempt was void: the question stays open, as its own does.
  ports.answers.tell(
    question,
    told?.outcome ?? { kind: 'cancelled', reason: 'its twin could not be probed' },
    told?.seconds ?? 0,
  );
  return sick;
}

async function probe(ports: LoopPorts, question: Question): Promise<string | null> {
  for (let tries = 1; ; tries += 1) {
    const sick = (await ports.health?.before(question.cell, ports.signal)) ?? null;
    if (sick !== null || ports.signal.aborted) return sick;
    if (ports.patience?.isDue(question.cell) === true) {
      ports.observer({ kind: 'patience', cell: question.cell });
      await ports.patience.wait(ports.signal);
      if (ports.signal.aborted) return null;
    }
    const place = await ports.executor.place(question.cell, ports.signal);
    if (ports.signal.aborted) return null;
    if (place.kind === 'unavailable') {
      ports.answers.tell(question, { kind: 'unavailable', reason: place.reason }, 0);
      return null;
    }
    const id = ports.newAttemptId(question.cell);
    const report = await attempt(ports, id, question, place);
    const { outcome } = report;
    if (OUTCOMES[outcome.kind].says === 'nothing') return null;
    const harnessFailed = isHarnessFailure(outcome);
    if (outcome.kind === 'error' && harnessFailed && tries < HARNESS_TRIES) {
      ports.observer({ kind: 'retry', cell: question.cell, reason: outcome.message });
      continue;
    }
    if (harnessFailed) {
      ports.answers.tell(question, outcome, report.seconds);
      return null;
    }
    if (outcome.kind === 'unkillable') return unkillable(ports, question.cell, outcome.state, report);
    return (await ports.health?.after(id, question.cell, report, ports.signal)) ?? null;
  }
}

async function attempt(
  ports: LoopPorts,
  id: string,
  question: Question,
  place: Extract<WorkerSlot, { kind: 'ready' }>,
): Promise<AttemptReport> {
  const { cell, isolation, purpose } = question;
  const patient = ports.patience?.isDue(cell) === true;
  const limits = patient ? null : (ports.limitsFor?.(question) ?? null);
  const how = { ...(limits === null ? {} : { lowered: limits }), ...(patient ? { patient } : {}) };
  const { id: cellId, environment, setting, case: parameters, line, position } = cell;
  await ports.recorder.appendDurably({
    event: 'attempt-started',
    attempt: id,
    cell: { id: cellId, environment, setting, case: parameters, line, position },
    isolation,
    purpose,
    bootId: ports.bootId,
    ...how,
  });
  ports.observer({ kind: 'attempt-started', attempt: id, question });
  let report: AttemptReport;
  try {
    report = await place.attempt({ attempt: id, cell, isolation, ...how }, ports.signal, (phase) =>
      ports.observer({ kind: 'phase', attempt: id, phase }),
    );
  } catch (error) {
    // An executor that throws is a defect of ours; the measured past of the run must survive it.
    report = emptyReport({ kind: 'error', phase: 'start', errorClass: 'harness', message: String(error) });
  }
  await ports.recorder.append({ event: 'attempt-finished', attempt: id, report });
  ports.observer({ kind: 'attempt-finished', attempt: id, question, report });
  return report;
}

function unkillable({ device }: LoopPorts, cell: Cell, state: string, { cleanup, evidence }: AttemptReport): string {
  const pid = cleanup.left[0] ?? null;
  return unkillableAdvice(
    cell.id,
    pid,
    state,
    evidence?.processes.find((one) => one.pid === pid),
    device,
  );
}
