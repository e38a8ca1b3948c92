/** Files that are whole or absent: written beside their place, synced, renamed. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../../model/errors.ts';
import { using } from './in-use.ts';
import { stepAside } from './step-aside.ts';

/** Text, or a stream of it for what should not be held in memory. */
export type Content = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/** Replaces `path` by `content`; a folder in its place is moved aside. When it rejects, the old file, if any, is as it was. */
export async function writeAtomically(path: string, content: Content): Promise<void> {
  await using(path, () => write(path, content));
}

async function write(path: string, content: Content): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    // Exclusive: nothing that lies there already is opened or followed.
    await writeNew(temporary, content);
    await replace(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function replace(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    if (codeOf(error) !== 'EISDIR') throw error;
    await stepAside(path);
    await rename(temporary, path);
  }
}

/** A file that was not there, on the disk when this resolves; rejects with EEXIST where one was. */
export async function writeNew(path: string, content: Content | Iterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new file's name is on the disk only when its folder is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
