/** Where every thread of every process is: state, wait channel, system call and, for root, the kernel's stack. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ThreadGroup } from '../../model/attempt/evidence.ts';
import { readFiles } from '../../machine/files/read-files.ts';
import { parseStat, type ProcessStat } from '../../machine/processes/stat.ts';
import { found, nothing, without } from '../../model/attempt/collected.ts';
import type { Collector } from './collector.ts';
import { syscallName } from './syscalls.ts';

const MOST_PROCESSES = 8;
const MOST_THREADS = 64;
const READ_LIMIT_MS = 800;
const MOST_FRAMES = 24;
const FILES = ['stat', 'wchan', 'syscall', 'stack'] as const;

interface Thread {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly place: Omit<ThreadGroup, 'pid' | 'names' | 'tids'>;
}

export const threads: Collector = {
  name: 'Threads',
  limit: 10,
  manner: 'looks',
  collect: async ({ processes, roots }) => {
    const some = processes.slice(0, MOST_PROCESSES);
    const listed = some.map((stat) => ({ pid: stat.pid, tids: tidsOf(roots.proc, stat) }));
    const folders = listed.flatMap(({ pid, tids }) =>
      tids
        .slice(0, MOST_THREADS)
        .map((tid) => ({ pid, tid, folder: join(roots.proc, String(pid), 'task', String(tid)) })),
    );
    const { texts, blocked } = await readFiles(
      folders.flatMap(({ folder }) => FILES.map((name) => join(folder, name))),
      READ_LIMIT_MS,
    );
    const seen = folders.flatMap(({ pid, tid, folder }) => threadOf(pid, tid, (name) => texts.get(join(folder, name))));
    if (seen.length === 0) {
      if (blocked.length > 0) return without('not-allowed', `${blocked.length} files of /proc gave no answer`);
      return nothing('no thread could be seen');
    }
    const all = listed.reduce((sum, { tids }) => sum + tids.length, 0);
    const notes = [
      seen.some(({ place }) => place.kernelStack !== null) ? '' : 'kernel stacks are for root',
      all > folders.length ? `${all - folders.length} threads beyond ${MOST_THREADS} of a process not looked at` : '',
      processes.length > some.length ? `${processes.length - some.length} more processes not looked at` : '',
      blocked.length > 0 ? `${blocked.length} files of /proc gave no answer` : '',
    ];
    return found({ threads: grouped(seen) }, notes.filter((note) => note !== '').join('; '));
  },
};

function tidsOf(proc: string, { pid }: ProcessStat): number[] {
  try {
    return readdirSync(join(proc, String(pid), 'task'))
      .map(Number)
      .toSorted((a, b) => a - b);
  } catch {
    return [];
  }
}

function threadOf(pid: number, tid: number, text: (name: (typeof FILES)[number]) => string | undefined): Thread[] {
  const stat = parseStat(text('stat') ?? '');
  if (stat === null) return [];
  const wchan = text('wchan') ?? '';
  const stack = text('stack');
  const place = {
    state: stat.state,
    waitChannel: wchan === '' || wchan === '0' ? null : wchan,
    syscall: syscallName(text('syscall') ?? '', process.arch),
    kernelStack: stack === undefined ? null : kernelFunctions(stack),
  };
  return [{ pid, tid, name: stat.name, place }];
}

/** "[<0>] futex_do_wait+0x46/0x90" → "futex_do_wait". */
function kernelFunctions(stack: string): string[] {
  const names = [...stack.matchAll(/^\[<[0-9a-f]*>\] ([^\s+]+)/gm)].map(([, name = '']) => name);
  return names.slice(0, MOST_FRAMES);
}

/** Sixty idle threads of a pool are one line; the group of the main thread comes first. */
function grouped(seen: readonly Thread[]): ThreadGroup[] {
  const groups = new Map<
    string,
    { readonly pid: number; readonly place: Thread['place']; readonly names: Set<string>; readonly tids: number[] }
  >();
  for (const { pid, tid, name, place } of seen) {
    const key = JSON.stringify([pid, place]);
    const group = groups.get(key) ?? { pid, place, names: new Set<string>(), tids: [] };
    group.names.add(name);
    group.tids.push(tid);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ pid, place, names, tids }) => ({ pid, names: [...names], tids, ...place }));
}
