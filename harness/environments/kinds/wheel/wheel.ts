/**
 * A torch wheel in a virtual environment of its own, kept under the user's cache folder and shared by all runs.
 * Complete is what a marker names; wheel-build.ts says why. Whoever gets it holds a lease on it; kept.ts says what that is.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildEnvironment } from '../../base-environment.ts';
import { askCommand } from '../../../machine/processes/bounded-command.ts';
import { lockFolder } from '../../../machine/lock/folder-lock.ts';
import { makeRoom } from '../../store/disk-room.ts';
import { findCpython } from './find-cpython.ts';
import { findInterpreter } from '../interpreter/find-interpreter.ts';
import { lease, readMarker } from '../../store/kept-environments.ts';
import {
  INTERRUPTED,
  unavailable,
  type Provisioned,
  type ProvisionOptions,
  type Ready,
  type Unavailable,
} from '../../provisioned.ts';
import { buildWheel, logTail } from './wheel-build.ts';
import { findLink, type Looked } from './wheel-link.ts';
import { environmentsFolder, pipLine, planWheel, PYPI, type WheelEnvironment, type WheelPlan } from './wheel-plan.ts';
import type { Described, Provider } from '../provider.ts';
import { withoutSecrets } from '../../../catalogue/address.ts';
import { withHttp } from '../../../machine/http/client.ts';
import { humanBytes } from '../../../matrix/file/disk-size.ts';
import { messageOf } from '../../../model/errors.ts';
import { minorOf } from '../../../catalogue/order.ts';

/** What a wheel takes while and after it is installed, as a multiple of its file: the file, what it unpacks to, and what it depends on. */
const NEED_PER_WHEEL_BYTE = 5;

export function wheelProvider(environment: WheelEnvironment): Provider {
  return {
    isBuilt: true,
    provision: (options, signal) => provisionWheel(environment, options, signal),
    availability: async ({ options, cpython }) => {
      const found = await cpython(environment.python);
      if (found.kind === 'unavailable') return { kind: 'cannot', reason: found.reason };
      const { key } = planWheel(environment, found.interpreter);
      const marker = await readMarker(join(environmentsFolder(options.ambient ?? process.env), key));
      return { kind: marker === null ? 'to-make' : 'ready' };
    },
    describe: (options, signal) => described(environment, options, signal),
  };
}

async function described(
  environment: WheelEnvironment,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<Described> {
  const planned = await planOf(environment, options, signal);
  if (planned.kind === 'unavailable') return { kind: 'cannot', reason: planned.reason };
  const { plan, folder } = planned;
  const marker = await readMarker(folder);
  const { executable, version } = plan.interpreter;
  return {
    kind: 'known',
    lines: [
      `Python ${version}`,
      `  ${executable} -m venv ${environment.name}`,
      `  ${environment.name}/bin/${pipLine(plan)}`,
      ...(plan.sha256 === null ? [] : [`  sha256 of the wheel: ${plan.sha256}`]),
      marker === null
        ? `  not made yet; it will be kept in ${folder}`
        : `  made already${marker.bytes === undefined ? '' : `, ${humanBytes(marker.bytes)}`}, kept in ${folder}`,
    ],
    facts: {
      state: marker === null ? 'to-make' : 'ready',
      python: version,
      interpreter: executable,
      requirement: plan.requirement,
      sha256: plan.sha256,
      pip: pipLine(plan),
      folder,
    },
  };
}

/** Builds the environment unless a complete one is there; takes 2 h at most. */
async function provisionWheel(
  environment: WheelEnvironment,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<Provisioned> {
  const planned = await planOf(environment, options, signal);
  if (planned.kind === 'unavailable') return planned;
  const { plan, folder } = planned;
  try {
    return await buildLocked(plan, folder, options, signal);
  } catch (error) {
    const message = messageOf(error);
    const reason = `cannot build ${plan.requirement} in ${folder}: ${message}; is there room, and may you write there?`;
    return isFull(message) ? { ...unavailable(reason), lacksRoom: true } : unavailable(reason);
  }
}

/** Where it is or would be, and what it is made of. Starts the interpreter, builds nothing. */
async function planOf(
  environment: WheelEnvironment,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<{ readonly kind: 'plan'; readonly plan: WheelPlan; readonly folder: string } | Unavailable> {
  const base = await findCpython(environment.python, options, signal);
  if (base.kind === 'unavailable') return base;
  const plan = planWheel(environment, base.interpreter);
  return { kind: 'plan', plan, folder: join(environmentsFolder(options.ambient ?? process.env), plan.key) };
}

/** The environment that the marker names, if it still starts and holds torch: the Python it was made from may be gone, or half of it removed by hand. The folder is locked. */
async function complete(folder: string, options: ProvisionOptions, signal: AbortSignal): Promise<Provisioned | null> {
  const marker = await readMarker(folder);
  if (marker === null) return null;
  const found = await findInterpreter(join(folder, marker.venv, 'bin', 'python'), options, signal);
  if (found.kind !== 'found') return signal.aborted ? found : null;
  const minor = minorOf(found.interpreter.version);
  if (!existsSync(join(folder, marker.venv, 'lib', `python${minor}`, 'site-packages', 'torch', '__init__.py')))
    return null;
  const { release } = lease(folder);
  return { kind: 'ready', command: [found.interpreter.executable], env: {}, release } satisfies Ready;
}

async function buildLocked(
  plan: WheelPlan,
  folder: string,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<Provisioned> {
  const tell = options.onProgress ?? (() => undefined);
  await mkdir(folder, { recursive: true });
  const lock = await lockFolder(folder, signal, () =>
    tell(`another run is building ${plan.requirement}: waiting for it`),
  );
  if (lock === null) return unavailable(INTERRUPTED);
  try {
    // Whoever removed it while we waited took the folder as well.
    await mkdir(folder, { recursive: true });
    const built = await complete(folder, options, signal);
    if (built !== null) return built;
    const looked = await lookUp(plan, options, signal);
    const { link } = looked;
    const root = environmentsFolder(options.ambient ?? process.env);
    const room = {
      root,
      folder,
      maxDisk: options.provision?.max_disk ?? null,
      mayRemove: options.isAhead !== true,
      tell,
    };
    const need = link === null || link.bytes === null ? null : link.bytes * NEED_PER_WHEEL_BYTE;
    const refused = await makeRoom({ ...room, need, reserved: options.reserved?.(plan.key) ?? 0 });
    if (refused !== null) return { ...unavailable(`cannot build ${plan.requirement}: ${refused}`), lacksRoom: true };
    if (need !== null) options.reserve?.(plan.key, need);
    const size = link === null || link.bytes === null ? 'size not known' : humanBytes(link.bytes);
    tell(
      `installing ${plan.requirement} from ${plan.index === null ? 'your package index' : withoutSecrets(plan.index)} (${size})`,
    );
    const failure = await buildWheel(plan, looked, folder, options, signal);
    if (failure !== null) return isFull(failure.reason) ? { ...failure, lacksRoom: true } : failure;
    await tellDone(plan, folder, tell);
    const ready = (await complete(folder, options, signal)) ?? (await broken(plan, folder));
    // Now that its size is known others may have to go; this one is in use and stays.
    if (ready.kind === 'ready') await makeRoom({ ...room, need: null, reserved: 0, folder: root });
    return ready;
  } finally {
    options.reserve?.(plan.key, 0);
    lock.release();
  }
}

/** The file on the index, where it can be told beforehand. */
async function lookUp(
  { index, version, interpreter }: WheelPlan,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<Looked> {
  const from = index ?? (await configuredIndex(interpreter.executable, options, signal));
  const wanted = { index: from, project: 'torch', version, python: interpreter.version };
  return withHttp(options.ambient ?? process.env, (http) => findLink(http, wanted, signal));
}

/** The package index of the user's own pip or uv. */
async function configuredIndex(python: string, options: ProvisionOptions, signal: AbortSignal): Promise<string> {
  const ambient = options.ambient ?? process.env;
  const named = ambient['UV_DEFAULT_INDEX'] ?? ambient['UV_INDEX_URL'];
  if (named !== undefined && named !== '') return named;
  const { ended, stdout } = await askCommand({
    program: python,
    args: ['-m', 'pip', 'config', 'list'],
    env: buildEnvironment(ambient, true),
    limitSeconds: 20,
    signal,
  });
  const told =
    ended.kind === 'exited' && ended.code === 0
      ? /^(?::env:|global|install)\.index-url='([^']+)'$/m.exec(stdout)?.[1]
      : undefined;
  return told ?? PYPI;
}

async function tellDone({ requirement }: WheelPlan, folder: string, tell: (text: string) => void): Promise<void> {
  const { bytes, seconds } = (await readMarker(folder)) ?? {};
  tell(
    `${requirement} is installed${bytes === undefined ? '' : `: ${humanBytes(bytes)} on the disk`}${seconds === undefined ? '' : `, in ${Math.round(seconds)} s`}`,
  );
}

async function broken(plan: WheelPlan, folder: string): Promise<Unavailable> {
  return unavailable(
    `${plan.requirement} was installed, but its Python does not start or finds no torch: see ${folder}`,
    await logTail(folder),
  );
}

/** The system's own word, which the disk's fault carries through every tool. */
function isFull(message: string): boolean {
  return message.includes('ENOSPC');
}
