/**
 * Files of ours in folders to which a probe can write. Whatever lies in the place of one (a pipe, a link, a device, a folder) is refused in words:
 * it is never followed, and nothing waits for its other end. Who changes a file wants it under one name only, or it may be somebody else's.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { codeOf } from '../../model/errors.ts';
import { using } from './in-use.ts';
import { stepAside } from './step-aside.ts';

/** append: creates it when it is absent. change: writes within one that is there. */
export type Access = 'read' | 'append' | 'change';

const { O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
const FLAGS: Readonly<Record<Access, number>> = {
  read: O_RDONLY,
  append: O_RDWR | O_APPEND | O_CREAT,
  change: O_RDWR,
};
const HARMLESS = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

/** What lies in the place of a file of ours. Its message is a sentence without an end: "/a/b is a named pipe, not a regular file". */
export class OddFile extends Error {
  readonly code = 'ODD_FILE';
}

/** Rejects with OddFile, and otherwise as `open` does. */
export async function openOwn(path: string, access: Access): Promise<FileHandle> {
  // Asked first: to open a device may do something.
  const before = await lstat(path).catch((error: unknown) => absent(error, access));
  if (before !== null) refuseOdd(path, before, access);
  const file = await open(path, FLAGS[access] | HARMLESS, 0o644);
  try {
    refuseOdd(path, await file.stat(), access);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** For appending; whatever else lies in its place is moved aside. Rejects as `open` and `rename` do. */
export async function openOwnAside(path: string): Promise<FileHandle> {
  return openOwn(path, 'append').catch(async (error: unknown) => {
    if (!(error instanceof OddFile)) throw error;
    await stepAside(path);
    return openOwn(path, 'append');
  });
}

/** UTF-8 text of at most `most` bytes. Rejects with OddFile, also for a longer one, and otherwise as `open` does. */
export async function readOwn(path: string, most: number): Promise<string> {
  const file = await openOwn(path, 'read');
  try {
    refuseLarge(path, await file.stat(), most);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** The same where nothing can wait. */
export function readOwnSync(path: string, most: number): string {
  refuseOdd(path, lstatSync(path), 'read');
  const fd = openSync(path, FLAGS.read | HARMLESS);
  try {
    const found = fstatSync(fd);
    refuseOdd(path, found, 'read');
    refuseLarge(path, found, most);
    const bytes = Buffer.alloc(found.size);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}

/** Adds text to the end. Rejects as `openOwn` does. */
export async function appendOwn(path: string, text: string): Promise<void> {
  await using(path, async () => {
    const file = await openOwn(path, 'append');
    try {
      await file.write(text);
    } finally {
      await file.close();
    }
  });
}

/** Bytes; 0 when there is no regular file. */
export async function sizeOfOwn(path: string): Promise<number> {
  return lstat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
}

function absent(error: unknown, access: Access): null {
  if (access === 'append' && codeOf(error) === 'ENOENT') return null;
  throw error;
}

function refuseOdd(path: string, found: Stats, access: Access): void {
  if (!found.isFile()) throw new OddFile(`${path} is ${kindOf(found)}, not a regular file`);
  if (access === 'change' && found.nlink > 1) throw new OddFile(`${path} is a file that has another name, too`);
}

function refuseLarge(path: string, { size }: Stats, most: number): void {
  if (size > most)
    throw new OddFile(
      `${path} has ${Math.ceil(size / 2 ** 20)} MiB, and ${Math.ceil(most / 2 ** 20)} are read at most`,
    );
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isSymbolicLink()) return 'a link';
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}
