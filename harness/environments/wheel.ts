/**
 * A torch wheel in a virtual environment of its own, kept under the user's cache folder and shared by all runs.
 * Complete is what a marker names; wheel-build.ts says why.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { lockFolder } from './build-lock.ts';
import { findCpython } from './find-cpython.ts';
import { findInterpreter } from './interpreter.ts';
import { INTERRUPTED, unavailable } from './provisioned.ts';
import type { Provisioned, ProvisionOptions, Unavailable } from './provisioned.ts';
import { environmentsFolder, planWheel, withoutSecrets } from './wheel-plan.ts';
import type { WheelEnvironment, WheelPlan } from './wheel-plan.ts';
import { buildWheel, logTail, MARKER } from './wheel-build.ts';

const Marker = z.object({ venv: z.string().regex(/^venv-\w+$/) });

/** Builds the environment unless a complete one is there. */
export async function provisionWheel(environment: WheelEnvironment, options: ProvisionOptions, signal: AbortSignal): Promise<Provisioned> {
  const base = await findCpython(environment.python, options, signal);
  if (base.kind === 'unavailable') return base;
  const plan = planWheel(environment, base.interpreter);
  const folder = join(environmentsFolder(options.ambient ?? process.env), plan.key);
  try {
    await mkdir(folder, { recursive: true });
    return (await complete(folder, options, signal)) ?? (await buildLocked(plan, folder, options, signal));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return unavailable(`cannot build ${plan.requirement} in ${folder}: ${message}; is there room, and may you write there?`);
  }
}

/** The environment that the marker names, if it still starts: the Python it was made from may be gone. */
async function complete(folder: string, options: ProvisionOptions, signal: AbortSignal): Promise<Provisioned | null> {
  const marker = await readMarker(folder);
  if (marker === null) return null;
  const found = await findInterpreter(join(folder, marker.venv, 'bin', 'python'), options, signal);
  if (found.kind === 'found') return { kind: 'ready', command: [found.interpreter.executable], env: {} };
  return signal.aborted ? found : null;
}

async function readMarker(folder: string): Promise<z.infer<typeof Marker> | null> {
  const text = await readFile(join(folder, MARKER), 'utf8').catch(() => '');
  try {
    return Marker.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

async function buildLocked(plan: WheelPlan, folder: string, options: ProvisionOptions, signal: AbortSignal): Promise<Provisioned> {
  const tell = options.onProgress ?? (() => undefined);
  const lock = await lockFolder(folder, signal, () => tell(`another run is building ${plan.requirement}: waiting for it`));
  if (lock === null) return unavailable(INTERRUPTED);
  try {
    const built = await complete(folder, options, signal);
    if (built !== null) return built;
    tell(`installing ${plan.requirement} from ${withoutSecrets(plan.index)}`);
    const failure = await buildWheel(plan, folder, options, signal);
    return failure ?? (await complete(folder, options, signal)) ?? broken(plan, folder);
  } finally {
    await lock.release();
  }
}

async function broken(plan: WheelPlan, folder: string): Promise<Unavailable> {
  return unavailable(`${plan.requirement} was installed but its Python does not start: see ${folder}`, await logTail(folder));
}
