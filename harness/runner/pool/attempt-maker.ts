/** Makes attempts and health probes in a worker: each in its own folders, with its variables and, on a simulated card, its fate. */
import { rename } from 'node:fs/promises';
import type { LibraryRecorder } from './library-recorder.ts';
import type { FolderOwner, PrivateFolders } from './private-folders.ts';
import type { HealthOrder, Order } from '../executor.ts';
import type { AttemptReport } from '../../model/attempt/attempt.ts';
import type { Case, Cell } from '../../model/cell.ts';
import type { DeviceInfo, HealthProbe } from '../../model/events.ts';
import { MAKERS } from '../../model/makers.ts';
import type { Site } from '../../model/site.ts';
import { makeOwnFolder } from '../../machine/files/own-folder.ts';
import type { Matrix, Measure, Watchdog } from '../../matrix/file/schema.ts';
import { variablesFor } from '../../matrix/space/subject.ts';
import type { AttemptRequest, OnPhase, Worker } from '../../supervisor/types.ts';

/** Once is enough; the probes bring their own tolerances. */
const HEALTH_MEASURE: Measure = { repeats: 0, budget: 0, verify: true, rtol: 0, atol: 0 };

/** The scripted ends of a simulated card; null on a real device. */
export interface Fates {
  attempt(cell: Site & Pick<Cell, 'case'>, attempt: string): AttemptRequest['fate'];
  probe(site: Site, parameters: Case, probe: Exclude<HealthProbe, 'witness'>, check: string): AttemptRequest['fate'];
}

export interface AttemptPorts {
  readonly device: DeviceInfo;
  readonly watchdog: Watchdog;
  /** For probes of the device's health. */
  readonly healthWatchdog: Watchdog;
  readonly fates: Fates | null;
  /** Makes and returns the evidence folder of an attempt. */
  evidenceFolder(attempt: string): Promise<string>;
  /** Removes that folder if it is empty. Never rejects. */
  dropEmptyEvidence(attempt: string): Promise<void>;
  /** Private databases and caches; `release` removes them. */
  privateFolders(owner: FolderOwner): Promise<PrivateFolders>;
}

/** What attempts and health probes do not have in common. */
type Own = Omit<AttemptRequest, 'attempt' | 'device' | 'card' | 'env' | 'directory'>;

export class AttemptMaker {
  readonly #ports: AttemptPorts;
  readonly #matrix: Matrix;
  readonly #libraries: LibraryRecorder;

  constructor(ports: AttemptPorts, matrix: Matrix, libraries: LibraryRecorder) {
    this.#ports = ports;
    this.#matrix = matrix;
    this.#libraries = libraries;
  }

  attempt(
    worker: Worker,
    { attempt, cell, isolation, lowered, patient }: Order,
    signal: AbortSignal,
    onPhase: OnPhase,
  ) {
    const { watchdog, fates } = this.#ports;
    const own = {
      ...this.#suspect(cell, attempt),
      isolation,
      measure: this.#matrix.measure,
      watchdog,
      ...(fates === null && this.#libraries.wants(cell) ? { libraries: true } : {}),
      ...(lowered === undefined ? {} : { lowered }),
      ...(patient === undefined ? {} : { patient }),
    };
    const note = (report: AttemptReport): Promise<void> =>
      this.#libraries.attempted(cell, report.mapped ?? report.evidence?.libraries ?? null);
    return this.#make(worker, { attempt, site: cell, folder: cell.id }, own, { signal, onPhase }, note);
  }

  probe(worker: Worker, { check, probe, site, case: parameters, isolation }: HealthOrder, signal: AbortSignal) {
    const { healthWatchdog, watchdog, fates } = this.#ports;
    if (probe === 'witness') {
      const own = {
        ...this.#suspect({ ...site, case: parameters }, check),
        isolation,
        measure: { ...this.#matrix.measure, repeats: 0 },
        watchdog,
      };
      return this.#make(worker, { attempt: check, site, folder: 'witness' }, own, { signal, onPhase: () => {} });
    }
    const own = {
      health: probe,
      isolation,
      case: parameters,
      fate: fates?.probe(site, parameters, probe, check) ?? null,
      measure: HEALTH_MEASURE,
      torch: {},
      watchdog: healthWatchdog,
    };
    return this.#make(worker, { attempt: check, site, folder: 'health' }, own, { signal, onPhase: () => {} });
  }

  /** The probe of the matrix with these parameters. */
  #suspect(cell: Site & Pick<Cell, 'case'>, attempt: string): Pick<Own, 'case' | 'fate' | 'torch'> {
    return {
      case: cell.case,
      fate: this.#ports.fates?.attempt(cell, attempt) ?? null,
      torch: this.#matrix.settings[cell.setting]?.torch ?? {},
    };
  }

  /** `folder`: shared with later ones of that name where caches are warm. `note` is told of the report while its folders are there. */
  async #make(
    worker: Worker,
    { attempt, site, folder }: { readonly attempt: string; readonly site: Site; readonly folder: string },
    own: Own,
    options: { readonly signal: AbortSignal; readonly onPhase: OnPhase },
    note: (report: AttemptReport) => Promise<void> = async () => {},
  ): Promise<AttemptReport> {
    const { device, evidenceFolder, dropEmptyEvidence, privateFolders } = this.#ports;
    // What the matrix sets itself is not replaced.
    const given = new Set(Object.keys(variablesFor(this.#matrix, site.environment, site.setting)));
    const { exchange } = worker;
    const within = exchange === undefined ? {} : { within: await makeOwnFolder(exchange, 'caches') };
    const folders = await privateFolders({ attempt, cell: folder, given, ...within });
    const evidence = await evidenceFolder(attempt);
    const directory = exchange === undefined ? evidence : await makeOwnFolder(exchange, attempt, 'empty');
    try {
      const told = await worker.attempt(
        {
          ...own,
          attempt,
          device: MAKERS[device.kind].torchDevice,
          card: device,
          env: folders.env,
          directory,
        },
        options,
      );
      // Moved, not followed. Where that fails the journal has the evidence.
      if (directory !== evidence) await rename(directory, evidence).catch(() => {});
      await note(told);
      const { mapped: _, ...report } = told;
      // A quiet pass left nothing; a long run has thousands of them.
      if (report.outcome.kind === 'pass') await dropEmptyEvidence(attempt);
      return report;
    } finally {
      await folders.release();
    }
  }
}
