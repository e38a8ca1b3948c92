/** Finds an installed CPython of a wanted version: a wheel is built for one minor version only. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lookupEnvironment } from '../../base-environment.ts';
import { askCommand } from '../../../machine/processes/bounded-command.ts';
import { findInterpreter, OLDEST_MINOR, type Found } from '../interpreter/find-interpreter.ts';
import { unavailable, type ProvisionOptions } from '../../provisioned.ts';
import { minorOf } from '../../../catalogue/order.ts';

type Look = (version: string, options: ProvisionOptions, signal: AbortSignal) => Promise<string[]>;

/** In this order: PATH, pyenv's versions, uv's. Each gives paths or commands to try. */
const PLACES: readonly Look[] = [onPath, inPyenv, byUv];

/** `version` is "3.10" or "3.10.13"; the first interpreter whose own word agrees is taken. */
export async function findCpython(version: string, options: ProvisionOptions, signal: AbortSignal): Promise<Found> {
  if (isTooOld(version)) return unavailable(`Python ${version} is too old: the probes need 3.${OLDEST_MINOR} or later`);
  for (const place of PLACES) {
    for (const candidate of await place(version, options, signal)) {
      const found = await findInterpreter(candidate, options, signal);
      if (signal.aborted) return found;
      if (found.kind === 'found' && agrees(found.interpreter.version, version)) return found;
    }
  }
  return unavailable(
    `no CPython ${version}: looked for python${minorOf(version)} on PATH, in pyenv's versions and with uv; ` +
      `install it (\`uv python install ${version}\`, \`pyenv install ${version}\`, or a package of your system)`,
  );
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = OLDEST_MINOR] = version.split('.').map(Number);
  return major < 3 || (major === 3 && minor < OLDEST_MINOR);
}

function agrees(actual: string, wanted: string): boolean {
  return `${actual}.`.startsWith(`${wanted}.`);
}

async function onPath(version: string): Promise<string[]> {
  return [`python${minorOf(version)}`, 'python3'];
}

async function inPyenv(version: string, { ambient = process.env }: ProvisionOptions): Promise<string[]> {
  const root = ambient['PYENV_ROOT'] ?? join(ambient['HOME'] ?? '/', '.pyenv');
  const versions = await readdir(join(root, 'versions')).catch(() => []);
  return versions
    .filter((name) => agrees(name, version))
    .toSorted((left, right) => right.localeCompare(left, 'en', { numeric: true }))
    .map((name) => join(root, 'versions', name, 'bin', 'python3'));
}

async function byUv(
  version: string,
  { ambient = process.env }: ProvisionOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const { ended, stdout } = await askCommand({
    program: 'uv',
    args: ['python', 'find', '--no-python-downloads', '--no-project', version],
    env: lookupEnvironment(ambient),
    limitSeconds: 20,
    signal,
  });
  return ended.kind === 'exited' && ended.code === 0 ? [stdout.trim()] : [];
}
