/**
 * Gathers what can still be seen while a process hangs: runs the collectors, each within its own limit, and puts together what
 * they found. On a sick machine any of them may block, and none of them may keep the kill waiting for long.
 */
import type { Collected } from '../../model/attempt/collected.ts';
import type { CollectorReport, Evidence, ProcessEvidence } from '../../model/attempt/evidence.ts';
import { readCommandLine } from '../../machine/files/bounded-read.ts';
import { readWaitChannel } from '../../machine/processes/read.ts';
import { TICKS_PER_SECOND, type ProcessStat } from '../../machine/processes/stat.ts';
import { now, within } from '../../machine/time.ts';
import type { Collector, Scene } from './collector.ts';
import { messageOf } from '../../model/errors.ts';

const COMMAND_LIMIT_SECONDS = 0.3;
const OVER_LOOK_SECONDS = 0.1;
const OVERTAKEN = 'the attempt went on, ended or was cancelled meanwhile';

/** Everything but what is known after the end only: gatherer.ts adds that. */
export type Seen = Omit<Evidence, 'stderrTail' | 'signatures' | 'pythonStacks'> &
  Partial<Pick<Evidence, 'stderrTail' | 'pythonStacks'>>;

/**
 * All that can be seen without touching the processes: before the verdict. Takes at most as long as the longest limit of these collectors. Never rejects.
 * `isOver`: true once the attempt is decided by something else; nothing more is begun then.
 */
export async function look(scene: Scene, collectors: readonly Collector[], isOver: () => boolean): Promise<Seen> {
  const began = now();
  const seen = scene.processes.map((stat) => ({ stat, waitChannel: readWaitChannel(stat.pid, stat.thread) }));
  const [named, ran] = await Promise.all([
    Promise.all(scene.processes.map(commandOf)),
    run('looks', collectors, { scene, soFar: {}, isOver }),
  ]);
  return {
    ...merged(ran),
    processes: seen.map(({ stat, waitChannel }, index) =>
      processEvidence(stat, waitChannel, named[index] ?? stat.name),
    ),
    collectors: reports(ran, collectors),
    seconds: rounded(now() - began),
  };
}

/**
 * Adds to what was seen what the processes answer to a signal or under a tracer: after the verdict, for either may wake them, end them or set them going.
 * `looked` is of the same scene. Bounded and silent as `look`; `isOver`: nobody is left to ask.
 */
export async function ask(
  scene: Scene,
  looked: Seen,
  collectors: readonly Collector[],
  isOver: () => boolean,
): Promise<Seen> {
  const began = now();
  const signalled = await run('signals', collectors, { scene, soFar: looked, isOver });
  const soFar = { ...looked, ...merged(signalled) };
  const stopped = await run('stops', collectors, { scene, soFar, isOver });
  return {
    ...soFar,
    ...merged(stopped),
    collectors: [...(looked.collectors ?? []), ...reports([...signalled, ...stopped], collectors)],
    seconds: rounded((looked.seconds ?? 0) + now() - began),
  };
}

interface Gathering {
  readonly scene: Scene;
  readonly soFar: Partial<Evidence>;
  readonly isOver: () => boolean;
}

async function run(
  manner: Collector['manner'],
  collectors: readonly Collector[],
  gathering: Gathering,
): Promise<Ran[]> {
  return Promise.all(
    collectors
      .filter((one) => one.manner === manner)
      .map(async (one) => (gathering.isOver() ? notBegun(one) : runOne(one, gathering))),
  );
}

/** In the order in which the collectors are listed. */
function reports(ran: readonly Ran[], collectors: readonly Collector[]): CollectorReport[] {
  const order = (report: CollectorReport): number => collectors.findIndex(({ name }) => name === report.name);
  return ran.map(({ report }) => report).toSorted((a, b) => order(a) - order(b));
}

function merged(ran: readonly Ran[]): Partial<Evidence> {
  return ran.reduce<Partial<Evidence>>((all, { found }) => ({ ...all, ...found }), {});
}

interface Ran {
  readonly report: CollectorReport;
  readonly found: Partial<Evidence>;
}

async function runOne(collector: Collector, { scene, soFar, isOver }: Gathering): Promise<Ran> {
  const { name, limit } = collector;
  const began = now();
  const giveUp = new AbortController();
  let problem = '';
  // A promise that is given up on may still reject later, when nobody listens.
  const finding = attempt(collector, scene, soFar, giveUp.signal).catch((error: unknown) => {
    problem = messageOf(error);
    return null;
  });
  let over: NodeJS.Timeout | undefined;
  const overtaken = new Promise<'over'>((resolve) => {
    over = setInterval(() => isOver() && resolve('over'), OVER_LOOK_SECONDS * 1000);
  });
  const result = await within<Collected | null | 'late' | 'over'>(limit, Promise.race([finding, overtaken]), 'late');
  clearInterval(over);
  giveUp.abort();
  const seconds = rounded(now() - began);
  if (result === 'late')
    return { report: { name, status: 'timed-out', seconds, note: `gave no answer within ${limit} s` }, found: {} };
  if (result === 'over') return { report: { name, status: 'skipped', seconds, note: OVERTAKEN }, found: {} };
  if (result === null) return { report: { name, status: 'failed', seconds, note: problem.slice(0, 300) }, found: {} };
  return { report: { name, status: result.status, seconds, note: result.note }, found: result.found };
}

/** A collector that throws before its first await throws in here. */
async function attempt(
  collector: Collector,
  scene: Scene,
  soFar: Partial<Evidence>,
  signal: AbortSignal,
): Promise<Collected> {
  return collector.collect(scene, soFar, signal);
}

function notBegun({ name }: Collector): Ran {
  return { report: { name, status: 'skipped', seconds: 0, note: OVERTAKEN }, found: {} };
}

function processEvidence(stat: ProcessStat, waitChannel: string | null, command: string): ProcessEvidence {
  const { pid, state, threads, cpuTicks } = stat;
  return { pid, command, state, waitChannel, threads, cpuSeconds: cpuTicks / TICKS_PER_SECOND };
}

async function commandOf(stat: ProcessStat): Promise<string> {
  // In state D the memory lock may be held: not even a helper is worth trying.
  if (stat.state === 'D') return stat.name;
  return (await readCommandLine(stat.pid, COMMAND_LIMIT_SECONDS * 1000)) ?? stat.name;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
