/**
 * A whole run without processes: the loop, the health of the device, the journal and the judge are the program's own; a card of which we
 * know everything answers in the place of processes. Whatever else the program asks of the suspect or of the device goes to that card too.
 */
import { emptyReport } from '../../../harness/model/attempt/empty-report.ts';
import type { Isolation } from '../../../harness/model/attempt/attempt.ts';
import { CONTROLS } from '../../../harness/model/control.ts';
import type { JournalEvent, NewEvent } from '../../../harness/model/events.ts';
import type { Outcome } from '../../../harness/model/outcome.ts';
import type { Results } from '../../../harness/model/results/results.ts';
import { siteKey, type Site } from '../../../harness/model/site.ts';
import type { MatrixInput } from '../../../harness/matrix/file/schema.ts';
import { smallestOf } from '../../../harness/matrix/space/smallest.ts';
import { enumerate } from '../../../harness/matrix/space/enumerate.ts';
import type { Executor, HealthOrder, Prober } from '../../../harness/runner/executor.ts';
import { DeviceHealth } from '../../../harness/runner/health/device-health.ts';
import { runLoop } from '../../../harness/runner/loop.ts';
import { createSearch, strategyOf } from '../../../harness/search/create.ts';
import { judge } from '../../../harness/verdicts/judge.ts';
import { recorded } from '../../runner/recorded.ts';
import { opened } from '../subjects.ts';
import { matrixOf, type Place, type Surface, type Truth } from './surface.ts';

/** How an attempt of the suspect ends. A card may remember what it did before. */
export interface Card {
  suspect(place: Place, isolation: Isolation): Truth;
}

export interface Conditions {
  /** Of the matrix; what is left out is as in a matrix of a person who does not write it. */
  readonly matrix?: Partial<MatrixInput>;
  /** Seconds of an attempt that hangs. */
  readonly hang?: number;
  /** Seconds of one that ends by itself. */
  readonly pass?: number;
  readonly card?: Card;
  /** Whether causes are looked for: that takes longer than everything else together. */
  readonly explained?: boolean;
  /** The search alone, without the tries that make its boundaries sure: what these cost is the difference. */
  readonly bare?: boolean;
  /** Seconds that a process takes to start and to import. */
  readonly start?: number;
}

export interface Run {
  readonly events: readonly JournalEvent[];
  readonly results: Results;
  readonly spent: Spent;
  /** The run asked for more than any search should, and was stopped. */
  readonly endless: boolean;
}

export interface Spent {
  /** Attempts of cells: those that ended by themselves, and those that hung. */
  readonly passes: number;
  readonly hangs: number;
  /** Canaries, controls and witnesses. */
  readonly health: number;
  /** Interpreters that were started: workers, and one for each attempt in a fresh process. */
  readonly processes: number;
  /** All of it, with `start` for each process. */
  readonly seconds: number;
}

/** No search needs so many attempts of each cell. */
const MOST_ATTEMPTS = 40;

const hang: Outcome = { kind: 'hang', phase: 'first-run', activity: 'busy', silentSeconds: 60 };
const untestable: Outcome = { kind: 'error', phase: 'allocate', errorClass: 'out-of-memory', message: 'no memory' };
const ENDS: Readonly<Record<Truth, Outcome>> = { pass: { kind: 'pass' }, hang, untestable };

/** A card on which every cell ends as the surface says, every time. */
export function wellCard({ truthOf }: Surface): Card {
  return { suspect: truthOf };
}

export async function drive(surface: Surface, conditions: Conditions = {}): Promise<Run> {
  const { hang: hangSeconds = 20, pass = 1, card = wellCard(surface), start = 0, explained = false } = conditions;
  const matrix = matrixOf(surface.input, conditions.matrix);
  const enumeration = enumerate(matrix);
  const search = (conditions.bare === true ? strategyOf : createSearch)(matrix, enumeration);
  const { state, recorder, events } = recorded(search, { watched: matrix.health.canary, bad: matrix.bad });
  const stop = new AbortController();
  const workers = new Set<string>();
  let [passes, hangs, health, processes, seconds] = [0, 0, 0, 0, 0];
  const startWorker = (site: Site): void => {
    if (workers.has(siteKey(site))) return;
    workers.add(siteKey(site));
    processes += 1;
  };
  const end = (truth: Truth, isolation: Isolation): ReturnType<typeof emptyReport> => {
    if (isolation === 'spawn') processes += 1;
    const own = truth === 'hang' ? hangSeconds : pass;
    seconds += own;
    return { ...emptyReport(ENDS[truth]), seconds: own };
  };
  const executor: Executor = {
    place: async (cell) => {
      startWorker(cell);
      return {
        kind: 'ready',
        attempt: async ({ isolation }) => {
          const truth = card.suspect(cell, isolation);
          if (truth === 'hang') hangs += 1;
          else passes += 1;
          if (passes + hangs >= MOST_ATTEMPTS * enumeration.cellCount) stop.abort('endless');
          return end(truth, isolation);
        },
      };
    },
    close: async () => {},
  };
  const prober: Prober = {
    healthPlace: async (site, fresh) => {
      if (fresh) workers.delete(siteKey(site));
      startWorker(site);
      return {
        kind: 'ready',
        probe: async (order) => {
          health += 1;
          return end(
            asksOfDevice(order) ? 'pass' : card.suspect({ ...site, case: order.case }, order.isolation),
            order.isolation,
          );
        },
      };
    },
  };
  const { device } = openedRun(matrix);
  const ports = { recorder, observer: () => {}, bootId: 'boot', device };
  await recorder.append(openedRun(matrix));
  await runLoop({
    ...ports,
    search,
    executor,
    answers: state.answers,
    health: new DeviceHealth({
      ...ports,
      health: matrix.health,
      controls: matrix.controls,
      environments: matrix.environments.map(({ name }) => name),
      prober,
      ids: state.ids,
      memory: state.health,
      known: state.answers.knownPasses,
      warmUp: (cell) => {
        const smallest = smallestOf(enumeration, cell);
        return smallest === null ? null : { ...smallest, isolation: matrix.isolation };
      },
      passes: () => state.answers.passes,
      sleep: async () => {},
    }),
    slots: 1,
    newAttemptId: ({ id }) => state.ids.next(id),
    signal: stop.signal,
  });
  const stamped = withTimes(events);
  return {
    events: stamped,
    results: judge(stamped, matrix, enumeration, explained ? undefined : () => ({})),
    spent: { passes, hangs, health, processes, seconds: seconds + processes * start },
    endless: stop.signal.aborted,
  };
}

/** What is not asked of the device is asked of the suspect: a witness. */
function asksOfDevice({ probe }: HealthOrder): boolean {
  return probe === 'canary' || CONTROLS.some((control) => control === probe);
}

function openedRun(matrix: Parameters<typeof opened>[0]): Extract<NewEvent, { event: 'run-opened' }> {
  const event = opened(matrix);
  if (event.event !== 'run-opened') throw new Error('a run begins with its opening');
  return event;
}

/** The wall clock of a run that waits for nothing but its probes. */
function withTimes(events: readonly NewEvent[]): readonly JournalEvent[] {
  let now = Date.UTC(2030, 0, 1);
  return events.map((event): JournalEvent => {
    if (event.event === 'attempt-finished') now += 1000 * event.report.seconds;
    if (event.event === 'health-finished') now += 1000 * event.seconds;
    return { ...event, at: new Date(now).toISOString() };
  });
}
