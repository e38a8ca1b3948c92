/** Runs test files that share a process. Those that were not begun when it ended get another one. */
import { join } from 'node:path';
import type { Ended } from './judge.ts';
import { readMarks } from './marks.ts';
import { runFile } from './run-file.ts';

const PROGRAM = join(import.meta.dirname, 'shared-process.ts');

/** Calls `onEnded` for each of `files` once; `limitSeconds` is for the process. */
export async function runShared(
  files: readonly string[],
  root: string,
  limitSeconds: number,
  onEnded: (name: string, ended: Ended) => void,
): Promise<void> {
  let left = files;
  while (left.length > 0) {
    const ended = await runFile([process.execPath, '--import', 'tsx', PROGRAM, ...left], root, limitSeconds);
    const begun = readMarks(ended);
    for (const [name, how] of begun) onEnded(name, how);
    const [first = ''] = left;
    // A process that begins nothing is the first one's failure, so that the loop ends.
    if (begun.size === 0) onEnded(first, ended);
    left = left.filter((name) => (begun.size === 0 ? name !== first : !begun.has(name)));
  }
}
