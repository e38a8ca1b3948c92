/**
 * Folders of ours in which a probe can write. A folder may be moved away and a link put in its place while it is used: who holds it open reaches
 * the files that are in it, whatever its path means by then.
 */
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../model/errors.ts';
import { within } from '../time.ts';
import { isInUse } from './in-use.ts';
import { stepAside } from './step-aside.ts';

const HOLD_SECONDS = 2;
const AGAIN_MILLISECONDS = 1000;

export interface HeldFolder {
  /** Names the folder itself for as long as it is held; for this process only. */
  readonly path: string;
  /** Once nothing writes into it any more. */
  release(): void;
}

/**
 * `<parent>/<name>`, made where it is absent. What else lies there is moved aside, and so is a folder that holds anything where an empty one is
 * wanted. Returns its path; rejects as `mkdir` does.
 */
export async function makeOwnFolder(parent: string, name: string, wanted: 'any' | 'empty' = 'any'): Promise<string> {
  const path = join(parent, name);
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const isFolder = (await lstat(path)).isDirectory();
    if (!isFolder || (wanted === 'empty' && (await readdir(path)).length > 0)) {
      await stepAside(path);
      await mkdir(path);
    }
  }
  return path;
}

/** What cannot be held, as on a disk that does not answer, goes by its path: nothing is lost but this safety. */
export async function holdFolder(path: string): Promise<HeldFolder> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const folder = await within(HOLD_SECONDS, open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), null);
  if (folder === null) return { path, release: () => {} };
  const held = `/proc/self/fd/${folder.fd}`;
  const release = (): void => {
    if (isInUse(held)) setTimeout(release, AGAIN_MILLISECONDS).unref();
    else void folder.close().catch(() => {});
  };
  return { path: held, release };
}
