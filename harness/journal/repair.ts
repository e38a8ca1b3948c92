/** Cuts a torn last line off a journal before a run is resumed. The tail is kept beside it, never thrown away. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ReplaySummary } from './reader.ts';
import { syncFolder, writeNew } from '../machine/files/atomic-file.ts';
import { codeOf } from '../model/errors.ts';

/**
 * Call after a complete replay, under the run's lock. Returns the path of the file that now holds the tail
 * (`journal.torn-1`, `journal.torn-2` …), or null when the journal ended in a whole line.
 */
export async function cutTornTail(path: string, summary: ReplaySummary): Promise<string | null> {
  if (summary.tornBytes === 0) return null;
  const journal = await open(path, 'r+');
  try {
    const tail = Buffer.alloc(summary.tornBytes);
    const { bytesRead } = await journal.read(tail, 0, tail.length, summary.goodBytes);
    const kept = await keepBeside(path, 'torn', [tail.subarray(0, bytesRead)]);
    // Only when the copy is on the disk may the original go.
    await syncFolder(dirname(path));
    await journal.truncate(summary.goodBytes);
    await journal.sync();
    return kept;
  } finally {
    await journal.close();
  }
}

/** Writes a new file beside the journal and syncs it: `journal.<what>-1`, `-2` … Returns its path. */
export async function keepBeside(
  journal: string,
  what: string,
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<string> {
  const prefix = `${journal.replace(/\.jsonl$/, '')}.${what}-`;
  for (let number = 1; ; number += 1) {
    const path = `${prefix}${number}`;
    try {
      await writeNew(path, content);
      return path;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
