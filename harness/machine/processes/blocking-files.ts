/**
 * Looks for a mark in environments of /proc, which may block for ever, through a helper program (grep) that is killed when it takes too long.
 * See read.ts for why our own threads must not read them.
 */
import { runHelper, type HelperResult } from './helper.ts';

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
