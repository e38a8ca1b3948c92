/**
 * Whether whoever started this process wants it to outlive its terminal, as nohup does. Node sets all signals back to their defaults before any
 * of our code runs, so that the wish has to be read from what it leaves behind.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

const HANG_UP = 1n;
const ACCESS = 0o3;
const WRITE_ONLY = 0o1;

/** `environment`: shells name the program that they start in `_`; from there to here it was handed on. */
export function ignoresHangUp(environment: NodeJS.ProcessEnv): boolean {
  return basename(environment['_'] ?? '') === 'nohup' || isInputOfNohup() || ignoresIt(process.ppid);
}

/** nohup puts /dev/null in the place of a terminal, opened for writing, so that a read fails. Nobody else does. */
function isInputOfNohup(): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync('/proc/self/fdinfo/0', 'utf8'))?.[1] ?? '0';
    return readlinkSync('/proc/self/fd/0') === '/dev/null' && (Number.parseInt(flags, 8) & ACCESS) === WRITE_ONLY;
  } catch {
    return false;
  }
}

/** What a process ignores its children ignore: a script under nohup that starts this program, say. */
function ignoresIt(pid: number): boolean {
  try {
    const ignored = /^SigIgn:\s+([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return (BigInt(`0x${ignored}`) & HANG_UP) !== 0n;
  } catch {
    return false;
  }
}
