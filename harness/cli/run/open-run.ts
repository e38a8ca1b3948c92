/**
 * From the words of `bench run` to something that can be measured: matrix, device, probe and a locked run folder.
 * Everything that can be wrong with the words is found here, before anything is written or started.
 */
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { isProbePath, probePath } from './probe-path.ts';
import { readGiven } from '../input/read-given.ts';
import { wrongOption } from '../options.ts';
import { rebound } from '../../devices/binding.ts';
import { lockDevice, type DeviceLock } from '../../devices/device-lock.ts';
import { chooseDevice, parseDeviceRequest, type DeviceRequest } from '../../devices/choose.ts';
import { discover } from '../../devices/discover.ts';
import { machineAt } from '../../devices/machine.ts';
import { simulatedCard } from '../../makers/simulated/fate-of.ts';
import { parseModel } from '../../makers/simulated/parse-model.ts';
import { readCatalogue } from '../../catalogue/update/user-file.ts';
import { refuseUnfit } from '../../machine/limits.ts';
import { NoVerdictError, UsageError } from '../../model/errors.ts';
import { createRun, resumeRun, type LockedRun } from '../../journal/run-folder.ts';
import { replay } from '../../journal/reader.ts';
import { enumerate } from '../../matrix/space/enumerate.ts';
import { loadMatrix } from '../../matrix/file/load.ts';
import { matrixHash, parseResolved, resolvedHash, resolvedJson } from '../../matrix/file/resolved.ts';
import { surveyDevice } from '../../devices/survey.ts';
import { DEVICE_CHOICES, natureOf, type DeviceChoice } from '../../model/makers.ts';
import { DiskSize } from '../../matrix/file/disk-size.ts';
import type { Discovery, FoundDevice } from '../../makers/found.ts';
import type { LockFile } from '../../machine/lock/lock.ts';
import type { DeviceInfo, JournalEvent } from '../../model/events.ts';
import { Provision, type Matrix } from '../../matrix/file/schema.ts';
import { spelledOut } from '../../matrix/kinds/kinds.ts';
import { STRATEGIES } from '../../model/strategy.ts';
import type { ReadyRun } from '../../runner/measure-request.ts';

export interface OpenedRun extends ReadyRun {
  /** Gives the run folder and the card back; may be called twice. */
  release(): void;
}

/** What the words of a command choose beside the matrix. */
export interface RunChoices {
  readonly device?: string | undefined;
  readonly model?: string | undefined;
  readonly isolation?: Matrix['isolation'] | undefined;
  readonly search?: Matrix['search']['strategy'] | undefined;
  readonly out?: string | undefined;
  readonly seed?: number | undefined;
  readonly slots?: number | undefined;
  readonly includeNoBinary?: boolean | undefined;
  readonly jobs?: number | undefined;
  /** Such as 20GB. */
  readonly maxDisk?: string | undefined;
}

/** The device as the journal keeps it, how probes are bound to it, and what to know of it. */
type Target = Pick<OpenedRun, 'device' | 'deviceVariables' | 'warnings'>;

const MODEL = 'model.yml';
const DEFAULT_SEED = 1;

/** `reshape`: what a command makes of the matrix as it was written. `accept`: throws where this device will not do. */
export async function newRun(
  matrixFile: string,
  options: RunChoices,
  reshape: (matrix: Matrix) => Matrix = (matrix) => matrix,
  accept: (device: DeviceInfo) => void = () => undefined,
): Promise<OpenedRun> {
  refuseUnfit();
  const path = resolve(matrixFile);
  const request = options.device === undefined ? null : requested(options.device);
  const text = await readGiven(matrixFile, 'matrix');
  const given = withOptions(reshape(loadMatrix(text, matrixFile, await readCatalogue(process.env))), request, options);
  refuseTooMany(given);
  const probe = probePath(given.probe, path);
  const directory = dirname(path);
  const model = natureOf(given.device) === 'simulation' ? await readModel(given, directory, options) : null;
  const seed = options.seed ?? DEFAULT_SEED;
  const card = model === null ? null : simulatedCard(parseModel(model.text, model.file), seed);
  const target =
    card === null
      ? await choose(given.device, request?.address ?? null, given)
      : { device: card.device, deviceVariables: {}, warnings: [] };
  accept(target.device);
  // Paths are spelled out, so that the run goes on from any folder; a built-in probe is found where the program is.
  const matrix: Matrix = {
    ...given,
    probe: isProbePath(given.probe) ? probe : given.probe,
    environments: given.environments.map((environment) => spelledOut(environment, directory)),
    device: target.device.kind,
  };
  // Before the folder is made: a run that is refused leaves nothing behind.
  const lock = lockDevice(target.device, `${matrix.name}, which is being started`);
  try {
    const folder = await createRun({
      matrix: matrix.name,
      matrixText: text,
      resolved: resolvedJson(matrix),
      now: new Date(),
      ...(options.out === undefined ? {} : { out: options.out }),
    });
    if (model !== null) await folder.write(MODEL, model.text);
    return {
      folder,
      matrix,
      matrixHash: matrixHash(matrix),
      ...withLock(target, lock),
      card,
      probe,
      directory,
      seed,
      resume: false,
      release: holdBoth(folder, lock),
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** Results list every cell, observed or not. */
const MOST_CELLS = 250_000;

function refuseTooMany(matrix: Matrix): void {
  const { cellCount } = enumerate(matrix);
  if (cellCount <= MOST_CELLS) return;
  throw new UsageError(
    'too-many-cells',
    `the matrix has ${cellCount.toLocaleString('en')} cells; a run takes up to ${MOST_CELLS.toLocaleString('en')}, because its results list every one`,
    'take a larger step or a factor on the longest axis, or split the matrix; bench plan counts any matrix',
  );
}

/** `accept`: as for `newRun`. */
export async function resumedRun(
  path: string,
  slots = 1,
  accept: (device: DeviceInfo) => void = () => undefined,
): Promise<OpenedRun> {
  refuseUnfit();
  const folder = await resumeRun(path);
  try {
    const opened = await openingOf(folder.journal);
    const text = await folder.read('matrix.resolved.json');
    if (text === null)
      throw new UsageError(
        'resolved-matrix-missing',
        `${path} has no matrix.resolved.json`,
        'restore it, or start a new run',
      );
    const matrix = parseResolved(text);
    const { device, seed } = opened;
    accept(device);
    const isSimulated = natureOf(device.kind) === 'simulation';
    if (!isSimulated) refuseSlots(slots);
    const model = isSimulated ? await folder.read(MODEL) : null;
    const card = model === null ? null : simulatedCard(parseModel(model, MODEL), seed);
    if (isSimulated && card === null) {
      throw new UsageError(
        'model-missing',
        `${path} has no ${MODEL}, the model of its simulated card`,
        'restore it, or start a new run',
      );
    }
    const probe = probeOf(matrix, folder);
    const target = card === null ? await sameDevice(device, matrix) : { device, deviceVariables: {}, warnings: [] };
    const lock = lockDevice(device, folder.name);
    return {
      folder,
      matrix,
      matrixHash: resolvedHash(text),
      ...withLock(target, lock),
      card,
      probe,
      directory: folder.path,
      seed,
      resume: true,
      release: holdBoth(folder, lock),
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** Where a probe was taken away since, what was measured with it is still worth something. */
function probeOf({ probe }: Matrix, folder: LockedRun): string {
  try {
    return probePath(probe, folder.file('matrix.yml'));
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== 'probe-missing') throw error;
    throw new UsageError(
      'probe-missing',
      `${error.message}. What was measured with it is safe in ${folder.path}`,
      `put it back, then: bench run --resume ${folder.path}; bench judge ${folder.path} works without it`,
      { cause: error },
    );
  }
}

/** What lies in the lock's folder and holds nothing up is told. */
function withLock(target: Target, lock: DeviceLock | null): Target {
  const told = (lock?.passedOver ?? []).map(
    (text) => `A lock file that does not hold the card was passed over: ${text}.`,
  );
  return { ...target, warnings: [...target.warnings, ...told] };
}

/** The result gives card and folder back. */
function holdBoth(folder: LockedRun, lock: LockFile | null): () => void {
  lock?.tell(folder.name, folder.path);
  return () => {
    lock?.release();
    folder.release();
  };
}

async function choose(kind: DeviceChoice, address: string | null, matrix: Matrix): Promise<Target> {
  const found = await discover();
  return targetOf(chooseDevice(kind, found, address), found, matrix);
}

async function targetOf(chosen: FoundDevice, found: Discovery, matrix: Matrix): Promise<Target> {
  const { kind, name, target, pciAddress, simulation, details, variables } = chosen;
  const seen = await surveyDevice(machineAt('/'), chosen, found, userInfo().uid, new Set([process.pid]));
  return {
    device: { kind, name, target, pciAddress, simulation, ...(details === undefined ? {} : { details }) },
    deviceVariables: variables,
    warnings: [...seen, ...rebound(matrix, variables)],
  };
}

/** A run goes on with the card it began with: by PCI address, for indices change between boots. */
async function sameDevice(wanted: DeviceInfo, matrix: Matrix): Promise<Target> {
  const all = await discover();
  const found = all.devices.find(
    ({ kind, pciAddress, problem }) => kind === wanted.kind && pciAddress === wanted.pciAddress && problem === null,
  );
  if (found !== undefined) return targetOf(found, all, matrix);
  throw new NoVerdictError(
    'device-gone',
    `the ${wanted.kind} device of this run (${wanted.name}${wanted.pciAddress === null ? '' : `, ${wanted.pciAddress}`}) is not here or cannot be used`,
    'resume on the machine it was started on, when the card answers again; bench judge works without it',
  );
}

async function openingOf(journal: string): Promise<Extract<JournalEvent, { event: 'run-opened' }>> {
  for await (const event of replay(journal)) {
    if (event.event === 'run-opened') return event;
  }
  throw new UsageError('journal-empty', 'the journal holds no event: the run ended before it began', 'start a new run');
}

/** Two probes on one real card would decide each other's results. */
function refuseSlots(slots: number): void {
  if (slots === 1) return;
  throw new UsageError(
    'slots-on-a-card',
    '--slots is for simulated cards: a real card runs one probe at a time',
    'take --slots away, or add --device simulated',
  );
}

function withOptions(
  matrix: Matrix,
  request: DeviceRequest | null,
  { isolation, search, model, slots = 1, includeNoBinary, jobs, maxDisk }: RunChoices,
): Matrix {
  const device = request?.kind ?? matrix.device;
  const isSimulated = natureOf(device) === 'simulation';
  if (!isSimulated) refuseSlots(slots);
  if (model !== undefined && !isSimulated) {
    throw new UsageError(
      'model-unused',
      '--model is for the simulated card, and this run is for a real one',
      'add --device simulated, or take --model away',
    );
  }
  if (search !== undefined && STRATEGIES[search].alongAxis && matrix.search.axis === null) {
    throw new UsageError(
      'no-search-axis',
      'the matrix has no axis to search along',
      'give it an axis of one numeric parameter, or use --search grid',
    );
  }
  return {
    ...matrix,
    device,
    isolation: isolation ?? matrix.isolation,
    include_no_binary: includeNoBinary ?? matrix.include_no_binary,
    search: { ...matrix.search, strategy: search ?? matrix.search.strategy },
    ...provisionWith(matrix, jobs, maxDisk),
  };
}

function requested(text: string): DeviceRequest {
  const request = parseDeviceRequest(text);
  if (request !== null) return request;
  throw wrongOption(
    'run',
    'device',
    `"${text}" is none of ${DEVICE_CHOICES.join(', ')}, nor a card such as rocm:0000:03:00.0`,
  );
}

function sizeOf(text: string): number {
  const parsed = DiskSize.safeParse(text);
  if (parsed.success) return parsed.data;
  throw wrongOption('run', 'max-disk', parsed.error.issues[0]?.message ?? 'not understood');
}

function provisionWith(
  { provision }: Matrix,
  jobs: number | undefined,
  maxDisk: string | undefined,
): Pick<Matrix, 'provision'> {
  if (jobs === undefined && maxDisk === undefined) return {};
  const given = provision ?? Provision.parse({});
  return {
    provision: { ...given, jobs: jobs ?? given.jobs, ...(maxDisk === undefined ? {} : { max_disk: sizeOf(maxDisk) }) },
  };
}

async function readModel(
  matrix: Matrix,
  directory: string,
  { model }: RunChoices,
): Promise<{ readonly file: string; readonly text: string }> {
  const file = model ?? (matrix.simulate === undefined ? null : resolve(directory, matrix.simulate));
  if (file === null) {
    throw new UsageError(
      'no-model',
      'the simulated card needs a model: this matrix names none',
      'add `simulate: ./models/….yml` to the matrix, or give --model <file>',
    );
  }
  return { file, text: await readGiven(file, 'model') };
}
