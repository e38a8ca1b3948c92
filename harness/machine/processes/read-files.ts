/**
 * Reads many small files of /proc or /sys at once, each of which may block: one helper for all of them, and, when that one
 * blocks, one for each of the rest, so that a single bad file does not hide the others.
 */
import { runHelper } from './helper.ts';

const FILES_PER_HELPER = 256;
/** More than this many files that may each block are not worth a helper of their own. */
const MOST_SINGLE = 32;

export interface FilesRead {
  /** Text by path, without a last newline. Files that are absent, empty or not ours to read are not in it. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files that did not answer within the limit. */
  readonly blocked: readonly string[];
}

/** Takes at most twice `limitMs`. Never rejects. */
export async function readFiles(paths: readonly string[], limitMs: number): Promise<FilesRead> {
  const texts = new Map<string, string>();
  const blocked: string[] = [];
  const batches: string[][] = [];
  for (let start = 0; start < paths.length; start += FILES_PER_HELPER)
    batches.push(paths.slice(start, start + FILES_PER_HELPER));
  await Promise.all(
    batches.map(async (batch) => {
      const stuck = await readBatch(batch, texts, limitMs);
      if (stuck.length === 0) return;
      // The first one blocked; whether those behind it answer is not known yet.
      const results = await Promise.all(stuck.slice(0, MOST_SINGLE).map((path) => readBatch([path], texts, limitMs)));
      blocked.push(...results.flat(), ...stuck.slice(MOST_SINGLE));
    }),
  );
  return { texts, blocked };
}

/** Returns those that were not read in time. */
async function readBatch(
  paths: readonly string[],
  texts: Map<string, string>,
  limitMs: number,
): Promise<readonly string[]> {
  // With /dev/null grep names the file even if it is the only one; -Z ends that name with a zero byte.
  const result = await runHelper('grep', ['-aHsZ', '--line-buffered', '-e', '', '--', '/dev/null', ...paths], {
    limitMs,
  });
  for (const line of result.text.split('\n')) {
    const end = line.indexOf('\0');
    if (end < 0) continue;
    const path = line.slice(0, end);
    const before = texts.get(path);
    texts.set(path, before === undefined ? line.slice(end + 1) : `${before}\n${line.slice(end + 1)}`);
  }
  if (result.kind !== 'too-slow') return [];
  const last = paths.findLastIndex((path) => texts.has(path));
  return paths.slice(last + 1);
}
