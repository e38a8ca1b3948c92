/**
 * Runs one test program in a process group of its own and settles in bounded time whatever it does: output goes to a file,
 * because a grandchild that holds a pipe open would keep a pipe from ever ending.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ended } from './judge.ts';

const running = new Set<number>();

/** Starts `command` in `cwd`; kills its whole group after `limitSeconds` and when it ends. */
export async function runFile(command: readonly [string, ...string[]], cwd: string, limitSeconds: number): Promise<Ended> {
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

function ended([program, ...args]: readonly [string, ...string[]], cwd: string, output: number, limitSeconds: number): Promise<How> {
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
      if (pid !== undefined) running.delete(pid);
      resolve({ code, signal, timedOut, leftProcesses: pid !== undefined && killGroup(pid) && !timedOut });
    });
  });
}

/** Whether there was anything to kill. */
function killGroup(group: number): boolean {
  try {
    process.kill(-group, 'SIGKILL');
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
