/**
 * The measuring step: everything between a locked run folder and a finished journal. It puts the parts together and
 * decides nothing itself: the loop asks, the search chooses, the supervisor kills, the journal remembers.
 */
import { randomUUID } from 'node:crypto';
import { homedir, hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AdaptiveDeadlines } from './state/adaptive-deadlines.ts';
import { buildOrder } from './pool/build-order.ts';
import { Aftermath, closingProbe, endedBy, leftBy, refuseLingering, refuseRebootLoop, type Left } from './aftermath.ts';
import { DeviceHealth } from './health/device-health.ts';
import type { Site } from '../model/site.ts';
import { Ledger } from './state/search-answers.ts';
import { runLoop, type LoopEnd, type Recorder } from './loop.ts';
import { Past } from './past.ts';
import { PredictingExecutor, predictor } from './pool/predicting-executor.ts';
import { privateFolders } from './pool/private-folders.ts';
import { healthWatchdog, scaleHealth, scaleWatchdog } from './scaled-deadlines.ts';
import { Twins } from './twin-answers.ts';
import { WorkerExecutor, type WorkerPorts } from './pool/worker-executor.ts';
import type { Observer } from './observer.ts';
import { BUILT_IN } from '../catalogue/rows/built-in.ts';
import type { SimulatedCard } from '../makers/simulated/fate-of.ts';
import type { Circumstances } from '../makers/simulated/subject.ts';
import { identifyLibraries } from '../environments/library-identity.ts';
import { baseEnvironment } from '../environments/base-environment.ts';
import { provisionSimulated } from '../environments/provision.ts';
import type { ProvisionOptions } from '../environments/provisioned.ts';
import { Provisioner } from '../environments/provisioner.ts';
import { UsageError } from '../model/errors.ts';
import { packageRoot } from '../machine/installation.ts';
import { convFeatures } from '../insight/features.ts';
import { closing } from '../verdicts/fold/open-work.ts';
import type { DeviceInfo, JournalEvent, NewEvent } from '../model/events.ts';
import { bootId, hostInfo } from '../machine/host.ts';
import { redactor } from '../journal/redact.ts';
import { replay } from '../journal/reader.ts';
import { cutTornTail } from '../journal/repair.ts';
import type { LockedRun } from '../journal/run-folder.ts';
import { openJournal, type Journal } from '../journal/writer.ts';
import type { Case } from '../model/cell.ts';
import { enumerate } from '../matrix/space/enumerate.ts';
import { environmentOf, variablesFor } from '../matrix/space/subject.ts';
import type { Environment } from '../matrix/kinds/kinds.ts';
import type { Health, Matrix, Watchdog } from '../matrix/file/schema.ts';
import { createSearch } from '../search/create.ts';
import type { SearchProgress } from '../search/search.ts';
import { startWorker } from '../supervisor/start-worker.ts';
import { stillThere, sweepRun } from '../supervisor/left-over.ts';

export interface MeasureRequest {
  readonly folder: LockedRun;
  readonly matrix: Matrix;
  /** Of its matrix.resolved.json as it was written. */
  readonly matrixHash: string;
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
  /** What to do about cells that took the machine down: try them again, or go on without them although it happened in a row. */
  readonly hostLost?: 'retry' | 'accept' | undefined;
  /** Attempts at the same time. 1 on a real card, where two would decide each other's results; simulated cards may be many. */
  readonly slots?: number;
  readonly tool: string;
  readonly signal: AbortSignal;
  /** What a reader of the results must know of the machine. */
  readonly warnings: readonly string[];
  /** Called once, when it is known how far the run is; `progress` tells it anew each time. */
  watch(progress: () => SearchProgress, finished: number): Observer;
}

export async function measure(request: MeasureRequest): Promise<LoopEnd> {
  const { matrix, signal } = request;
  const search = createSearch(matrix, enumerate(matrix));
  const ledger = new Ledger({ search, bad: matrix.bad, watched: matrix.health.canary });
  const adaptive = new AdaptiveDeadlines(wallWatchdog(request));
  const { journal, runId, past, healthEvents, libraryEvents } = await (request.resume
    ? goOn(request, ledger, adaptive)
    : begin(request, ledger));
  const lost: Left[] = [];
  try {
    const observer = request.watch(() => search.progress, past.finished);
    const recorder = observed(discreet(journal, request), request, adaptive, lost);
    for (const text of request.warnings) await recorder.append({ event: 'warning', text });
    const provisioner = new Provisioner(
      provisionOptions(request, runId),
      (environment, text) => observer({ kind: 'building', environment, text }),
      signal,
    );
    const settings = Object.keys(matrix.settings);
    const predict = predictor(matrix, request.device, BUILT_IN);
    const isWanted = ({ name }: Environment): boolean =>
      settings.some((setting) => predict({ environment: name, setting }) === null);
    if (request.card === null) provisioner.buildAhead(buildOrder(matrix).filter(isWanted));
    const workers = new WorkerExecutor(workerPorts(request, { recorder, runId, provisioner }, observer));
    for (const event of libraryEvents) workers.restore(event);
    const executor = new PredictingExecutor(workers, {
      settings,
      predict,
      recorder,
      observer,
    });
    const health = new DeviceHealth({
      health: wallHealth(request),
      controls: matrix.controls,
      device: request.device,
      environments: matrix.environments.map(({ name }) => name),
      prober: executor,
      recorder,
      ledger,
      observer,
      bootId: bootId(),
      sleep: (seconds, stop) => sleep(seconds * 1000, undefined, { signal: stop }).catch(() => {}),
    });
    for (const event of healthEvents) health.see(event);
    try {
      return await runLoop({
        search,
        ledger,
        health,
        ...(matrix.same_libraries === 'merge' ? { twins: twinsOf(matrix, executor, ledger) } : {}),
        device: request.device,
        recorder,
        executor,
        observer,
        limitsFor: (question) => adaptive.limitsFor(question),
        bootId: bootId(),
        slots: request.slots ?? 1,
        newAttemptId: ({ id }) => past.ids.next(id),
        signal,
      });
    } finally {
      await executor.close();
      await provisioner.close();
      for (const event of endedBy(lost, stillThere, 'it ended while the run was ending'))
        await recorder.appendDurably(event);
    }
  } finally {
    await journal.close();
  }
}

function twinsOf(matrix: Matrix, executor: PredictingExecutor, ledger: Ledger): Twins {
  return new Twins({
    enumeration: enumerate(matrix),
    sameAs: (cell, signal) => executor.sameAs(cell, signal),
    told: (cell, isolation) => ledger.told(cell, isolation),
  });
}

interface OpenRun {
  readonly journal: Journal;
  /** In the environment of every process of the run. Two folders of one name must not sweep each other. */
  readonly runId: string;
  readonly past: Past;
  /** Of the health probes so far. */
  readonly healthEvents: readonly JournalEvent[];
  /** What the environments loaded. */
  readonly libraryEvents: readonly JournalEvent[];
}

async function begin(request: MeasureRequest, ledger: Ledger): Promise<OpenRun> {
  const { folder, matrix, matrixHash, device, seed, tool } = request;
  const runId = `${folder.name}-${randomUUID().slice(0, 8)}`;
  const journal = await openJournal(folder.journal);
  await journal.appendDurably({
    event: 'run-opened',
    schema: 1,
    run: runId,
    tool,
    matrix: matrix.name,
    matrixHash,
    bootId: bootId(),
    device,
    host: redaction(request)(hostInfo()),
    seed,
  });
  return { journal, runId, past: new Past(ledger), healthEvents: [], libraryEvents: [] };
}

/** Replays the journal into the search, mends its end, closes what was left open and ends what an earlier harness left running. */
async function goOn(request: MeasureRequest, ledger: Ledger, adaptive: AdaptiveDeadlines): Promise<OpenRun> {
  const { folder, matrixHash, card, hostLost } = request;
  const aftermath = new Aftermath();
  for await (const event of replay(folder.journal)) aftermath.see(event);
  const past = new Past(ledger, hostLost === 'retry' ? aftermath.next : aftermath.retriedUpTo);
  const healthEvents: JournalEvent[] = [];
  const libraryEvents: JournalEvent[] = [];
  const events = replay(folder.journal);
  for await (const event of events) {
    past.see(event);
    adaptive.see(event);
    card?.see(event);
    if (event.event === 'environment-libraries') libraryEvents.push(event);
    if (event.event === 'health-started' || event.event === 'health-finished') healthEvents.push(event);
  }
  refuseOtherMatrix(past, matrixHash);
  await cutTornTail(folder.journal, events.summary);
  const runId = past.opened?.run ?? folder.name;
  await sweepRun(runId);
  const journal = await openJournal(folder.journal);
  const boot = bootId();
  try {
    const losses = aftermath.lossesUnder(boot);
    for (const open of past.open(boot)) {
      await journal.append(closing(open));
      if (open.becomes === 'host-lost') past.tell(open, { kind: 'host-lost' }, 0);
    }
    for (const one of aftermath.openProbes()) {
      const closed = closingProbe(one, boot);
      ledger.see(closed);
      await journal.append(closed);
    }
    for (const event of endedBy(
      aftermath.left,
      (process, left) => (left.bootId === boot ? stillThere(process) : null),
      'it was gone when the run was resumed',
    ))
      await journal.appendDurably(event);
    refuseLingering(
      aftermath.left.filter(({ bootId: then }) => then === boot),
      stillThere,
    );
    refuseRebootLoop(losses, hostLost !== undefined);
    const resumed = {
      event: 'run-resumed',
      bootId: boot,
      host: redaction(request)(hostInfo()),
      ...(hostLost === 'retry' ? { retryHostLost: true } : {}),
    } as const;
    card?.see(resumed);
    await journal.appendDurably(resumed);
    return { journal, runId, past, healthEvents, libraryEvents };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

function refuseOtherMatrix(past: Past, matrixHash: string): void {
  if (past.opened?.matrixHash === matrixHash) return;
  throw new UsageError(
    'matrix-changed',
    'matrix.resolved.json is not the matrix that this run was started with',
    'put the file back, or start a new run with the changed matrix',
  );
}

/** What the journal holds is published with the results; the evidence folder keeps the unredacted texts. */
function redaction({ folder, directory, deviceVariables }: MeasureRequest): ReturnType<typeof redactor> {
  const hidden = [
    { text: packageRoot(), by: '<bench>' },
    { text: folder.path, by: '<run>' },
    { text: directory, by: '<matrix>' },
    { text: homedir(), by: '~' },
    // The UUID by which a card is chosen among several is as good as a serial number.
    ...Object.values(deviceVariables)
      .filter((value) => value.startsWith('GPU-'))
      .map((text) => ({ text, by: '<gpu>' })),
  ];
  return redactor(hidden, { user: userName(), host: hostname() });
}

/** Where the user has no entry among the accounts, as in some containers, there is no name to hide. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? '';
  }
}

function discreet(journal: Journal, request: MeasureRequest): Recorder {
  const redact = redaction(request);
  return {
    append: (event) => journal.append(redact(event)),
    appendDurably: (event) => journal.appendDurably(redact(event)),
  };
}

/** The deadlines learn from what is recorded, in its order: a replay then teaches them the same. */
function observed(recorder: Recorder, { card }: MeasureRequest, adaptive: AdaptiveDeadlines, lost: Left[]): Recorder {
  const see = (event: NewEvent): void => {
    adaptive.see(event);
    card?.see(event);
    lost.push(...leftBy(event));
  };
  return {
    append: (event) => {
      see(event);
      return recorder.append(event);
    },
    appendDurably: (event) => {
      see(event);
      return recorder.appendDurably(event);
    },
  };
}

function wallWatchdog({ matrix, device }: MeasureRequest): Watchdog {
  return scaleWatchdog(matrix.watchdog, device.simulation?.timeScale ?? 1);
}

function wallHealth({ matrix, device }: MeasureRequest): Health {
  return scaleHealth(matrix.health, device.simulation?.timeScale ?? 1);
}

function provisionOptions(
  { matrix, device, directory, folder, probe }: MeasureRequest,
  runId: string,
): ProvisionOptions {
  return {
    directory,
    ...(matrix.provision === undefined ? {} : { provision: matrix.provision }),
    container: {
      device: device.kind,
      runId,
      read: [join(packageRoot(), 'python-probes'), dirname(probe)],
      write: [folder.path],
    },
  };
}

function workerPorts(
  request: MeasureRequest,
  {
    recorder,
    runId,
    provisioner,
  }: { readonly recorder: Recorder; readonly runId: string; readonly provisioner: Provisioner },
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
    healthWatchdog: healthWatchdog(wallWatchdog(request), wallHealth(request)),
    recorder,
    observer,
    startWorker,
    provision: (environment, signal, letGo) =>
      card === null ? provisioner.ask(environment, letGo) : provisionSimulated(options, signal),
    variables: (environment, setting) => ({
      ...baseEnvironment(),
      ...request.deviceVariables,
      ...variablesFor(matrix, environment.name, setting),
    }),
    fate: (cell, attempt) => card?.fate(circumstances(matrix, cell, cell.case), attempt) ?? null,
    probeFate: (site, parameters, probe, check) =>
      card?.probeFate(circumstances(matrix, site, parameters), probe, check) ?? null,
    evidenceFolder: (attempt) => folder.evidenceFolder(attempt),
    dropEmptyEvidence: (attempt) => folder.dropEmptyEvidence(attempt),
    workerFolder: (environment, setting) => folder.workerFolder(environment, setting),
    identify: identifyLibraries,
    privateFolders: privateFolders(folder.file('scratch'), device.kind, matrix.cache),
  };
}

function circumstances(matrix: Matrix, { environment, setting }: Site, parameters: Case): Circumstances {
  return {
    environment: environmentOf(matrix, environment),
    setting,
    variables: variablesFor(matrix, environment, setting),
    switches: matrix.settings[setting]?.torch ?? {},
    case: parameters,
    features: convFeatures(parameters),
  };
}
