/**
 * The journal's file as its writer sees it: written at places, looked at, read back. Every program of the same user can write to it,
 * a probe too, so the writer asks whether it is still the file that it left.
 */
import { createHash, type Hash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { keepBeside } from './repair.ts';
import { codeOf } from '../model/errors.ts';

/** What the writer needs of its file; tests put a failing one here. */
export interface WatchedFile {
  /** Writes a part of `bytes` at `position`; resolves to its length. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  datasync(): Promise<void>;
  /** Where the file stands now. */
  look(): Promise<FileState>;
  /** SHA-256 of the first `length` bytes, hex. */
  digest(length: number): Promise<string>;
  /** Copies bytes into a new file beside the journal, `journal.<what>-<n>`; resolves to its path. */
  keep(what: string, from: number, to: number): Promise<string>;
  close(): Promise<void>;
}

export type FileState =
  | { readonly kind: 'there'; readonly length: number }
  /** Nothing is at its path. `moved`: the file still has a name elsewhere. */
  | { readonly kind: 'gone'; readonly moved: boolean }
  /** Another file is at its path. */
  | { readonly kind: 'replaced' };

const BLOCK = 1024 * 1024;

/** `path` is where the file was opened. */
export function watchedFile(handle: FileHandle, path: string): WatchedFile {
  return {
    write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    truncate: (length) => handle.truncate(length),
    datasync: () => handle.datasync(),
    look: async () => {
      const [own, there] = await Promise.all([handle.stat(), stat(path).catch(absent)]);
      if (there === null) return { kind: 'gone', moved: own.nlink > 0 };
      return there.ino === own.ino && there.dev === own.dev
        ? { kind: 'there', length: own.size }
        : { kind: 'replaced' };
    },
    digest: async (length) => {
      const hash = createHash('sha256');
      for await (const block of blocks(handle, 0, length)) hash.update(block);
      return hash.digest('hex');
    },
    keep: (what, from, to) => keepBeside(path, what, blocks(handle, from, to)),
    close: () => handle.close(),
  };
}

/** What a journal holds when its writer opens it. */
export interface Opened {
  readonly length: number;
  readonly hash: Hash;
  /** Without its newline; null in an empty file. */
  readonly lastLine: Buffer | null;
  readonly isWhole: boolean;
}

export async function readOpened(handle: FileHandle): Promise<Opened> {
  const hash = createHash('sha256');
  const { size } = await handle.stat();
  /** Of the last line that has ended, and of what comes after it. */
  let line: Buffer[] = [];
  let rest: Buffer[] = [];
  for await (const block of blocks(handle, 0, size)) {
    hash.update(block);
    const end = block.lastIndexOf(0x0a);
    if (end < 0) {
      rest.push(block);
      continue;
    }
    const start = end === 0 ? -1 : block.lastIndexOf(0x0a, end - 1);
    line = start < 0 ? [...rest, block.subarray(0, end)] : [block.subarray(start + 1, end)];
    rest = end + 1 < block.length ? [block.subarray(end + 1)] : [];
  }
  return { length: size, hash, lastLine: size === 0 ? null : Buffer.concat(line), isWhole: rest.length === 0 };
}

async function* blocks(handle: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  for (let at = from; at < to;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(BLOCK), 0, Math.min(BLOCK, to - at), at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

function absent(error: unknown): null {
  if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null;
  throw error;
}

/** Opens it for writing at places, not for appending: what another appends meanwhile must not come before what is written here. */
export async function openOwn(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx+');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return open(path, 'r+');
    throw error;
  }
}
