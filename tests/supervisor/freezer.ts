/** The cgroup-v1 freezer: a frozen process is in state D and survives SIGKILL, as one does that is stuck in a driver. */
import { existsSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '../../harness/supervisor/time.ts';

const FREEZER = '/sys/fs/cgroup/freezer';

/** Root, and a kernel that has it mounted. Where CI promises the privilege, its absence is a failure, not a skip. */
export const mayFreeze = (process.getuid?.() === 0 && existsSync(join(FREEZER, 'cgroup.procs'))) || process.env['CI'] === 'true';

/** Freezes a process while `during` runs; afterwards it is thawed and gone, for a SIGKILL must have been sent meanwhile. */
export async function whileFrozen(pid: number, during: () => Promise<void>): Promise<void> {
  const group = join(FREEZER, `bench-test-${pid}`);
  await mkdir(group);
  try {
    await writeFile(join(group, 'cgroup.procs'), String(pid));
    await writeFile(join(group, 'freezer.state'), 'FROZEN');
    await during();
  } finally {
    await writeFile(join(group, 'freezer.state'), 'THAWED');
    await waitUntil(() => !existsSync(`/proc/${pid}`), 5);
    await rmdir(group);
  }
}
