/** The files that an attempt writes into its evidence folder: their tails, their growth, and keeping them small. */
import { open, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface OutputFiles {
  readonly stdout: string;
  readonly stderr: string;
  readonly stacks: string;
  readonly nativeStacks: string;
}

/** A flood beyond this is thrown away while the attempt still runs, so that no probe fills the disk. */
const FLOOD_BYTES = 64 * 1024 * 1024;
/** What is kept of a long output: this much of its beginning and of its end. */
const KEEP_BYTES = 256 * 1024;

export function outputFiles(directory: string): OutputFiles {
  return { stdout: join(directory, 'stdout'), stderr: join(directory, 'stderr'), stacks: join(directory, 'stacks'), nativeStacks: join(directory, 'native-stacks') };
}

/** Bytes; 0 when the file is not there. */
export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Bytes [from, from + length) as text; '' when the file is not there. */
export async function readPart(path: string, from: number, length: number): Promise<string> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The last `bytes` of a file as text. */
export async function readTail(path: string, bytes: number): Promise<string> {
  const size = await sizeOf(path);
  const length = Math.min(size, bytes);
  return length === 0 ? '' : readPart(path, size - length, length);
}

/** Beginning and end of a file, with the middle left out when it is long. */
export async function readEnds(path: string): Promise<string> {
  const size = await sizeOf(path);
  if (size <= 2 * KEEP_BYTES) return size === 0 ? '' : readPart(path, 0, size);
  const [head, tail] = await Promise.all([readPart(path, 0, KEEP_BYTES), readPart(path, size - KEEP_BYTES, KEEP_BYTES)]);
  return `${head}\n[bench: ${size - 2 * KEEP_BYTES} bytes left out]\n${tail}`;
}

export async function stopFlood(files: OutputFiles): Promise<void> {
  for (const path of [files.stdout, files.stderr]) {
    // A writer that does not append goes on at its old offset; the hole before it takes no space.
    if ((await sizeOf(path)) > FLOOD_BYTES) await truncate(path, 0);
  }
}

/** After an attempt: empty files go, long ones keep their two ends. */
export async function tidy(files: OutputFiles): Promise<void> {
  await Promise.all(Object.values(files).map((path: string) => tidyOne(path)));
}

async function tidyOne(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  );
  if (size === 0) await unlink(path);
  else if (size !== null && size > 2 * KEEP_BYTES) await writeFile(path, await readEnds(path));
}

