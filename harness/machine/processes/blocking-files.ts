/**
 * Looks for a mark in environments of /proc, which may block for ever, through a helper program (grep) that is killed when it takes too long.
 * See read.ts for why our own threads must not read them.
 */
import { runHelper, type HelperResult } from './helper.ts';
import type { ProcessStat } from './stat.ts';

const PIDS_PER_HELPER = 256;

/** A process, and a thread of it that is alive. */
type Asked = Pick<ProcessStat, 'pid' | 'thread'>;

/**
 * Pids of those whose environment holds exactly `variable` ("NAME=value"). A process whose environment cannot be read within
 * the limit (milliseconds) counts as not marked; it does not keep the others from being read.
 */
export async function pidsWithVariable(all: readonly Asked[], variable: string, limitMs: number): Promise<number[]> {
  const found: number[] = [];
  for (let start = 0; start < all.length; start += PIDS_PER_HELPER) {
    const some = all.slice(start, start + PIDS_PER_HELPER);
    const result = await grepEnvirons(some, variable, limitMs);
    if (result.kind === 'done') found.push(...pidsOf(result.text));
    else {
      const each = await Promise.all(some.map((one) => grepEnvirons([one], variable, limitMs)));
      found.push(...each.flatMap(({ text }) => pidsOf(text)));
    }
  }
  return found;
}

async function grepEnvirons(some: readonly Asked[], variable: string, limitMs: number): Promise<HelperResult> {
  const paths = some.map(({ pid, thread }) => `/proc/${pid}/task/${thread}/environ`);
  return runHelper('grep', ['-slzxF', '--line-buffered', '-e', variable, '--', ...paths], { limitMs });
}

function pidsOf(output: string): number[] {
  return [...output.matchAll(/^\/proc\/(\d+)\/task\/\d+\/environ$/gm)].map((match) => Number(match[1]));
}
