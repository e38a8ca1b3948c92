/** Journals made from answers, without running anything. */
import type { AttemptReport, Timing } from '../../harness/model/attempt/attempt.ts';
import type { JournalEvent } from '../../harness/model/events.ts';
import type { Cell } from '../../harness/model/cell.ts';
import type { Answer } from '../../harness/search/search.ts';
import type { Outcome, OutcomeKind } from '../../harness/model/outcome.ts';
import { enumerationOf, type Plane } from '../search/surfaces.ts';

const HOST = { kernel: '6.8.0', cpu: 'a CPU', memoryMib: 16_384, node: 'v22.12.0', ambient: {} };

export function opened(bootId = 'boot-1'): JournalEvent {
  return {
    event: 'run-opened',
    at: '2025-01-01T00:00:00.000Z',
    schema: 1,
    run: 'run-1',
    tool: 'bench 0.1.0',
    matrix: 'surface',
    matrixHash: 'hash',
    bootId,
    device: {
      kind: 'simulated',
      name: 'a card',
      target: 'gfx1010',
      pciAddress: null,
      simulation: { model: 'test', timeScale: 1 },
    },
    host: HOST,
    seed: 1,
  };
}

export function resumed(bootId: string): JournalEvent {
  return { event: 'run-resumed', at: '2025-01-01T02:00:00.000Z', bootId, host: HOST };
}

/** setting null: under every setting. */
export function unavailable(environment: string, reason: string, setting: string | null = null): JournalEvent {
  return { event: 'environment-unavailable', at: '2025-01-01T00:30:00.000Z', environment, setting, reason };
}

export function finished(): JournalEvent {
  return { event: 'run-finished', at: '2025-01-01T03:00:00.000Z' };
}

export function started(
  id: string,
  { cell, isolation, purpose }: Pick<Answer, 'cell' | 'isolation' | 'purpose'>,
  bootId = 'boot-1',
): JournalEvent {
  return {
    event: 'attempt-started',
    at: '2025-01-01T01:00:00.000Z',
    attempt: id,
    cell: { ...cell, case: { ...cell.case } },
    isolation,
    purpose,
    bootId,
  };
}

export function ended(id: string, outcome: OutcomeKind | Outcome, timing: Partial<Timing> = {}): JournalEvent {
  return {
    event: 'attempt-finished',
    at: '2025-01-01T01:00:01.000Z',
    attempt: id,
    report: report(typeof outcome === 'string' ? outcomeOf(outcome) : outcome, timing),
  };
}

/** The events of one attempt that ended. */
export function attempt(
  id: string,
  cell: Cell,
  outcome: OutcomeKind | Outcome,
  how: Partial<Pick<Answer, 'isolation' | 'purpose'>> & { readonly timing?: Partial<Timing> } = {},
): readonly JournalEvent[] {
  const { isolation = 'fork', purpose = 'search', timing = {} } = how;
  return [started(id, { cell, isolation, purpose }), ended(id, outcome, timing)];
}

export function journalOf(answers: readonly Answer[]): readonly JournalEvent[] {
  const attempts = answers.flatMap(({ cell, isolation, purpose, outcome }, index) =>
    attempt(`a${index}`, cell, outcome, { isolation, purpose }),
  );
  return [opened(), ...attempts, finished()];
}

/** The cells of the first line of a plane. */
export function firstLine(plane: Plane): readonly Cell[] {
  for (const line of enumerationOf(plane).lines()) return line.cells;
  return [];
}

function report(outcome: Outcome, timing: Partial<Timing>): AttemptReport {
  return {
    outcome,
    seconds: 1,
    phases: [],
    timing:
      outcome.kind === 'pass' ? { firstRun: 0.5, runs: [0.1, 0.3, 0.2], flops: null, bytes: null, ...timing } : null,
    check: null,
    cpuSeconds: null,
    maxRssKib: null,
    evidence: null,
    cleanup: { signals: [], reapSeconds: null, swept: 0, left: [] },
  };
}

function outcomeOf(kind: OutcomeKind): Outcome {
  switch (kind) {
    case 'pass':
    case 'host-lost':
      return { kind };
    case 'wrong-result':
      return { kind, maxError: 1, tolerance: 0.1 };
    case 'hang':
      return { kind, phase: 'first-run', activity: 'busy', silentSeconds: 60 };
    case 'slow':
      return { kind, phase: 'first-run', seconds: 1800, progress: 'searching' };
    case 'crash':
      return { kind, phase: 'first-run', signal: 'SIGSEGV', signature: null };
    case 'error':
      return { kind, phase: 'first-run', errorClass: 'other', message: 'no' };
    case 'unkillable':
      return { kind, phase: 'first-run', state: 'D' };
    case 'cancelled':
    case 'unavailable':
      return { kind, reason: 'because' };
  }
}
