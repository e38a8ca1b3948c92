/** One attempt from the request to the report: watch, look, decide, ask for stacks, kill, sweep, judge. */
import { availableParallelism } from 'node:os';
import type { AttemptReport, Cleanup } from '../../model/attempt/attempt.ts';
import type { Evidence } from '../../model/attempt/evidence.ts';
import { broodOf } from '../../machine/processes/brood.ts';
import { look } from '../../machine/processes/read.ts';
import { isAlive } from '../../machine/processes/signal.ts';
import type { ProcessStat } from '../../machine/processes/stat.ts';
import { now, waitUntil, within } from '../../machine/time.ts';
import type { AttemptRequest } from '../types.ts';
import type { Seen } from '../evidence/collect.ts';
import { saveEvidence } from './evidence-file.ts';
import { EvidenceGatherer } from '../evidence/gatherer.ts';
import { FloodGuard } from './flood-guard.ts';
import { FROM_OUTSIDE } from '../launch.ts';
import { killAttempt, type KillPlan } from './kill.ts';
import { STOPPED, type Decision, type AttemptWatch } from './attempt-watch.ts';
import { outcomeOf, type Ending } from './outcome-of.ts';
import { outputFiles, tidy } from '../output-files.ts';
import { attemptProcesses, broodReaper, isStopped, isWorkerAlive, type Home } from './processes.ts';
import { isStarvedSilence } from './starved-time.ts';
import { isCompiler } from './progress-watch.ts';
import type { ProbeError } from './probe-report.ts';
import type { Activity, Because } from '../../model/attempt/because.ts';
import { OUTCOMES } from '../../model/outcome.ts';

/** From this share of one core on a hang is busy; of the share that it could get, where others held the cores. */
const BUSY_SHARE = 0.1;
/** Less than this is what waking up now and then costs, however little there was to get. */
const LEAST_BUSY_SHARE = 0.01;
/** How long a worker may take to tell of an exit that /proc already shows. */
const EXIT_NEWS_SECONDS = 1;
/** How many times that long while it stands in line for a core. */
const STARVED_NEWS = 20;
/** Between the two ends of a worker and its attempt that somebody ended together. */
const TOGETHER_SECONDS = 0.5;
const TIDY_SECONDS = 10;

export interface AttemptResult {
  readonly report: AttemptReport;
  /** Processes that could not be killed. */
  readonly left: readonly ProcessStat[];
  /** Why the worker may not be used again; null when it may. */
  readonly workerLost: string | null;
}

interface Over {
  readonly ending: Ending;
  readonly manner: KillPlan['manner'];
  readonly seen: Seen | null;
  /** Seconds since the attempt began, when the last phase ended. */
  readonly end: number;
  /** When the deadline passed that decided; absent when none did. */
  readonly passedAt?: number;
  /** The attempt's process was seen alive when it was decided that it hangs or is slow: that stands whoever ends afterwards. */
  readonly stands?: boolean;
}

/** Settles in bounded time whatever the probe and the worker do. The observer hears the worker already. */
export async function runAttempt(request: AttemptRequest, home: Home, observer: AttemptWatch): Promise<AttemptResult> {
  const files = outputFiles(request.directory);
  const gatherer = new EvidenceGatherer(request, files);
  const flood = new FloodGuard(files, request.watchdog.output_limit);
  const over = await watch(request, gatherer, home, observer);
  // What a probe says while it is being killed changes nothing.
  observer.close();
  const delay = over.passedAt === undefined ? null : now() - over.passedAt;
  const killed = await cleanUp(request, home, observer, over);
  const { reapSeconds } = killed.cleanup;
  const workerLost = await whyLost(home, observer, over.ending, killed.left);
  const stands = over.stands === true && (await isDoneFor(home, observer));
  // Before anything reads them: the end of a long output is in the guard's memory.
  await within(TIDY_SECONDS, flood.finish(), undefined);
  const isQuietPass = over.ending.kind === 'exited' && over.ending.code === 0 && killed.left.length === 0;
  const account = isQuietPass ? null : await gatherer.account();
  const outcome = outcomeOf({
    // A worker that did not see the end of its child may not have passed on the child's lines either.
    ending:
      workerLost !== null && !stands && over.ending.kind !== 'cancelled' && killed.left.length === 0
        ? { kind: 'harness', reason: workerLost }
        : over.ending,
    phase: observer.clock.phase,
    unkillable: killed.left[0]?.state ?? null,
    done: observer.probeReport.done,
    lie: observer.probeReport.lie,
    error: observer.probeReport.error,
    check: observer.probeReport.check,
    signatures: account?.matches ?? [],
  });
  const wantsEvidence = OUTCOMES[outcome.kind].says === 'failure';
  const gathered = wantsEvidence
    ? withTraceback(
        await gatherer.evidence(over.seen, account ?? (await gatherer.account())),
        observer.probeReport.error,
      )
    : null;
  const afterwards = observer.afterwards.told(killed.cleanup.signals.length === 0 ? observer.exit : null);
  const evidence =
    gathered === null || over.seen === null || afterwards === undefined ? gathered : { ...gathered, afterwards };
  if (evidence !== null) await saveEvidence(request.directory, { outcome, evidence, observer });
  await within(TIDY_SECONDS, tidy(files), undefined);
  const report = {
    outcome,
    seconds: now() - observer.began,
    phases: observer.probeReport.phases(over.end),
    timing: observer.probeReport.timing(),
    check: observer.probeReport.check,
    cpuSeconds: observer.exit?.cpu ?? null,
    maxRssKib: observer.exit?.maxrss ?? null,
    evidence,
    cleanup:
      delay === null
        ? killed.cleanup
        : { ...killed.cleanup, deadlineToReapedSeconds: reapSeconds === null ? null : delay + reapSeconds },
  };
  const { mapped } = observer.probeReport;
  return { report: mapped === null ? report : { ...report, mapped: [...mapped] }, left: killed.left, workerLost };
}

/** A process that raised is gone: the stack that it left with is the only one. */
function withTraceback(evidence: Evidence, error: ProbeError | null): Evidence {
  return evidence.pythonStacks === '' ? { ...evidence, pythonStacks: error?.traceback ?? '' } : evidence;
}

/**
 * Until something decides the attempt. After a deadline all is gathered that needs neither a signal nor a tracer. If the probe has not gone on by itself by
 * then, it is decided, and only then disturbed: what it does about that is evidence.
 */
async function watch(
  request: AttemptRequest,
  gatherer: EvidenceGatherer,
  home: Home,
  observer: AttemptWatch,
): Promise<Over> {
  for (;;) {
    const decision = await observer.decision();
    if (decision.kind !== 'due') return withoutDeadline(decision, observer);
    const end = now() - observer.began;
    if (isStopped(home)) return withoutDeadline({ kind: 'lost', reason: STOPPED }, observer);
    const because = observer.because();
    const isLowered = observer.clock.isLowered;
    const couldRun = request.patient === true && observer.clock.silence(now()) >= observer.clock.deadline;
    const isStarved = isStarvedSilence(because, { couldRun, cores: availableParallelism() });
    const passedAt = now() - Math.max(0, observer.clock.silence(now()) - because.limitSeconds);
    const processes = await attemptProcesses(home, observer.main);
    const isOver = (): boolean => observer.isSettled || observer.clock.verdict(now()).kind === 'alive';
    const looked = await gatherer.look(processes, isOver);
    await observer.lookOnceMore();
    if (observer.main !== null) await awaitNews(home, observer);
    const verdict = observer.clock.verdict(now());
    // Gone on, or no longer silent until the hard limit.
    if (observer.isSettled || verdict.kind !== decision.verdict.kind) continue;
    if (isStopped(home)) return withoutDeadline({ kind: 'lost', reason: STOPPED }, observer);
    if (!isWorkerAlive(home)) return withoutDeadline({ kind: 'lost', reason: 'the worker ended' }, observer);
    observer.decide();
    const ending: Ending =
      decision.verdict.kind === 'stalled'
        ? { ...decision.verdict, isLowered, isStarved, because, activity: activityOf(processes, because) }
        : { ...decision.verdict, because };
    const stands = observer.main !== null && isAlive(observer.main);
    const seen = await gatherer.ask(processes, looked, () => observer.isSettled);
    if (observer.main !== null) await awaitNews(home, observer);
    return { ending, manner: 'gentle', seen, end, passedAt, stands };
  }
}

/** Of an end that /proc already shows and the worker has not told: for a moment, and for longer while the worker stands in line for a core. */
async function awaitNews(home: Home, observer: AttemptWatch): Promise<void> {
  if (observer.main !== null && isAlive(observer.main)) return;
  const isTold = (): boolean => observer.exit !== null || !isWorkerAlive(home);
  for (let waits = 0; waits < STARVED_NEWS; waits += 1) {
    if ((await waitUntil(isTold, EXIT_NEWS_SECONDS)) || look(home.worker)?.state !== 'R') break;
  }
}

function withoutDeadline(decision: Exclude<Decision, { kind: 'due' }>, observer: AttemptWatch): Over {
  const end = now() - observer.began;
  switch (decision.kind) {
    case 'exited': {
      const { exit } = decision;
      const signal = exit.signal ?? null;
      const ending: Ending = signal === null ? { kind: 'exited', code: exit.code ?? 0 } : { kind: 'signalled', signal };
      return { ending, manner: 'sweep-only', seen: null, end: exit.seconds };
    }
    case 'cancelled':
      return { ending: decision, manner: 'gentle', seen: null, end };
    case 'lost':
    case 'refused':
      return { ending: { kind: 'harness', reason: decision.reason }, manner: 'at-once', seen: null, end };
  }
}

function activityOf(processes: readonly ProcessStat[], { cpuShare, waitShare, lastSign }: Because): Activity {
  if (processes.some(({ name }) => isCompiler(name))) return 'compiling';
  if ((cpuShare ?? 0) >= Math.max(LEAST_BUSY_SHARE, BUSY_SHARE * (1 - (waitShare ?? 0)))) return 'busy';
  return lastSign?.kind === 'compile' ? 'compiling' : 'idle';
}

async function cleanUp(
  request: AttemptRequest,
  home: Home,
  observer: AttemptWatch,
  over: Over,
): Promise<Awaited<ReturnType<typeof killAttempt>>> {
  // The common case by far: it ended well, and the worker, to whom orphans come back, has no child left.
  const isClean = over.ending.kind === 'exited' && over.ending.code === 0 && broodOf(broodReaper(home)) === 'none';
  if (isClean) return { cleanup: NOTHING_TO_CLEAN, left: [] };
  return killAttempt({
    main: observer.main,
    manner: over.manner,
    watchdog: request.watchdog,
    find: () => attemptProcesses(home, observer.main),
    reaper: broodReaper(home),
  });
}

const NOTHING_TO_CLEAN: Cleanup = { signals: [], reapSeconds: null, swept: 0, left: [] };

/** A verdict stands though the worker is killed or stopped after it, by the woken probe perhaps. One that closes its channel or tells nothing may have kept back what it heard. */
async function isDoneFor(home: Home, observer: AttemptWatch): Promise<boolean> {
  if (isWorkerAlive(home)) return isStopped(home);
  await waitUntil(() => observer.isSettled, EXIT_NEWS_SECONDS);
  return observer.wasKilled;
}

/** Whoever ends the worker may end its attempt first, in the same moment: the out-of-memory killer of a group of processes, or a person. */
async function killedTogether(home: Home, ending: Ending): Promise<string | null> {
  if (ending.kind !== 'signalled' && (ending.kind !== 'exited' || ending.code === 0)) return null;
  const isSuspicious = ending.kind === 'signalled' && FROM_OUTSIDE.has(ending.signal);
  const isGone = await waitUntil(() => !isWorkerAlive(home), isSuspicious ? TOGETHER_SECONDS : 0);
  return isGone ? 'the worker ended in the same moment as its attempt' : null;
}

/** Whether the worker can make another attempt; waits a moment for its news of the exit. */
async function whyLost(
  home: Home,
  observer: AttemptWatch,
  ending: Ending,
  left: readonly ProcessStat[],
): Promise<string | null> {
  if (ending.kind === 'harness') return ending.reason;
  if (left.length > 0) return 'a process of the attempt could not be killed';
  if (observer.exit !== null) return killedTogether(home, ending);
  if (observer.main !== null && isAlive(observer.main)) return 'the attempt did not end';
  await awaitNews(home, observer);
  return observer.exit !== null ? null : 'the worker did not tell that its attempt had ended';
}
