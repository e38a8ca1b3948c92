/**
 * Ends this process for certain. Every ordinary way out waits for the threads that read and write files; one that waits for a disk which does not
 * answer never comes back. So somebody outside stands by, who kills what has not gone after a moment.
 */
import { start } from './processes/start.ts';
import { identityOf } from './processes/read.ts';

const PATIENCE_SECONDS = 3;
/** Only the process that was meant: its number may be another's by then. */
const STANDS_BY = `sleep ${PATIENCE_SECONDS}; [ "$(sed 's/.*) //' /proc/$0/stat 2>/dev/null | cut -d' ' -f20)" = "$1" ] && kill -KILL "$0"`;

/** Exits with `code`, or dies by SIGKILL some seconds later where a file operation does not let it. */
export function leave(code: number): void {
  if (isBusyWithFiles()) standBy();
  process.exit(code);
}

/** Whether a thread reads or writes a file, or tries to. */
export function isBusyWithFiles(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
}

function standBy(): void {
  const own = identityOf(process.pid);
  if (own === null) return;
  const helper = start({
    command: ['/bin/sh', '-c', STANDS_BY, String(own.pid), String(own.startTicks)],
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
    ownGroup: true,
  });
  // Without a helper there is only this: what nobody can say any more is lost either way.
  if (helper.leader === null) process.kill(process.pid, 'SIGKILL');
  helper.unref();
}
