/**
 * MIOpen's databases and kernel caches, private and empty: a warm database hides the hang of a solver that lost,
 * and another run's cache decides results. cold: new for every attempt. warm: kept for the attempts of one cell.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Order } from './executor.ts';

export interface PrivateFolders {
  readonly env: Record<string, string>;
  release(): Promise<void>;
}

/** `scratch`: a folder of the run. Only a ROCm card has MIOpen; elsewhere there is nothing to keep apart. */
export function privateFolders(
  scratch: string,
  device: string,
  cache: 'cold' | 'warm',
): (order: Order) => Promise<PrivateFolders> {
  if (device !== 'rocm') return async () => ({ env: {}, release: async () => {} });
  return async ({ attempt, cell }) => {
    const folder = join(scratch, cache === 'cold' ? attempt : cell.id);
    const database = join(folder, 'db');
    const kernels = join(folder, 'kernels');
    await Promise.all([database, kernels].map((path) => mkdir(path, { recursive: true })));
    return {
      env: { MIOPEN_USER_DB_PATH: database, MIOPEN_CUSTOM_CACHE_DIR: kernels },
      release: async () => {
        // A process that could not be killed may still write there; the folder is then left and named in its evidence.
        if (cache === 'cold') await rm(folder, { recursive: true, force: true }).catch(() => {});
      },
    };
  };
}
