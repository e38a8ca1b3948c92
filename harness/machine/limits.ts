/** What the system lets this process and its user have, and whether that is enough to measure at all. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { messageOf, NoVerdictError } from '../model/errors.ts';

/** Files that a run has open at the same time, those of a module loader included. */
const FILES = 192;
/** Processes and threads: our own, one worker, a probe with threads, helpers. */
const TASKS = 64;

/**
 * Throws NoVerdictError `proc-of-others` where /proc shows the processes of another namespace, whose numbers mean other processes here: then no
 * process can be looked at, and a signal would go to somebody else. `too-few-files` and `too-few-processes` where a run would break off in the middle.
 */
export function refuseUnfit(): void {
  const seen = ownNumber();
  if (seen !== String(process.pid))
    throw new NoVerdictError(
      'proc-of-others',
      `/proc shows the processes of another namespace: this is process ${process.pid}, and /proc/self is ${seen}. Whether a probe hangs or is gone could not be seen, and signals would go to others. Nothing was started`,
      'give the namespace a /proc of its own: unshare --pid --fork --mount-proc …, or start the container without the /proc of its host',
    );
  const files = limitOf('Max open files');
  if (files < FILES)
    throw new NoVerdictError(
      'too-few-files',
      `this process may open ${files} files, and a run needs ${FILES}. Nothing was started`,
      'raise the limit (ulimit -n 1024) and run the command again',
    );
  const room = roomForTasks();
  if (room < TASKS)
    throw new NoVerdictError(
      'too-few-processes',
      `this user may start ${Math.max(0, room)} more processes and threads, and a run needs ${TASKS}. Nothing was started`,
      'raise the limit (ulimit -u 4096), or end what else runs, and run the command again',
    );
}

/** How many processes and threads this user may start yet; Infinity where nothing limits them. */
export function roomForTasks(): number {
  const most = limitOf('Max processes');
  if (most === Infinity || process.getuid?.() === 0) return Infinity;
  return most - tasksOf(process.getuid?.() ?? -1);
}

function ownNumber(): string {
  try {
    return readlinkSync('/proc/self');
  } catch (error) {
    return `missing (${messageOf(error)})`;
  }
}

/** The soft limit; Infinity where there is none or it cannot be read. */
function limitOf(name: string): number {
  const soft = new RegExp(`^${name}\\s+(\\d+)\\s`, 'm').exec(textOf('/proc/self/limits'))?.[1];
  return soft === undefined ? Infinity : Number(soft);
}

/** Threads of all processes whose real user this is, as the kernel counts them for the limit. */
function tasksOf(uid: number): number {
  let tasks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = textOf(`/proc/${name}/status`);
    if (new RegExp(`^Uid:\\s+${uid}\\s`, 'm').test(status))
      tasks += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 1);
  }
  return tasks;
}

/** '' for what is gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
