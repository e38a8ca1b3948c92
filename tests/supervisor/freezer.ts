/** The cgroup-v1 freezer: a frozen process is in state D and survives SIGKILL, as one does that is stuck in a driver. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '../../harness/machine/time.ts';

const FREEZER = '/sys/fs/cgroup/freezer';

/** Root, and a kernel that has it mounted. Where CI promises the privilege, its absence is a failure, not a skip. */
export const mayFreeze =
  (process.getuid?.() === 0 && existsSync(join(FREEZER, 'cgroup.procs'))) || process.env['CI'] === 'true';

/**
 * A group in which everything stands still while `during` runs: a process that writes its pid into `cgroup.procs` there freezes itself, at the place
 * where it wants to. Afterwards it is thawed and gone, for a SIGKILL must have been sent meanwhile.
 */
export async function withFreezer<T>(during: (group: string) => Promise<T>): Promise<T> {
  const group = join(FREEZER, `bench-test-${randomUUID()}`);
  await mkdir(group);
  try {
    await writeFile(join(group, 'freezer.state'), 'FROZEN');
    return await during(group);
  } finally {
    await writeFile(join(group, 'freezer.state'), 'THAWED');
    await waitUntil(() => readFileSync(join(group, 'cgroup.procs'), 'utf8') === '', 60);
    await rmdir(group);
  }
}
