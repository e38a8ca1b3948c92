/** The executor of one run, put together: environments are provisioned, those that cannot work are left out, workers are started in the others. */
import { dirname, join } from 'node:path';
import type { OpenRun } from './begin.ts';
import type { MeasureRequest } from './measure-request.ts';
import type { Observer } from './observer.ts';
import { buildOrder } from './pool/build-order.ts';
import { PredictingExecutor, predictor } from './pool/predicting-executor.ts';
import { privateFolders } from './pool/private-folders.ts';
import { WorkerExecutor } from './pool/worker-executor.ts';
import { healthWatchdog, wallHealth, wallWatchdog } from './scaled-deadlines.ts';
import { fatesOf } from './simulated-fates.ts';
import type { Recorder } from './state/recorder.ts';
import { BUILT_IN } from '../catalogue/rows/built-in.ts';
import { baseEnvironment } from '../environments/base-environment.ts';
import { identifyLibraries } from '../environments/library-identity.ts';
import { provisionSimulated } from '../environments/provision.ts';
import type { ProvisionOptions } from '../environments/provisioned.ts';
import { Provisioner } from '../environments/provisioner.ts';
import { packageRoot } from '../machine/installation.ts';
import { variablesFor } from '../matrix/space/subject.ts';
import { startWorker } from '../supervisor/start-worker.ts';

export interface RunExecutor {
  readonly executor: PredictingExecutor;
  /** Ends every worker and every build. */
  close(): Promise<void>;
}

export function runExecutor(
  request: MeasureRequest,
  { runId, state }: OpenRun,
  notes: { readonly recorder: Recorder; readonly observer: Observer },
): RunExecutor {
  const { matrix, device, card, folder, directory, signal } = request;
  const settings = Object.keys(matrix.settings);
  const predict = predictor(matrix, device, BUILT_IN);
  const provisioner = new Provisioner(
    provisionOptions(request, runId),
    (environment, text) => notes.observer({ kind: 'building', environment, text }),
    signal,
  );
  if (card === null) {
    const isWanted = (environment: string): boolean =>
      settings.some((setting) => predict({ environment, setting }) === null);
    provisioner.buildAhead(buildOrder(matrix).filter(({ name }) => isWanted(name)));
  }
  const simulated = { directory };
  const watchdog = wallWatchdog(request);
  const workers = new WorkerExecutor({
    ...notes,
    matrix,
    provision: (environment, stop, letGo) =>
      card === null ? provisioner.ask(environment, letGo) : provisionSimulated(simulated, stop),
    start: {
      runId,
      probe: card === null ? request.probe : null,
      watchdog,
      startWorker,
      variables: (environment, setting) => ({
        ...baseEnvironment(),
        ...request.deviceVariables,
        ...variablesFor(matrix, environment.name, setting),
      }),
      workerFolder: (environment, setting) => folder.workerFolder(environment, setting),
    },
    attempts: {
      device,
      watchdog,
      healthWatchdog: healthWatchdog(watchdog, wallHealth(request)),
      fates: card === null ? null : fatesOf(card, matrix),
      evidenceFolder: (attempt) => folder.evidenceFolder(attempt),
      dropEmptyEvidence: (attempt) => folder.dropEmptyEvidence(attempt),
      privateFolders: privateFolders(folder.file('scratch'), device.kind, matrix.cache),
    },
    libraries: { known: state.libraries, merged: matrix.same_libraries === 'merge', identify: identifyLibraries },
  });
  const executor = new PredictingExecutor(workers, { ...notes, settings, predict });
  return {
    executor,
    close: async () => {
      await executor.close();
      await provisioner.close();
    },
  };
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
      write: [],
      exchange: folder.file('scratch'),
    },
  };
}
