/**
 * The databases and kernel caches of everything below torch, private and empty: a warm database hides the hang of a solver that lost,
 * and another run's cache decides results. cold: new for every attempt. warm: kept for the attempts of one cell.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface PrivateFolders {
  readonly env: Record<string, string>;
  release(): Promise<void>;
}

/** Whose folders they are. */
export interface FolderOwner {
  readonly attempt: string;
  /** Shares them with later attempts when the cache is warm. */
  readonly cell: string;
  /** Names of variables that the matrix sets itself: those stay as they are. */
  readonly given: ReadonlySet<string>;
}

/** Variable to the folder that it names. XDG_CACHE_HOME is where comgr, torch's own kernels and others look when they have no variable of their own. */
const FOLDERS: Readonly<Record<string, readonly (readonly [variable: string, folder: string])[]>> = {
  rocm: [
    ['MIOPEN_USER_DB_PATH', 'db'],
    ['MIOPEN_CUSTOM_CACHE_DIR', 'kernels'],
    ['AMD_COMGR_CACHE_DIR', 'comgr'],
    ['TRITON_CACHE_DIR', 'triton'],
    ['XDG_CACHE_HOME', 'cache'],
  ],
  cuda: [
    ['CUDA_CACHE_PATH', 'kernels'],
    ['TRITON_CACHE_DIR', 'triton'],
    ['XDG_CACHE_HOME', 'cache'],
  ],
};

/** `scratch`: a folder of the run. The CPU and a simulated card keep nothing from one attempt to the next. */
export function privateFolders(
  scratch: string,
  device: string,
  cache: 'cold' | 'warm',
): (owner: FolderOwner) => Promise<PrivateFolders> {
  const wanted = FOLDERS[device] ?? [];
  return async ({ attempt, cell, given }) => {
    const folder = join(scratch, cache === 'cold' ? attempt : cell);
    const own = wanted
      .filter(([variable]) => !given.has(variable))
      .map(([variable, name]) => [variable, join(folder, name)] as const);
    await Promise.all(own.map(([, path]) => mkdir(path, { recursive: true })));
    return {
      env: Object.fromEntries(own),
      release: async () => {
        // A process that could not be killed may still write there; the folder is then left and named in its evidence.
        if (cache === 'cold') await rm(folder, { recursive: true, force: true }).catch(() => {});
      },
    };
  };
}
