/**
 * Reads /proc files that may block for ever, through helper programs (grep, head) that are killed when they take too long.
 * See read.ts for why our own threads must not read them.
 */
import { readBounded } from '../files/bounded-read.ts';
import { runHelper } from './helper.ts';
import type { HelperResult } from './helper.ts';

const PIDS_PER_HELPER = 256;

/**
 * Those of `pids` whose environment holds exactly `variable` ("NAME=value"). A process whose environment cannot be read within
 * the limit (milliseconds) counts as not marked; it does not keep the others from being read.
 */
export async function pidsWithVariable(pids: readonly number[], variable: string, limitMs: number): Promise<number[]> {
  const found: number[] = [];
  for (let start = 0; start < pids.length; start += PIDS_PER_HELPER) {
    const some = pids.slice(start, start + PIDS_PER_HELPER);
    const result = await grepEnvirons(some, variable, limitMs);
    if (result.kind === 'done') found.push(...pidsOf(result.text));
    else {
      const each = await Promise.all(some.map((pid) => grepEnvirons([pid], variable, limitMs)));
      found.push(...each.flatMap(({ text }) => pidsOf(text)));
    }
  }
  return found;
}

async function grepEnvirons(pids: readonly number[], variable: string, limitMs: number): Promise<HelperResult> {
  const paths = pids.map((pid) => `/proc/${pid}/environ`);
  return runHelper('grep', ['-slzxF', '--line-buffered', '-e', variable, '--', ...paths], { limitMs });
}

function pidsOf(output: string): number[] {
  return [...output.matchAll(/^\/proc\/(\d+)\/environ$/gm)].map((match) => Number(match[1]));
}

/** The command line, arguments separated by spaces, at most 512 characters; null when it cannot be read within the limit. */
export async function readCommandLine(pid: number, limitMs: number): Promise<string | null> {
  const read = await readBounded(`/proc/${pid}/cmdline`, limitMs);
  const line = read.kind === 'text' ? read.text.slice(0, 512).replaceAll('\0', ' ').trim() : '';
  return line === '' ? null : line;
}
