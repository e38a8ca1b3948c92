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
/** How long signals wait for those that only look: these take a twentieth of a second, unless something blocks or nobody lets them run. */
const UNDISTURBED_SECONDS = 2;
const OVER_LOOK_SECONDS = 0.1;
const OVERTAKEN = 'the attempt went on, ended or was cancelled meanwhile';

/** Everything but what is known after the end only: witness.ts adds that. */
export type Seen = Omit<Evidence, 'stderrTail' | 'signatures' | 'pythonStacks'> &
  Partial<Pick<Evidence, 'stderrTail' | 'pythonStacks'>>;

/**
 * Takes at most as long as the longest limits of the three kinds of collectors together. Never rejects.
 * `isOver`: true once the attempt is decided by something else; nothing more is begun then.
 */
export async function collect(scene: Scene, collectors: readonly Collector[], isOver: () => boolean): Promise<Seen> {
  const began = now();
  // Before anything disturbs them.
  const seen = scene.processes.map((stat) => ({ stat, waitChannel: readWaitChannel(stat.pid) }));
  const run = (manner: Collector['manner'], soFar: Partial<Evidence> = {}): Promise<Ran[]> =>
    Promise.all(
      collectors
        .filter((one) => one.manner === manner)
        .map(async (one) => (isOver() ? notBegun(one) : runOne(one, scene, soFar, isOver))),
    );
  const commands = Promise.all(scene.processes.map(commandOf));
  const looking = run('looks');
  await within(UNDISTURBED_SECONDS, looking, []);
  const signalled = await run('signals');
  const looked = await looking;
  const stopped = await run('stops', merged([...looked, ...signalled]));
  const named = await commands;
  const ran = [...looked, ...signalled, ...stopped];
  const order = (report: CollectorReport): number => collectors.findIndex(({ name }) => name === report.name);
  return {
    ...merged(ran),
    processes: seen.map(({ stat, waitChannel }, index) =>
      processEvidence(stat, waitChannel, named[index] ?? stat.name),
    ),
    collectors: ran.map(({ report }) => report).toSorted((a, b) => order(a) - order(b)),
    seconds: rounded(now() - began),
  };
}

function merged(ran: readonly Ran[]): Partial<Evidence> {
  return ran.reduce<Partial<Evidence>>((all, { found }) => ({ ...all, ...found }), {});
}

interface Ran {
  readonly report: CollectorReport;
  readonly found: Partial<Evidence>;
}

async function runOne(
  collector: Collector,
  scene: Scene,
  soFar: Partial<Evidence>,
  isOver: () => boolean,
): Promise<Ran> {
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
