/** Runs `bench` as a person would: a process of its own, with its words, its exit code and its signals. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { replay } from '../../harness/journal/reader.ts';
import type { JournalEvent } from '../../harness/model/events.ts';
import { packageRoot } from '../../harness/machine/installation.ts';
import { Results } from '../../harness/model/results/results.ts';
import { carriers } from '../processes.ts';

/** A run that is not over by then is a failure, and is killed. Most take seconds; on a starved machine they take many times that. */
const LIMIT_SECONDS = 300;
/** How long an event is waited for that is sure to come: waiting costs nothing where it comes soon. */
const PATIENCE_SECONDS = 90;
/** The caller's choices of colour and view are not under test. */
const NOT_PASSED_ON = new Set(['NO_COLOR', 'FORCE_COLOR', 'CI', 'TERM', 'COLUMNS', 'LINES']);

const SOURCES: readonly [string, ...string[]] = [
  process.execPath,
  '--import',
  import.meta.resolve('tsx'),
  join(packageRoot(), 'harness', 'cli', 'main.ts'),
];

/**
 * What to start for `bench`: the built program, which starts in half the time, where no source is newer than it; else the sources. Coverage
 * counts sources.
 */
export const COMMAND = commandToStart();

function commandToStart(): readonly [string, ...string[]] {
  const built = join(packageRoot(), 'dist', 'harness', 'cli', 'main.js');
  if (process.env['NODE_V8_COVERAGE'] !== undefined || !existsSync(built)) return SOURCES;
  const since = statSync(built).mtimeMs;
  const isNewer = (folder: string): boolean =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(
      (name) => name.endsWith('.ts') && statSync(join(folder, name)).mtimeMs > since,
    );
  return ['harness', 'reports'].some((folder) => isNewer(join(packageRoot(), folder)))
    ? SOURCES
    : [process.execPath, built];
}

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface BenchOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What starts bench; COMMAND unless told otherwise. */
  readonly command?: readonly [string, ...string[]];
  /** Seconds after which a process that is not over is killed, and that is a failure. */
  readonly limitSeconds?: number;
}

export interface Living {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
  /** Standard error so far. */
  stderr(): string;
}

export function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || NOT_PASSED_ON.has(name) ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(kept), ...more };
}

export function startBench(
  args: readonly string[],
  { cwd = tmpdir(), env = {}, command = COMMAND, limitSeconds = LIMIT_SECONDS }: BenchOptions = {},
): Living {
  const [program, ...first] = command;
  const began = performance.now();
  const child = execa(program, [...first, ...args], {
    cwd,
    env: environment(env),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
    timeout: limitSeconds * 1000,
    killSignal: 'SIGKILL',
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = child.then((result): Ended => {
    if (result.timedOut)
      throw new Error(
        `bench ${args.join(' ')} was not over after ${limitSeconds} s\n${result.stdout}\n${result.stderr}`,
      );
    return {
      code: result.exitCode ?? null,
      signal: result.signal ?? null,
      stdout: result.stdout,
      stderr: result.stderr,
      seconds: (performance.now() - began) / 1000,
    };
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('bench was not started');
  return { pid, ended, kill: (signal) => process.kill(pid, signal), stderr: () => stderr };
}

export function bench(args: readonly string[], options: BenchOptions = {}): Promise<Ended> {
  return startBench(args, options).ended;
}

export interface Folder {
  readonly path: string;
  file(...parts: string[]): string;
  /** Writes a file; returns its absolute path. */
  write(name: string, text: string): Promise<string>;
}

/** A temporary folder that is gone afterwards. */
export async function inFolder(use: (folder: Folder) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'bench-cli-'));
  const file = (...parts: string[]): string => join(path, ...parts);
  try {
    await use({
      path,
      file,
      write: async (name, text) => {
        await writeFile(file(name), text);
        return file(name);
      },
    });
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function journalOf(run: string): Promise<JournalEvent[]> {
  const events: JournalEvent[] = [];
  for await (const event of replay(join(run, 'journal.jsonl'))) events.push(event);
  return events;
}

export type EventOf<K extends JournalEvent['event']> = Extract<JournalEvent, { event: K }>;

export function eventsOf<K extends JournalEvent['event']>(events: readonly JournalEvent[], kind: K): EventOf<K>[] {
  return events.filter((event): event is EventOf<K> => event.event === kind);
}

export async function resultsOf(run: string): Promise<Results> {
  return Results.parse(JSON.parse(await readFile(join(run, 'results.json'), 'utf8')));
}

/** Verdicts, their bases and boundaries: what two ways of measuring the same card must agree on. */
export function findingsOf({ cells, lines }: Results): {
  readonly verdicts: Record<string, string>;
  readonly boundaries: Record<string, unknown>;
} {
  return {
    verdicts: Object.fromEntries(cells.map(({ id, verdict }) => [id, verdict])),
    boundaries: Object.fromEntries(lines.map(({ id, boundary }) => [id, boundary])),
  };
}

/** Polls until `holds` gives something other than null. */
export async function eventually<T>(
  what: string,
  holds: () => Promise<T | null>,
  seconds = PATIENCE_SECONDS,
): Promise<T> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const found = await holds();
    if (found !== null) return found;
    if (performance.now() > until) throw new Error(`waited ${seconds} s in vain for: ${what}`);
    await sleep(20);
  }
}

/** Resolves with the run's id when its journal holds `attempts` starts. */
export function underWay(run: string, attempts: number, seconds = PATIENCE_SECONDS): Promise<string> {
  return eventually(
    `${attempts} attempts begun`,
    async () => {
      const text = await readFile(join(run, 'journal.jsonl'), 'utf8').catch(() => '');
      const started = text.split('"event":"attempt-started"').length - 1;
      return started >= attempts ? runIdOf(text) : null;
    },
    seconds,
  );
}

export function runIdOf(journal: string): string {
  const id = /"run":"([^"]+)"/.exec(journal)?.[1];
  if (id === undefined) throw new Error('the journal names no run');
  return id;
}

/** Living processes that carry the run's marker; waits for those that are about to end by themselves. */
export async function survivors(runId: string, seconds = PATIENCE_SECONDS): Promise<readonly number[]> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const found = await carriers(`BENCH_RUN=${runId}`);
    if (found.length === 0 || performance.now() > until) return found;
    await sleep(50);
  }
}
