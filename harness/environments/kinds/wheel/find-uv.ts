/** Finds uv, which installs an order of magnitude faster than pip: on PATH, in the cache folder, or fetched there as a package. */
import { mkdir, mkdtemp, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buildEnvironment } from '../../base-environment.ts';
import { askCommand } from '../../../machine/processes/bounded-command.ts';
import { lockFolder } from '../../../machine/lock/folder-lock.ts';
import type { Interpreter } from '../interpreter/find-interpreter.ts';
import type { ProvisionOptions } from '../../provisioned.ts';
import { cacheFolder } from './wheel-plan.ts';

const ASK_SECONDS = 20;
const FETCH_SECONDS = 180;
const FETCH = '-m pip install --quiet --no-input --no-cache-dir --retries 1 --timeout 15 --only-binary :all: uv';

/** Where fetching it failed: not tried again by this process. */
const given = new Map<string, Promise<string | null>>();

/** A program to call, or null: then venv and pip have to do. Looks first, then fetches it with the caller's own package index. */
export async function findUv(
  { executable }: Interpreter,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const ambient = options.ambient ?? process.env;
  const env = buildEnvironment(ambient, true);
  const tools = join(cacheFolder(ambient), 'tools');
  for (const uv of ['uv', join(tools, 'uv', 'bin', 'uv')]) {
    const { ended } = await askCommand({ program: uv, args: ['--version'], env, limitSeconds: ASK_SECONDS, signal });
    if (ended.kind === 'exited' && ended.code === 0) return uv;
  }
  const known = given.get(tools);
  if (known !== undefined) return known;
  const fetched = fetchInto(tools, executable, env, options, signal).catch(() => null);
  given.set(tools, fetched);
  if ((await fetched) === null && signal.aborted) given.delete(tools);
  return fetched;
}

async function fetchInto(
  tools: string,
  python: string,
  env: Record<string, string>,
  { onProgress }: ProvisionOptions,
  signal: AbortSignal,
): Promise<string | null> {
  await mkdir(tools, { recursive: true });
  const lock = await lockFolder(tools, signal, () => undefined);
  if (lock === null) return null;
  await sweepTools(tools);
  const venv = await mkdtemp(join(tools, 'uv-'));
  try {
    onProgress?.('fetching uv as a package');
    const pip = join(venv, 'bin', 'python');
    const steps: readonly (readonly [string, ...string[]])[] = [
      [python, '-m', 'venv', venv],
      [pip, ...FETCH.split(' ')],
    ];
    for (const [program, ...args] of steps) {
      const { ended } = await askCommand({ program, args, env, limitSeconds: FETCH_SECONDS, signal });
      if (ended.kind !== 'exited' || ended.code !== 0) throw new Error('not fetched');
    }
    // A link that is renamed into place: nobody ever sees half of it.
    const fresh = join(tools, `${basename(venv)}.link`);
    await symlink(basename(venv), fresh);
    await rename(fresh, join(tools, 'uv'));
    return join(tools, 'uv', 'bin', 'uv');
  } catch {
    await rm(venv, { recursive: true, force: true, maxRetries: 3 });
    onProgress?.('uv could not be fetched: venv and pip do the work');
    return null;
  } finally {
    lock.release();
  }
}

/** What a fetch left behind whose harness was killed; the tools are locked. What the link names may be at work for another run. */
async function sweepTools(tools: string): Promise<void> {
  const used = await readlink(join(tools, 'uv')).catch(() => null);
  for (const name of await readdir(tools)) {
    if (name.startsWith('uv-') && name !== used)
      await rm(join(tools, name), { recursive: true, force: true, maxRetries: 3 });
  }
}
