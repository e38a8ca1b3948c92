/** The cgroup-v1 freezer: a frozen process is in state D and survives SIGKILL until it is thawed. Stands in for one stuck in a driver. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup/freezer';
const isThere = process.getuid?.() === 0 && existsSync(join(ROOT, 'cgroup.procs'));

export const freezer = {
  missing: isThere ? null : 'needs root and the cgroup-v1 freezer',

  /** A group in which a process freezes when it writes its pid into `cgroup.procs` there. `thaw` removes the group, and may be called twice. */
  make(): { readonly group: string; readonly thaw: () => Promise<void> } {
    const group = join(ROOT, `bench-campaign-${randomUUID()}`);
    mkdirSync(group);
    writeFileSync(join(group, 'freezer.state'), 'FROZEN');
    const thaw = async (): Promise<void> => {
      if (!existsSync(group)) return;
      writeFileSync(join(group, 'freezer.state'), 'THAWED');
      for (let tries = 0; tries < 1200 && existsSync(group); tries += 1) {
        try {
          rmdirSync(group);
        } catch {
          // Not empty yet: the process is dying.
          await sleep(50);
        }
      }
    };
    return { group, thaw };
  },
};
