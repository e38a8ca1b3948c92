/**
 * Starts the worker's process and speaks JSON lines with it. Knows nothing of attempts.
 * Acts on `exit`, never on `close`: a grandchild that holds a pipe keeps `close` from coming for ever.
 */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { WriteStream } from 'node:fs';
import { join } from 'node:path';
import { openOwnAside } from '../machine/files/own-file.ts';
import { constants } from 'node:os';
import { GUARD } from '../machine/processes/brood.ts';
import { descendants } from '../machine/processes/family.ts';
import { look, readStat } from '../machine/processes/read.ts';
import { start, type Started } from '../machine/processes/start.ts';
import type { Identity, ProcessStat } from '../machine/processes/stat.ts';
import { FloodGuard } from './attempt/flood-guard.ts';
import { LineSplitter } from './wire/line-splitter.ts';
import { EVENT_LIMIT, parseWorkerEvent, type WorkerEvent } from './wire/worker-events.ts';
import { after } from '../machine/time.ts';
import type { WorkerSpec } from './types.ts';
import { messageOf } from '../model/errors.ts';

/** How long to go on reading what the worker said before it exited, when somebody else keeps the pipe open. */
const DRAIN_SECONDS = 0.2;
/** How many times that long for a worker that has closed its channel and stands in line for a core, perhaps on its way out. */
const STARVED_DRAINS = 100;

/** Signals by which programs do not end of themselves. */
export const FROM_OUTSIDE: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);

/** Why a worker is lost, in words too. killed: a worker never does that to itself; somebody, or the kernel for want of memory, ended it. */
export type Loss =
  | { readonly kind: 'exited' | 'broken'; readonly reason: string }
  | { readonly kind: 'killed'; readonly reason: string; readonly signal: string };

/** How a guard ends: python-probes/fork_server/guard.py. */
const GUARD_BY_SIGNAL = 192;
const GUARD_LEFT = 191;

interface LinkEvents {
  /** What the worker said, in order. */
  event: [WorkerEvent];
  /** Nothing more will come, for this reason; told once. */
  lost: [Loss];
}

export interface WorkerProcess {
  readonly identity: Identity;
  /** "BENCH_WORKER=…" as it stands in the environment of the worker and everything that it starts. */
  readonly marker: string;
  readonly stderrPath: string;
  /** The child subreaper above the interpreter; null where there is none. It ends by itself once nothing is left below it. */
  readonly guard: () => Guarded | null;
  /** The interpreter as far as it is known, or what was started. */
  readonly speaker: () => ProcessStat | null;
  /** What runs elsewhere than in the program that was started; null when that is the interpreter itself. */
  readonly guest: Guest | null;
  readonly link: EventEmitter<LinkEvents>;
  /** null while it is not. */
  readonly lost: () => Loss | null;
  readonly hasExited: () => boolean;
  send(request: object): void;
  /** Lets go of pipes and process, so that neither keeps the harness from exiting. */
  release(): void;
}

export interface Guarded extends Identity {
  readonly sawTheLast: () => boolean;
}

export interface Guest {
  /** As this machine counts processes; null until it has said who it is. */
  interpreter: Identity | null;
  /** Where its attempts can write. */
  readonly exchange?: string;
  ended(): Promise<void>;
}

export type Launched =
  | { readonly kind: 'launched'; readonly process: WorkerProcess }
  | { readonly kind: 'failed'; readonly reason: string };

export async function launch(spec: WorkerSpec): Promise<Launched> {
  const [file] = spec.command;
  if (file === undefined) return { kind: 'failed', reason: 'no command was given for the worker' };
  const id = randomUUID();
  const stderrPath = join(spec.directory, 'worker-stderr');
  const stdoutPath = join(spec.directory, 'worker-stdout');
  const files: WriteStream[] = [];
  try {
    for (const path of [stdoutPath, stderrPath]) files.push((await openOwnAside(path)).createWriteStream());
    const [stdout = 'ignore', stderr = 'ignore'] = files;
    const child = start({
      command: spec.command,
      env: { ...spec.env, BENCH_WORKER: id, BENCH_RUN: spec.runId },
      stdin: 'pipe',
      stdout,
      stderr,
      channel: true,
      ownGroup: true,
    });
    if (child.leader === null) {
      const ended = await child.ended;
      const why = ended.kind === 'not-started' ? `cannot start ${file}: ${ended.code}` : `${file} ended at once`;
      return { kind: 'failed', reason: why };
    }
    return {
      kind: 'launched',
      process: connect(child, child.leader, `BENCH_WORKER=${id}`, {
        stderrPath,
        guest: spec.guest === undefined ? null : { ...spec.guest, interpreter: null },
        flood: new FloodGuard({ stdout: stdoutPath, stderr: stderrPath }, spec.watchdog.output_limit),
      }),
    };
  } catch (error) {
    return {
      kind: 'failed',
      reason: `cannot start ${file}: ${messageOf(error)}`,
    };
  } finally {
    for (const stream of files) stream.destroy();
  }
}

interface Output {
  readonly stderrPath: string;
  readonly guest: Guest | null;
  readonly flood: FloodGuard;
}

function connect(
  child: Started,
  identity: Identity,
  marker: string,
  { stderrPath, guest, flood }: Output,
): WorkerProcess {
  const { channel } = child;
  const link = new EventEmitter<LinkEvents>();
  const splitter = new LineSplitter(EVENT_LIMIT);
  let loss: Loss | null = null;
  let exited = false;
  let exitCode: number | null = null;
  let interpreter: Identity | null = null;
  let guard: Identity | null = null;
  const findGuard = (pid: number): void => {
    const stat = readStat(pid);
    const parent = stat === null ? null : readStat(stat.parent);
    interpreter = stat;
    if (parent?.name === GUARD) guard = parent;
  };

  const release = (): void => {
    child.stdin?.destroy();
    channel?.destroy();
    child.unref();
    void flood.finish();
  };
  const lose = (why: Loss): void => {
    if (loss !== null) return;
    loss = why;
    release();
    link.emit('lost', why);
  };
  const hear = (chunk: Buffer): void => {
    for (const line of splitter.push(chunk)) {
      if (loss !== null) return;
      const event = line.kind === 'line' ? parseWorkerEvent(line.text) : null;
      if (event === null)
        lose({ kind: 'broken', reason: 'the worker said something that is no event of the protocol' });
      else {
        if (event.event === 'hello' && guest === null) findGuard(event.pid);
        link.emit('event', event);
      }
    }
  };

  const afterDrain = (act: () => void, drains = 1): void => {
    after(DRAIN_SECONDS, () => {
      // Sleeping or stopped it lives on. Running, or dead and not yet told of, it is exiting.
      const isLeaving =
        loss === null &&
        !exited &&
        !/[STt]/.test(look(interpreter ?? identity)?.state ?? 'X') &&
        drains < STARVED_DRAINS;
      if (isLeaving) afterDrain(act, drains + 1);
      else act();
    });
  };

  child.stdin?.on('error', () => undefined);
  channel?.on('error', () => undefined);
  channel?.on('data', hear);
  // At the end of the channel the exit is a moment away, and tells more.
  channel?.on('end', () => afterDrain(() => lose({ kind: 'broken', reason: 'the worker closed its channel' })));
  child.onExit((code, signal) => {
    exited = true;
    exitCode = code;
    const killer = signal ?? (code !== null && code > GUARD_BY_SIGNAL ? signalNamed(code - GUARD_BY_SIGNAL) : null);
    const why: Loss =
      killer === null
        ? { kind: 'exited', reason: `the worker exited with code ${code}` }
        : { kind: 'killed', reason: `the worker was killed by ${killer}`, signal: killer };
    if (channel === null || channel.destroyed || channel.readableEnded) lose(why);
    else {
      channel.once('end', () => lose(why));
      after(DRAIN_SECONDS, () => lose(why));
    }
  });

  return {
    identity,
    marker,
    stderrPath,
    guest,
    guard: () => {
      const started = look(identity);
      if (started?.name === GUARD) guard = started;
      if (guard === null) return null;
      const { pid, startTicks } = guard;
      const sawTheLast = (): boolean => pid === identity.pid && exitCode !== null && exitCode !== GUARD_LEFT;
      return { pid, startTicks, sawTheLast };
    },
    speaker: () => {
      const said = interpreter === null ? null : look(interpreter);
      return said ?? (guest === null ? descendants(identity.pid)[0] : null) ?? look(identity);
    },
    link,
    lost: () => loss,
    hasExited: () => exited || look(identity) === null,
    send: (request) => {
      if (loss === null) child.stdin?.write(`${JSON.stringify(request)}\n`);
    },
    release,
  };
}

function signalNamed(number: number): string {
  const named = Object.entries(constants.signals).find(([, value]) => value === number);
  return named?.[0] ?? `signal ${number}`;
}
