/** Lets a worker have little of a core, by other work on it or by a quota. */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { waitUntil } from '../../harness/machine/time.ts';

/** What stands before a command that is to be starved. */
export type Starved = readonly string[];

/** While `others` busy loops hold one core, beside the command that is put in `during`. */
export async function withBusyCore(others: number, during: (starved: Starved) => Promise<void>): Promise<void> {
  const core = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const pinned = ['taskset', '--cpu-list', core] as const;
  const stop = new AbortController();
  setMaxListeners(others, stop.signal);
  // Each in a session of its own: the kernel shares a core out between sessions first.
  const loops = Array.from({ length: others }, () =>
    execa(pinned[0], [...pinned.slice(1), 'timeout', '120', 'sh', '-c', 'while :; do :; done'], {
      cancelSignal: stop.signal,
      reject: false,
      detached: true,
    }),
  );
  try {
    await during(pinned);
  } finally {
    stop.abort();
    await Promise.all(loops);
  }
}

const V1 = '/sys/fs/cgroup/cpu';
const V2 = '/sys/fs/cgroup';
const isV1 = existsSync(join(V1, 'cpu.cfs_quota_us'));
const mayControl =
  isV1 ||
  (existsSync(join(V2, 'cgroup.subtree_control')) &&
    readFileSync(join(V2, 'cgroup.subtree_control'), 'utf8').split(/\s/).includes('cpu'));

/** Root, and a kernel that shares cores out by groups. Where CI promises the privilege, its absence is a failure, not a skip. */
export const mayLimit = (process.getuid?.() === 0 && mayControl) || process.env['CI'] === 'true';

/** While a group of processes gets so many hundredths of one core, beginning with the command that is put in `during`. */
export async function withQuota(percent: number, during: (starved: Starved) => Promise<void>): Promise<void> {
  const group = join(isV1 ? V1 : V2, `bench-test-${randomUUID()}`);
  const members = join(group, 'cgroup.procs');
  mkdirSync(group);
  try {
    if (isV1) writeFileSync(join(group, 'cpu.cfs_quota_us'), String(percent * 1000));
    else writeFileSync(join(group, 'cpu.max'), `${percent * 1000} 100000`);
    await during(['sh', '-c', `echo $$ > ${members} && exec "$@"`, 'starved']);
  } finally {
    await waitUntil(() => readFileSync(members, 'utf8') === '', 60);
    rmdirSync(group);
  }
}
