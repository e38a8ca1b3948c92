/** Which processes live, found by other means than the program's own. */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { readStat } from '../harness/machine/processes/read.ts';
import { isDead } from '../harness/machine/processes/stat.ts';

/** Living processes whose environment holds the variable. */
export async function carriers(variable: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const environ = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    const stat = readStat(Number(name));
    if (stat !== null && !isDead(stat) && environ.split('\0').includes(variable)) found.push(stat.pid);
  }
  return found;
}

/** A zombie counts as gone: whoever adopted it reaps it in its own time. */
export function isAlive(pid: string): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && !/^State:\s+[ZX]/m.test(readFileSync(status, 'utf8'));
}
