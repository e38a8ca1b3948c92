/** The files that an attempt writes into its evidence folder: their tails, their growth, and keeping them small. */
import { lstat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { using } from '../machine/files/in-use.ts';
import { openOwn, sizeOfOwn } from '../machine/files/own-file.ts';
import { fromWhole } from '../model/redact.ts';

export interface OutputFiles {
  readonly stdout: string;
  readonly stderr: string;
  readonly stacks: string;
  readonly nativeStacks: string;
}

/** What is read of a long output, and what is kept of long stacks: this much of its beginning and of its end. */
const KEEP_BYTES = 512 * 1024;

export function outputFiles(directory: string): OutputFiles {
  return {
    stdout: join(directory, 'stdout'),
    stderr: join(directory, 'stderr'),
    stacks: join(directory, 'stacks'),
    nativeStacks: join(directory, 'native-stacks'),
  };
}

/** Bytes [from, from + length), fewer at the end of the file. Throws when no regular file is there. */
export async function readBytes(path: string, from: number, length: number): Promise<Buffer> {
  const file = await openOwn(path, 'read');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The same as text; '' when no regular file is there. */
export async function readPart(path: string, from: number, length: number): Promise<string> {
  return readBytes(path, from, length).then(
    (bytes) => bytes.toString('utf8'),
    () => '',
  );
}

/** The last `bytes` of a file as text, from a whole line on where the first one is not most of it. */
export async function readTail(path: string, bytes: number): Promise<string> {
  const size = await sizeOfOwn(path);
  const length = Math.min(size, bytes);
  const text = length === 0 ? '' : await readPart(path, size - length, length);
  return size > bytes ? fromWhole(text) : text;
}

/** Beginning and end of a file, with the middle left out when it is long. */
export async function readEnds(path: string): Promise<string> {
  const size = await sizeOfOwn(path);
  if (size <= 2 * KEEP_BYTES) return size === 0 ? '' : readPart(path, 0, size);
  const [head, tail] = await Promise.all([
    readPart(path, 0, KEEP_BYTES),
    readPart(path, size - KEEP_BYTES, KEEP_BYTES),
  ]);
  return `${head}\n[bench: ${size - 2 * KEEP_BYTES} bytes left out]\n${tail}`;
}

/** After an attempt: empty files go, and stacks beyond any use keep their two ends. Long output was cut by the flood guard. */
export async function tidy(files: OutputFiles): Promise<void> {
  await using(files.stacks, () => tidyAll(files));
}

async function tidyAll({ stdout, stderr, stacks }: OutputFiles): Promise<void> {
  await Promise.all([dropEmpty(stdout), dropEmpty(stderr), dropEmpty(stacks)]);
  if ((await sizeOfOwn(stacks)) > 2 * KEEP_BYTES) await shorten(stacks);
}

async function shorten(path: string): Promise<void> {
  const ends = await readEnds(path);
  const file = await openOwn(path, 'change');
  try {
    await file.truncate(0);
    await file.write(ends, 0);
  } finally {
    await file.close();
  }
}

async function dropEmpty(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isFile() === true && found.size === 0) await unlink(path);
}
