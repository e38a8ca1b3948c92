/**
 * Who has a device file open, found in /proc/<pid>/fd. The links there are the kernel's own tables: reading them takes no lock of the
 * process and does not ask the card. Processes of other users are closed to us unless we are root.
 */
import type { Machine } from '../makers/found.ts';
import type { Maker } from '../makers/maker.ts';

export interface Holder {
  readonly pid: number;
  /** The first 15 bytes of the program's name, printable. */
  readonly name: string;
  /** Of the files asked for, each once. */
  readonly files: readonly string[];
  /** Whether it is a process of this user. */
  readonly own: boolean;
}

export interface HolderView {
  readonly holders: readonly Holder[];
  /** Some processes could not be looked into. */
  readonly limited: boolean;
}

const LIMIT_MS = 2000;
/** What one process may count for: while this one stood still nothing was being looked for. */
const LONGEST_LOOK_MS = 100;
const MOST_HIDDEN = 64;

/** Never rejects; ends after two seconds of looking with what was seen by then. `except` are pids that do not count, such as our own. */
export async function findHolders(
  machine: Machine,
  files: readonly string[],
  uid: number,
  except: ReadonlySet<number>,
  { computing, sharedFiles = [] }: Pick<Maker, 'computing' | 'sharedFiles'>,
): Promise<HolderView> {
  const wanted = new Set(files);
  let [spent, looked] = [0, performance.now()];
  const holders: Holder[] = [];
  let limited = false;
  for (const name of await machine.list('/proc')) {
    const pid = Number(name);
    if (!/^\d+$/.test(name) || except.has(pid)) continue;
    const now = performance.now();
    spent += Math.min(now - looked, LONGEST_LOOK_MS);
    looked = now;
    if (spent > LIMIT_MS) {
      limited = true;
      break;
    }
    const open = await machine.entries(`/proc/${name}/fd`);
    if (open === 'closed') limited = true;
    if (typeof open === 'string') continue;
    const targets = await Promise.all(open.map((descriptor) => machine.link(`/proc/${name}/fd/${descriptor}`)));
    const held = [...new Set(targets.filter((target): target is string => target !== null && wanted.has(target)))];
    if (held.length > 0) holders.push({ pid, ...(await identity(machine, pid, uid)), files: held.toSorted() });
  }
  const known = new Set([...except, ...holders.map(({ pid }) => pid)]);
  // The driver knows those too that /proc hides from this user.
  const unseen = ((await computing?.(machine)) ?? []).filter((pid) => !known.has(pid)).slice(0, MOST_HIDDEN);
  const others = unseen.map(async (pid) => ({ pid, ...(await identity(machine, pid, uid)), files: sharedFiles }));
  return { holders: [...holders, ...(await Promise.all(others))], limited };
}

async function identity(
  machine: Machine,
  pid: number,
  uid: number,
): Promise<{ readonly name: string; readonly own: boolean }> {
  const read = await machine.read(`/proc/${pid}/status`);
  const text = read.kind === 'text' ? read.text : '';
  const name = (/^Name:\t(.*)$/m.exec(text)?.[1] ?? '').replaceAll(/[^\x20-\x7E]/g, '?');
  return { name: name === '' ? 'a process' : name, own: Number(/^Uid:\t(\d+)/m.exec(text)?.[1]) === uid };
}
