/**
 * Runs one test program in a process group of its own and settles in bounded time whatever it does: output goes to a file,
 * because a grandchild that holds a pipe open would keep a pipe from ever ending.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended } from './judge.ts';

/** How long what a test file started may outlive it. */
const GRACE_MILLISECONDS = 1000;

const running = new Set<number>();

/** Starts `command` in `cwd`; kills its whole group after `limitSeconds` and when it ends. */
export async function runFile(
  command: readonly [string, ...string[]],
  cwd: string,
  limitSeconds: number,
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  const file = join(folder, 'output');
  const output = openSync(file, 'w');
  try {
    const started = performance.now();
    const how = await ended(command, cwd, output, limitSeconds);
    return { ...how, output: readFileSync(file, 'utf8'), seconds: (performance.now() - started) / 1000 };
  } finally {
    closeSync(output);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For an interrupted run: nothing that was started stays behind. */
export function killRunning(): void {
  for (const group of running) killGroup(group);
}

type How = Omit<Ended, 'output' | 'seconds'>;

function ended(
  [program, ...args]: readonly [string, ...string[]],
  cwd: string,
  output: number,
  limitSeconds: number,
): Promise<How> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', output, output], env: environment() });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      if (pid !== undefined) killGroup(pid);
    }, limitSeconds * 1000);
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(limit);
      void emptied(pid).then((leftProcesses) =>
        resolve({ code, signal, timedOut, leftProcesses: leftProcesses && !timedOut }),
      );
    });
  });
}

/** Whether something of the group had to be killed. The compiler behind tsx ends a moment after the program does. */
async function emptied(group: number | undefined): Promise<boolean> {
  if (group === undefined) return false;
  const until = performance.now() + GRACE_MILLISECONDS;
  while (isAlive(group) && performance.now() < until) await sleep(20);
  running.delete(group);
  const left = isAlive(group);
  killGroup(group);
  return left;
}

/** Zombies are over: whoever adopted them reaps them in its own time. */
function isAlive(group: number): boolean {
  return signalGroup(group, 0) && readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && isLivingMember(pid, group));
}

function isLivingMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything; state, parent and group follow it.
    const [state, , own] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return own === String(group) && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

function killGroup(group: number): void {
  signalGroup(group, 'SIGKILL');
}

/** Whether there was anything to send it to. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

/** A colour forced by the caller would reach programs whose plain output is under test. */
function environment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _forced, ...rest } = process.env;
  return rest;
}
