/**
 * The measuring step: everything between a locked run folder and a finished journal. It puts the parts together and
 * decides nothing itself: the loop asks, the search chooses, the supervisor kills, the journal remembers.
 */
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { AdaptiveDeadlines } from './adaptive-deadlines.ts';
import { runLoop, type LoopEnd, type Recorder } from './loop.ts';
import { Past } from './past.ts';
import { privateFolders } from './private-folders.ts';
import { scaleWatchdog } from './scale.ts';
import { WorkerExecutor, type WorkerPorts } from './workers.ts';
import type { Observer } from './observer.ts';
import type { SimulatedCard } from '../devices/simulated/fate-of.ts';
import { baseEnvironment } from '../environments/base-environment.ts';
import { provision, provisionSimulated } from '../environments/provision.ts';
import { UsageError } from '../errors.ts';
import { packageRoot } from '../paths.ts';
import { convFeatures } from '../insight/features.ts';
import { closing } from '../journal/open-attempts.ts';
import type { DeviceInfo } from '../journal/events.ts';
import { bootId, hostInfo } from '../journal/host.ts';
import { redactor } from '../journal/redact.ts';
import { replay } from '../journal/reader.ts';
import { cutTornTail } from '../journal/repair.ts';
import type { LockedRun } from '../journal/run-folder.ts';
import { openJournal, type Journal } from '../journal/writer.ts';
import { enumerate } from '../matrix/enumerate.ts';
import { matrixHash } from '../matrix/resolved.ts';
import { environmentOf, variablesFor } from '../matrix/subject.ts';
import type { Matrix, Watchdog } from '../matrix/schema.ts';
import { createSearch } from '../search/create.ts';
import type { SearchProgress } from '../search/search.ts';
import { startWorker } from '../supervisor/start-worker.ts';
import { sweepRun } from '../supervisor/sweep-run.ts';

export interface MeasureRequest {
  readonly folder: LockedRun;
  readonly matrix: Matrix;
  readonly device: DeviceInfo;
  /** Variables that leave the device alone visible to a probe. */
  readonly deviceVariables: Readonly<Record<string, string>>;
  /** Null on a real device. */
  readonly card: SimulatedCard | null;
  /** Absolute path of the probe. */
  readonly probe: string;
  /** Where relative paths of interpreters begin. */
  readonly directory: string;
  readonly seed: number;
  readonly resume: boolean;
  readonly tool: string;
  readonly signal: AbortSignal;
  /** Called once, when it is known how far the run is; `progress` tells it anew each time. */
  watch(progress: () => SearchProgress, finished: number): Observer;
}

export async function measure(request: MeasureRequest): Promise<LoopEnd> {
  const { matrix, signal } = request;
  const search = createSearch(matrix, enumerate(matrix));
  const past = new Past(search, matrix.bad);
  const adaptive = new AdaptiveDeadlines(wallWatchdog(request));
  const { journal, runId } = await (request.resume ? goOn(request, past, adaptive) : begin(request));
  try {
    const observer = request.watch(() => search.progress, past.finished);
    const recorder = observed(discreet(journal, request), adaptive);
    const executor = new WorkerExecutor(workerPorts(request, { recorder, runId }, observer));
    try {
      return await runLoop({
        search,
        recorder,
        executor,
        observer,
        bad: matrix.bad,
        limitsFor: (question) => adaptive.limitsFor(question),
        bootId: bootId(),
        // A real card runs one probe at a time: two would decide each other's results.
        slots: 1,
        newAttemptId: ({ id }) => past.ids.next(id),
        signal,
      });
    } finally {
      await executor.close();
    }
  } finally {
    await journal.close();
  }
}

interface OpenRun {
  readonly journal: Journal;
  /** In the environment of every process of the run. Two folders of one name must not sweep each other. */
  readonly runId: string;
}

async function begin({ folder, matrix, device, seed, tool }: MeasureRequest): Promise<OpenRun> {
  const runId = `${folder.name}-${randomUUID().slice(0, 8)}`;
  const journal = await openJournal(folder.journal);
  await journal.appendDurably({
    event: 'run-opened',
    schema: 1,
    run: runId,
    tool,
    matrix: matrix.name,
    matrixHash: matrixHash(matrix),
    bootId: bootId(),
    device,
    host: hostInfo(),
    seed,
  });
  return { journal, runId };
}

/** Replays the journal into the search, mends its end, closes what was left open and ends what an earlier harness left running. */
async function goOn({ folder, matrix }: MeasureRequest, past: Past, adaptive: AdaptiveDeadlines): Promise<OpenRun> {
  const events = replay(folder.journal);
  for await (const event of events) {
    past.see(event);
    adaptive.see(event);
  }
  refuseOtherMatrix(past, matrix);
  await cutTornTail(folder.journal, events.summary);
  const runId = past.opened?.run ?? folder.name;
  await sweepRun(runId);
  const journal = await openJournal(folder.journal);
  const boot = bootId();
  for (const open of past.open(boot)) {
    await journal.append(closing(open));
    if (open.becomes === 'host-lost') past.tell(open, { kind: 'host-lost' }, 0);
  }
  await journal.appendDurably({ event: 'run-resumed', bootId: boot, host: hostInfo() });
  return { journal, runId };
}

function refuseOtherMatrix(past: Past, matrix: Matrix): void {
  if (past.opened?.matrixHash === matrixHash(matrix)) return;
  throw new UsageError(
    'matrix-changed',
    'matrix.resolved.json is not the matrix that this run was started with',
    'put the file back, or start a new run with the changed matrix',
  );
}

/** What the journal holds is published with the results; the evidence folder keeps the unredacted texts. */
function discreet(journal: Journal, { folder, directory }: MeasureRequest): Recorder {
  const redact = redactor([
    { text: packageRoot(), by: '<bench>' },
    { text: folder.path, by: '<run>' },
    { text: directory, by: '<matrix>' },
    { text: homedir(), by: '~' },
  ]);
  return { append: (event) => journal.append(redact(event)), appendDurably: (event) => journal.appendDurably(redact(event)) };
}

/** The deadlines learn from what is recorded, in its order: a replay then teaches them the same. */
function observed(recorder: Recorder, adaptive: AdaptiveDeadlines): Recorder {
  return {
    append: (event) => {
      adaptive.see(event);
      return recorder.append(event);
    },
    appendDurably: (event) => {
      adaptive.see(event);
      return recorder.appendDurably(event);
    },
  };
}

function wallWatchdog({ matrix, device }: MeasureRequest): Watchdog {
  return scaleWatchdog(matrix.watchdog, device.simulation?.timeScale ?? 1);
}

function workerPorts(
  request: MeasureRequest,
  { recorder, runId }: { readonly recorder: Recorder; readonly runId: string },
  observer: Observer,
): WorkerPorts {
  const { folder, matrix, device, card, directory } = request;
  const options = { directory };
  return {
    matrix,
    device,
    runId,
    probe: card === null ? request.probe : null,
    watchdog: wallWatchdog(request),
    recorder,
    observer,
    startWorker,
    provision: (environment, signal) =>
      card === null ? provision(environment, options, signal) : provisionSimulated(options, signal),
    variables: (environment, setting) => ({
      ...baseEnvironment(),
      ...request.deviceVariables,
      ...variablesFor(matrix, environment.name, setting),
    }),
    fate: (cell, attempt) =>
      card === null
        ? null
        : card.fate(
            {
              environment: environmentOf(matrix, cell.environment),
              setting: cell.setting,
              variables: variablesFor(matrix, cell.environment, cell.setting),
              switches: matrix.settings[cell.setting]?.torch ?? {},
              case: cell.case,
              features: convFeatures(cell.case),
            },
            attempt,
          ),
    evidenceFolder: (attempt) => folder.evidenceFolder(attempt),
    dropEmptyEvidence: (attempt) => folder.dropEmptyEvidence(attempt),
    workerFolder: (environment, setting) => folder.workerFolder(environment, setting),
    privateFolders: privateFolders(folder.file('scratch'), device.kind, matrix.cache),
  };
}
