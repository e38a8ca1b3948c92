/** The cgroup-v1 freezer: a frozen process is in state D and survives SIGKILL until it is thawed. Stands in for one stuck in a driver. */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup/freezer';
const isThere = process.getuid?.() === 0 && existsSync(join(ROOT, 'cgroup.procs'));

export const freezer = {
  missing: isThere ? null : 'needs root and the cgroup-v1 freezer',

  /** Freezes a process; returns what thaws it and removes the group, and may be called twice. */
  freeze(pid: number): () => Promise<void> {
    const group = join(ROOT, `bench-campaign-${pid}`);
    mkdirSync(group);
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
    writeFileSync(join(group, 'freezer.state'), 'FROZEN');
    return async () => {
      if (!existsSync(group)) return;
      writeFileSync(join(group, 'freezer.state'), 'THAWED');
      for (let tries = 0; tries < 100 && existsSync(group); tries += 1) {
        try {
          rmdirSync(group);
        } catch {
          // Not empty yet: the process is dying.
          await sleep(50);
        }
      }
    };
  },
};
