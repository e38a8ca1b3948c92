/**
 * Watches one attempt until something decides it: its exit, a deadline, the loss of the worker or a cancellation.
 * Lines arrive as events; what a probe does not announce is looked for on a slow tick, so that a quick pass costs no look at all.
 */
import type { AttemptRequest, OnPhase } from '../types.ts';
import type { WorkerEvent, WorkerExited } from '../wire/worker-events.ts';
import { parseAttemptLine } from '../wire/attempt-lines.ts';
import type { Identity } from '../../machine/processes/stat.ts';
import { now, within } from '../../machine/time.ts';
import { Afterwards } from './afterwards.ts';
import { CpuLook, isStopped, lookAtOwnThreads, lookAtThreads, mainProcess, type Home } from './processes.ts';
import { StarvedTime } from './starved-time.ts';
import { outputFiles } from '../output-files.ts';
import { CacheGrowth, Compilers, SearchLines } from './progress-watch.ts';
import { StallClock, type StallVerdict } from './stall-clock.ts';
import { ProbeReport } from './probe-report.ts';
import type { Because } from '../../model/attempt/because.ts';

const LONGEST_TICK_SECONDS = 0.1;
const SHORTEST_TICK_SECONDS = 0.01;
/** Of a deadline: how often to look at caches, which costs more than looking at one file. */
const SLOW_LOOK_SHARE = 0.2;
const LONGEST_SLOW_LOOK_SECONDS = 2;
const LOOK_LIMIT_SECONDS = 0.25;
/** A tick that comes later than this was not the probe's fault. */
const LATE_SECONDS = 1;
/** One that comes later than this share of a deadline is no silence either. */
const LATE_SHARE = 1 / 8;
/** A look at one takes 20 to 80 µs: so looks take a few hundredths of our time at most, however many there are. */
const SECONDS_PER_THREAD = 0.002;

export const STOPPED = 'the worker was stopped by a signal';

const SAMPLED = 'lines of progress, too many to be heard';

export type Decision =
  | { readonly kind: 'exited'; readonly exit: WorkerExited }
  | { readonly kind: 'refused'; readonly reason: string }
  /** wasKilled: by somebody else, and had not closed its channel before. */
  | { readonly kind: 'lost'; readonly reason: string; readonly wasKilled?: boolean }
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'due'; readonly verdict: Exclude<StallVerdict, { kind: 'alive' }> };

export class AttemptWatch {
  readonly began = now();
  readonly probeReport = new ProbeReport();
  /** What was heard after the verdict. */
  readonly afterwards = new Afterwards();
  readonly clock: StallClock;
  main: Identity | null = null;
  exit: WorkerExited | null = null;
  readonly #request: AttemptRequest;
  readonly #home: Home;
  readonly #onPhase: OnPhase;
  readonly #search: SearchLines;
  readonly #compilers = new Compilers();
  readonly #cache: CacheGrowth;
  #decide: (decision: Decision) => void = () => undefined;
  #final: Decision | null = null;
  #watching = false;
  #hears: 'everything' | 'afterwards' | 'exit' = 'everything';
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #lookedAt = this.began;
  readonly #starved = new StarvedTime();
  /** Of our own threads, while a look for progress goes on for longer than a tick. */
  #ownStarved: StarvedTime | null = null;
  /** Late since the last count. */
  #late = 0;
  #mayCountAt = 0;
  /** The worker stands still since, and how far that time is forgiven. */
  #stopped: { readonly since: number; forgiven: number } | null = null;
  /** Since half a deadline had passed in silence. */
  #shareFrom: { readonly cpu: CpuLook; readonly at: number; waited: number } | null = null;

  constructor(request: AttemptRequest, home: Home, onPhase: OnPhase) {
    this.#request = request;
    this.#home = home;
    this.#onPhase = onPhase;
    this.clock = new StallClock(request.watchdog, this.began, request.lowered, request.patient);
    this.#search = new SearchLines(outputFiles(request.directory).stderr);
    this.#cache = new CacheGrowth(request.env, home.env);
  }

  /** Settles with the next thing that decides the attempt; call it again to go on watching. */
  async decision(): Promise<Decision> {
    this.#watching = true;
    try {
      return await new Promise<Decision>((resolve) => {
        this.#decide = resolve;
        if (this.#final !== null) resolve(this.#final);
        else this.#schedule();
      });
    } finally {
      this.#watching = false;
      clearTimeout(this.#timer);
    }
  }

  /** Something that no watching can change; the first one counts. */
  settle(decision: Exclude<Decision, { kind: 'due' }>): void {
    this.#final ??= decision;
    this.#decide(this.#final);
  }

  /** Something other than a deadline has decided the attempt. */
  get isSettled(): boolean {
    return this.#final !== null;
  }

  /** The worker was lost because somebody ended it, and nothing else came first. */
  get wasKilled(): boolean {
    return this.#final?.kind === 'lost' && this.#final.wasKilled === true;
  }

  /** A deadline has decided: what is heard from now on is evidence of what came after, and changes nothing. */
  decide(): void {
    this.#hears = 'afterwards';
  }

  /** From now on only the exit is heard. */
  close(): void {
    this.#hears = 'exit';
  }

  hear(event: WorkerEvent): void {
    switch (event.event) {
      case 'started':
        if (event.attempt === this.#request.attempt) this.main = mainProcess(this.#home, event.pid);
        break;
      case 'line':
        if (event.attempt === this.#request.attempt) this.#hearLine(event.line);
        break;
      case 'sample':
        if (event.attempt === this.#request.attempt) this.#hearSample(event.line);
        break;
      case 'exited':
        if (event.attempt !== this.#request.attempt) break;
        this.exit = event;
        this.settle({ kind: 'exited', exit: event });
        break;
      case 'refused':
        if ((event.attempt ?? this.#request.attempt) === this.#request.attempt)
          this.settle({ kind: 'refused', reason: event.reason });
        break;
      default:
        break;
    }
  }

  #hearLine(line: string): void {
    if (this.#hears === 'afterwards') this.afterwards.hear(parseAttemptLine(line));
    if (this.#hears !== 'everything') return;
    // Simulated seconds are not ours to compare with.
    const elapsed = this.#request.fate !== null ? null : now() - this.began;
    const effect = this.probeReport.hear(parseAttemptLine(line), elapsed);
    if (effect.kind === 'progress') this.#progress('line', effect.text);
    if (effect.kind !== 'phase') return;
    this.clock.enter(effect.phase, now());
    this.#shareFrom = null;
    this.#onPhase(effect.phase);
  }

  /** One of the lines that the worker left out: it may be progress, and bears witness to nothing else. */
  #hearSample(line: string): void {
    if (this.#hears !== 'everything') return;
    const { kind } = parseAttemptLine(line);
    if (kind === 'run' || kind === 'progress') this.#progress('line', SAMPLED);
  }

  #progress(kind: 'line' | 'search' | 'compile', text: string): void {
    this.clock.progress(kind, text, now());
    this.#shareFrom = null;
  }

  #schedule(): void {
    const verdict = this.clock.verdict(now());
    const due = verdict.kind === 'alive' ? verdict.dueIn : 0;
    const tick = Math.min(LONGEST_TICK_SECONDS, Math.max(SHORTEST_TICK_SECONDS, this.clock.deadline / 8));
    const wait = Math.max(0.001, Math.min(tick, due));
    const planned = now() + wait;
    this.#timer = setTimeout(() => void this.#tick(planned), wait * 1000);
  }

  async #tick(planned: number): Promise<void> {
    const late = now() - planned;
    if (late > LATE_SECONDS) this.clock.forgive(late, now());
    else if (late > LATE_SHARE * this.clock.deadline) this.#late += late;
    this.#count();
    this.#watchWorker();
    const isDue = this.clock.verdict(now()).kind !== 'alive';
    if (isDue) await this.lookOnceMore();
    else void this.#look(false).catch(() => undefined);
    if (!this.#watching) return;
    const verdict = this.clock.verdict(now());
    if (verdict.kind === 'alive') this.#schedule();
    else this.#decide({ kind: 'due', verdict });
  }

  /** Before a verdict: looks for what the probe does not announce, and lets lines that wait in the pipe arrive. */
  async lookOnceMore(): Promise<void> {
    await within(LOOK_LIMIT_SECONDS, this.#look(true), undefined);
    await nextTurn();
    await nextTurn();
  }

  /** While the worker is stopped nobody is heard, so nobody is silent; for as long as a silence may last it is waited for. */
  #watchWorker(): void {
    const at = now();
    if (!isStopped(this.#home)) {
      this.#stopped = null;
      return;
    }
    this.#stopped ??= { since: at, forgiven: at };
    this.clock.forgive(at - this.#stopped.forgiven, at);
    this.#stopped.forgiven = at;
    if (at - this.#stopped.since >= this.clock.deadline) this.settle({ kind: 'lost', reason: STOPPED });
  }

  /** Takes from the silence the time in which the attempt could not run. */
  #count(): void {
    const began = now();
    if (began < this.#mayCountAt && this.clock.verdict(began).kind === 'alive') return;
    const look = lookAtThreads(this.#home, this.main);
    const { waited, stolen } = this.#starved.see(look);
    this.clock.starved(Math.max(waited + stolen, this.#ownLoss(), this.#late), now());
    this.#late = 0;
    if (this.#shareFrom !== null) this.#shareFrom.waited += waited;
    this.#mayCountAt = began + look.threads.size * SECONDS_PER_THREAD;
  }

  /** A sign that we had no time to read is no silence of the probe's. */
  #ownLoss(): number {
    if (!this.#looking) {
      this.#ownStarved = null;
      return 0;
    }
    this.#ownStarved ??= new StarvedTime();
    const { waited, stolen } = this.#ownStarved.see(lookAtOwnThreads());
    return waited + stolen;
  }

  /** Never awaited on an ordinary tick: a disk that blocks must not stop the clock. */
  async #look(isDue: boolean): Promise<void> {
    const at = now();
    if (this.main !== null && this.#shareFrom === null && this.clock.silentFor(at) > this.clock.deadline / 2)
      this.#shareFrom = { cpu: new CpuLook(this.main), at, waited: 0 };
    if (this.#looking) return;
    this.#looking = true;
    try {
      const search = await this.#search.look();
      if (search !== null) this.#progress(search.kind, search.text);
      // At every tick: many compilers live for a moment only, and a look costs some 0.1 ms.
      const compiler = this.main === null ? null : this.#compilers.look(this.main.pid);
      if (compiler !== null) this.#progress(compiler.kind, compiler.text);
      if (!isDue && at - this.#lookedAt < Math.min(this.clock.deadline * SLOW_LOOK_SHARE, LONGEST_SLOW_LOOK_SECONDS))
        return;
      this.#lookedAt = at;
      const grown = await this.#cache.look();
      if (grown !== null) this.#progress(grown.kind, grown.text);
    } finally {
      this.#looking = false;
    }
  }

  /** What was seen when the deadline passed. */
  because(): Because {
    return { ...this.clock.because(now()), ...this.#shares(), compiler: this.#compilers.living };
  }

  /** Seconds per second since half a deadline had passed in silence; null when nothing was seen long enough. */
  #shares(): Pick<Because, 'cpuShare' | 'waitShare'> {
    const from = this.#shareFrom;
    const seconds = from === null ? 0 : now() - from.at;
    if (this.main === null || from === null || seconds < 0.02) return { cpuShare: null, waitShare: null };
    const used = new CpuLook(this.main).since(from.cpu);
    return { cpuShare: used / seconds, waitShare: Math.min(1, from.waited / seconds) };
  }
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
