/**
 * The databases and kernel caches of everything below torch, private and empty: a warm database hides the hang of a solver that lost,
 * and another run's cache decides results. cold: new for every attempt. warm: kept for the attempts of one cell.
 */
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeOwnFolder } from '../../machine/files/own-folder.ts';
import { MAKERS, type DeviceKind } from '../../model/makers.ts';

export interface PrivateFolders {
  readonly env: Record<string, string>;
  release(): Promise<void>;
}

/** Whose folders they are. */
export interface FolderOwner {
  readonly attempt: string;
  /** Shares them with later attempts when the cache is warm. */
  readonly cell: string;
  /** Where its folders have to be, such as where a container can write; absent: in the scratch folder of the run. */
  readonly within?: string;
  /** Names of variables that the matrix sets itself: those stay as they are. */
  readonly given: ReadonlySet<string>;
}

/** `scratch`: a folder of the run. The CPU and a simulated card keep nothing from one attempt to the next. */
export function privateFolders(
  scratch: string,
  device: DeviceKind,
  cache: 'cold' | 'warm',
): (owner: FolderOwner) => Promise<PrivateFolders> {
  const wanted = Object.entries(MAKERS[device].variables.folders);
  return async ({ attempt, cell, within = scratch, given }) => {
    const owner = cache === 'cold' ? attempt : cell;
    const folder = join(within, owner);
    const own: [variable: string, path: string][] = [];
    for (const [variable, name] of wanted.filter(([one]) => !given.has(one))) {
      await makeOwnFolder(await makeOwnFolder(dirname(within), basename(within)), owner);
      own.push([variable, await makeOwnFolder(folder, name)]);
    }
    return {
      env: Object.fromEntries(own),
      release: async () => {
        // A process that could not be killed may still write there; the folder is then left and named in its evidence.
        if (cache === 'cold') await rm(folder, { recursive: true, force: true }).catch(() => {});
      },
    };
  };
}
