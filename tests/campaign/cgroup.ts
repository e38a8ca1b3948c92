/** A cgroup-v1 group with a limit, for everything that a bench run starts. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program, Stage } from './stage.ts';

export type Controller = 'memory' | 'pids';

const FILES: Readonly<Record<Controller, string>> = { memory: 'memory.limit_in_bytes', pids: 'pids.max' };
const rootOf = (controller: Controller): string => join('/sys/fs/cgroup', controller);

/** Why there can be no such group here; null when there can. */
export function cgroupMissing(controller: Controller): string | null {
  const isThere = process.getuid?.() === 0 && existsSync(join(rootOf(controller), 'cgroup.procs'));
  return isThere ? null : `needs root and the cgroup-v1 controller "${controller}"`;
}

/** A command that starts bench inside a new group; the group is removed at the stage's end. */
export function limited(stage: Stage, controller: Controller, limit: number): Program {
  const group = join(rootOf(controller), `bench-campaign-${process.pid}-${stage.folder.slice(-6)}`);
  mkdirSync(group);
  writeFileSync(join(group, FILES[controller]), String(limit));
  stage.atEnd(async () => {
    for (let tries = 0; tries < 1200 && existsSync(group); tries += 1) {
      try {
        rmdirSync(group);
      } catch {
        // Whoever still is in it is of our run: it was started there.
        for (const pid of readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean))
          kill(Number(pid));
        await sleep(50);
      }
    }
  });
  return ['/bin/sh', '-c', `echo $$ > ${join(group, 'cgroup.procs')} && exec "$@"`, 'limited', ...stage.program];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
