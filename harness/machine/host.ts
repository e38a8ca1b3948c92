/** What is recorded of the machine and of this boot of it. */
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, userInfo } from 'node:os';
import type { HostInfo } from '../model/events.ts';
import { NoVerdictError } from '../model/errors.ts';
import { isMakersVariable } from '../model/makers.ts';
import { NOT_RECORDED, isSecretName } from '../model/secret-name.ts';

/** Beside those of the makers. */
const AMBIENT = /^(?:(?:TORCH|PYTORCH)_|(?:LD_LIBRARY_PATH|LD_PRELOAD|LD_AUDIT|PYTHONPATH|PYTHONHOME)$)/;

/** Identifies this boot: another id in the journal means that the host went down in between. */
export function bootId(path = '/proc/sys/kernel/random/boot_id'): string {
  try {
    const id = readFileSync(path, 'utf8').trim();
    if (id !== '') return id;
  } catch (error) {
    throw noBootId(path, { cause: error });
  }
  throw noBootId(path, {});
}

function noBootId(path: string, options: ErrorOptions): NoVerdictError {
  return new NoVerdictError(
    'boot-id-unreadable',
    `cannot read ${path}`,
    'run on Linux with /proc mounted: without the boot id a host that froze cannot be told from a harness that was stopped',
    options,
  );
}

/** Threads of the whole machine that run or stand in line for a core now, the asking one included; null where the kernel does not tell. */
export function runnableThreads(path = '/proc/stat'): number | null {
  try {
    const text = /^procs_running (\d+)$/m.exec(readFileSync(path, 'utf8'))?.[1];
    return text === undefined ? null : Number(text);
  } catch {
    return null;
  }
}

/** Kernel, processor, memory in MiB, and every variable of `env` that could change what ROCm or PyTorch does. */
export function hostInfo(env: Readonly<NodeJS.ProcessEnv> = process.env): HostInfo {
  const ambient = Object.entries(env)
    .filter(([name, value]) => (isMakersVariable(name) || AMBIENT.test(name)) && value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, isSecretName(name) ? NOT_RECORDED : (value ?? '')]);
  return {
    kernel: release(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryMib: Math.round(totalmem() / 2 ** 20),
    node: process.version,
    ambient: Object.fromEntries(ambient),
  };
}

/** Where the user has no entry among the accounts, as in some containers, the shell's word for it; '' where that has none. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? '';
  }
}
