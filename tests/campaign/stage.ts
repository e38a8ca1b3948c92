/**
 * Where a trial plays: a temporary folder, bench processes started in it, and the promise that nothing of it outlives the trial.
 * Every run folder of a stage carries the stage's stamp in its name, and so does BENCH_RUN of every process of its runs: what is left
 * is found by /proc alone, without the supervisor's code and without the journal.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMMAND, startBench, type BenchOptions, type Ended, type Living } from '../cli/bench-process.ts';

export const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

export interface Stage {
  readonly folder: string;
  /** What starts bench: the built program in a campaign, the sources in the test run. */
  readonly program: Program;
  /** Absolute path in the folder. */
  file(...parts: string[]): string;
  /** Writes a file; returns its absolute path. */
  write(name: string, text: string): Promise<string>;
  /** A new run folder's path; its name holds the stamp. */
  runFolder(label?: string): string;
  start(args: readonly string[], options?: BenchOptions): Living;
  bench(args: readonly string[], options?: BenchOptions): Promise<Ended>;
  /** Something to undo at the end, or when the campaign is interrupted; the last one first. */
  atEnd(undo: () => Promise<void> | void): void;
  /** Living processes of runs of this stage; waits up to `seconds` for those that are about to end. */
  survivors(seconds?: number): Promise<readonly number[]>;
}

export type Program = readonly [string, ...string[]];

/** A bench that is not over by then is a problem; many times what any takes, for machines that are busy with others. */
const LIMIT_SECONDS = 300;

const open = new Set<() => Promise<void>>();
let closing = false;

/** Plays on a stage of its own. Rejects when processes of it are left; they are killed. */
export async function onStage<T>(play: (stage: Stage) => Promise<T>, program: Program = COMMAND): Promise<T> {
  if (closing) return interrupted();
  const folder = await mkdtemp(join(tmpdir(), 'bench-campaign-'));
  const stamp = randomUUID().slice(0, 8);
  const undos: (() => Promise<void> | void)[] = [];
  const living = new Set<Living>();
  let runs = 0;
  const start: Stage['start'] = (args, options = {}) => {
    if (closing) throw new Error('interrupted');
    const one = startBench(args, { cwd: folder, command: program, limitSeconds: LIMIT_SECONDS, ...options });
    living.add(one);
    void one.ended.finally(() => living.delete(one)).catch(() => undefined);
    return one;
  };
  const stage: Stage = {
    folder,
    program,
    file: (...parts) => join(folder, ...parts),
    write: async (name, text) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    runFolder: (label = 'run') => join(folder, `${label}-${(runs += 1)}-${stamp}`),
    start,
    bench: (args, options) => start(args, options).ended,
    atEnd: (undo) => undos.push(undo),
    survivors: (seconds = 60) => survivorsOf(stamp, seconds),
  };
  const close = async (): Promise<void> => {
    open.delete(close);
    for (const one of living) quietly(() => one.kill('SIGKILL'));
    for (const undo of undos.toReversed()) await undo();
    for (const pid of await survivorsOf(stamp, 0)) quietly(() => process.kill(pid, 'SIGKILL'));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  open.add(close);
  try {
    const result = await play(stage);
    if (closing) return await interrupted();
    const left = await stage.survivors();
    if (left.length > 0) throw new Error(`left running: ${left.map(describe).join('; ')}`);
    return result;
  } catch (error) {
    // What an interrupted trial has to say is about the interruption.
    if (closing) return await interrupted();
    throw error;
  } finally {
    await close();
  }
}

/** The process is about to exit. */
function interrupted(): Promise<never> {
  return new Promise<never>(() => undefined);
}

/** Ends every open stage: for a campaign that is interrupted. */
export async function closeStages(): Promise<void> {
  closing = true;
  await Promise.allSettled([...open].map((close) => close()));
}

async function survivorsOf(stamp: string, seconds: number): Promise<readonly number[]> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const found = carriers(stamp);
    if (found.length === 0 || performance.now() > until) return found;
    await sleep(20);
  }
}

/** Living processes whose BENCH_RUN holds the stamp. */
function carriers(stamp: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const run = read(pid, 'environ')
        .split('\0')
        .find((entry) => entry.startsWith('BENCH_RUN='));
      return run !== undefined && run.includes(stamp) && !/^\d+ \(.*\) [ZX]/s.test(read(pid, 'stat'));
    });
}

function describe(pid: number): string {
  return `${pid} ${read(pid, 'cmdline').replaceAll('\0', ' ').slice(0, 120)}`;
}

function read(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1');
  } catch {
    return '';
  }
}

function quietly(step: () => void): void {
  try {
    step();
  } catch {
    // It is gone already.
  }
}
