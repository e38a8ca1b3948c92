/**
 * Runs one program in a process group of its own and settles in bounded time whatever it does: output goes to a file,
 * because a grandchild that holds a pipe open would keep a pipe from ever ending.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended } from './judge.ts';
import { childrenCpuSeconds, isAlive, killEverything, killGroup, newMark } from './processes.ts';

export type Command = readonly [string, ...string[]];

/** How long what a test file started may outlive it. */
const GRACE_MILLISECONDS = 1000;

const running = new Map<number, string>();
/** An interrupted run starts nothing more. */
let interrupted = false;

/** Starts `command` in `cwd`; kills its whole group after `limitSeconds` and when it ends. */
export async function runFile(command: Command, cwd: string, limitSeconds: number): Promise<Ended> {
  if (interrupted) return new Promise(() => undefined);
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

/** For an interrupted run: nothing that was started stays behind. Returns the pids that were not to be killed. */
export function killRunning(): Promise<readonly number[]> {
  interrupted = true;
  return killEverything([...running.keys()], [...running.values()]);
}

type How = Omit<Ended, 'output' | 'seconds'>;

function ended([program, ...args]: Command, cwd: string, output: number, limitSeconds: number): Promise<How> {
  return new Promise((resolve, reject) => {
    const mark = newMark();
    const env = { ...environment(), [mark]: '1' };
    const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', output, output], env });
    const { pid } = child;
    if (pid !== undefined) running.set(pid, mark);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      if (pid !== undefined) void killEverything([pid], [mark]);
    }, limitSeconds * 1000);
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(limit);
      const cpuSeconds = cpuSinceLastEnd();
      void emptied(pid).then((leftProcesses) =>
        resolve({ code, signal, timedOut, leftProcesses: leftProcesses && !timedOut, cpuSeconds, complaints: [] }),
      );
    });
  });
}

let counted = childrenCpuSeconds();

/** What the child that has just been reaped cost, with its own children. Of two that are reaped in one go the first is told both; the sum is right. */
function cpuSinceLastEnd(): number {
  const before = counted;
  counted = childrenCpuSeconds();
  return counted - before;
}

/** Whether something of the group had to be killed. The compiler behind tsx ends a moment after the program does. */
async function emptied(group: number | undefined): Promise<boolean> {
  if (group === undefined) return false;
  const until = performance.now() + GRACE_MILLISECONDS;
  while (isAlive(group) && performance.now() < until) await sleep(20);
  const left = isAlive(group);
  killGroup(group);
  running.delete(group);
  return left;
}

/** A colour forced by the caller would reach programs whose plain output is under test. */
function environment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _forced, ...rest } = process.env;
  return rest;
}
