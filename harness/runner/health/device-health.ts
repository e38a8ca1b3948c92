/**
 * When the device, and the suspect on it, are asked whether they are well, and what happens when it is not: cool down, ask again in a fresh process, ask in
 * another environment, quarantine. What its answers mean for attempts is the health rule's business (verdicts/fold/health-rule.ts).
 */
import { sickAdvice, unkillableAdvice, wedgedAdvice } from './health-advice.ts';
import { askDevice, type AskPorts, type HealthAnswer, type HealthQuestion } from './ask-device.ts';
import { askWitnesses } from './witness.ts';
import type { HealthMemory } from '../state/health-memory.ts';
import type { KnownPass, KnownPasses } from '../../verdicts/fold/known-passes.ts';
import type { AttemptReport } from '../../model/attempt/attempt.ts';
import type { Cell } from '../../model/cell.ts';
import type { Control } from '../../model/control.ts';
import type { DeviceInfo, HealthReason } from '../../model/events.ts';
import type { Site } from '../../model/site.ts';
import type { Health } from '../../matrix/file/schema.ts';
import { isSuspicious } from '../../verdicts/fold/health-rule.ts';

export interface HealthPorts extends AskPorts {
  /** Times in wall seconds. */
  readonly health: Health;
  readonly controls: readonly Control[];
  readonly device: DeviceInfo;
  /** Names of the matrix's environments, in order. */
  readonly environments: readonly string[];
  /** What the probes of this run have said so far. */
  readonly memory: HealthMemory;
  /** Passes of the suspect that can be tried again. */
  readonly known: Pick<KnownPasses, 'near' | 'early' | 'hasBegun'>;
  /** What to try at a site before this cell, its first: the smallest of its line; null where it is that itself. */
  warmUp(cell: Cell): KnownPass | null;
  /** Passes since the last canary. */
  passes(): number;
  /** Resolves early when the signal aborts. */
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
}

/** Other environments that are asked before a device is quarantined: building one may take minutes. */
const SECOND_OPINIONS = 2;
/** Known passes that hang in a row before the suspect is taken to return no more: what a hang leaves behind may outlast three attempts. */
const WITNESSES = 5;
/** Tries of the smallest case before the first attempt at a site. */
const WARM_UPS = 2;

type Sick = Extract<HealthAnswer, { kind: 'told' }>;

export class DeviceHealth {
  readonly #ports: HealthPorts;
  /** Whether this session has asked at all. */
  #asked = false;
  /** Environments in which the canary fails while the device is healthy in another. Of this session: what is resumed may have been mended. */
  readonly #unfit = new Set<string>();
  /** While the device cools down and is asked again: what that finds. */
  #recovery: Promise<string | null> | null = null;

  constructor(ports: HealthPorts) {
    this.#ports = ports;
  }

  /** Before an attempt of this cell; returns why the device must be quarantined, or null. */
  async before(cell: Cell, signal: AbortSignal): Promise<string | null> {
    const found = await this.#recovery;
    if (found !== null || signal.aborted) return found;
    if (this.#ports.health.canary && !this.#asked) {
      const sick = await this.#check('start', cell, null, signal);
      if (sick !== null || signal.aborted) return sick;
    }
    await this.#warmUp(cell, signal);
    return signal.aborted ? null : this.#controls(cell, null, signal);
  }

  /** After an attempt whose end is recorded; returns why the device must be quarantined, or null. */
  async after(attempt: string, cell: Cell, { outcome }: AttemptReport, signal: AbortSignal): Promise<string | null> {
    const { health, passes } = this.#ports;
    if (signal.aborted) return null;
    if (!isSuspicious(outcome)) {
      const due = health.canary && health.every > 0 && passes() >= health.every;
      return due ? this.#check('periodic', cell, attempt, signal) : null;
    }
    const sick = health.canary ? await this.#check('bad-outcome', cell, attempt, signal) : null;
    if (sick !== null || signal.aborted || outcome.kind !== 'hang') return sick;
    const wedged = health.canary ? await this.#witness(cell, attempt, signal) : null;
    if (wedged !== null || signal.aborted) return wedged;
    return this.#controls(cell, attempt, signal);
  }

  /** When nothing is left to ask: of every site in which something hung, its first pass once more. What it says is told and changes no verdict. */
  async atEnd(signal: AbortSignal): Promise<void> {
    if (!this.#ports.health.canary) return;
    for (const early of this.#ports.known.early) {
      if (signal.aborted) return;
      await askWitnesses([early], { ...this.#ports, tries: 2, why: 'end', after: null }, signal);
    }
  }

  /** Before the first attempt at a site the smallest case is tried there: a hang that only the cold suspect shows bounds nothing, and later hangs have a witness. */
  async #warmUp(cell: Cell, signal: AbortSignal): Promise<void> {
    const { health, known, warmUp } = this.#ports;
    const first = health.canary && !known.hasBegun(cell) ? warmUp(cell) : null;
    if (first === null) return;
    await askWitnesses([first], { ...this.#ports, tries: WARM_UPS, why: 'start', after: null }, signal);
  }

  async #witness(cell: Cell, after: string, signal: AbortSignal): Promise<string | null> {
    const known = this.#ports.known.near(cell);
    const reason = await askWitnesses(known, { ...this.#ports, tries: WITNESSES, why: 'bad-outcome', after }, signal);
    return reason === null ? null : wedgedAdvice(cell.environment, reason, this.#ports.device);
  }

  async #check(
    why: HealthReason,
    { environment, setting }: Site,
    after: string | null,
    signal: AbortSignal,
  ): Promise<string | null> {
    const own = this.#unfit.has(environment) ? this.#ports.memory.fit[0] : undefined;
    const site = own === undefined ? { environment, setting } : { environment: own, setting: 'default' };
    const ask = (more: Partial<HealthQuestion>): Promise<HealthAnswer> =>
      this.#ask(
        { probe: 'canary', why, site, case: {}, isolation: 'fork', fresh: false, cooledSeconds: 0, after, ...more },
        signal,
      );
    const answer = await ask({});
    if (answer.kind === 'unavailable') return null;
    this.#asked = true;
    if (!isSick(answer)) return null;
    // Attempts at the same time meet the same sick device: it cools down once, and all of them wait for that.
    this.#recovery ??= this.#recover(answer, site.environment, ask, signal).finally(() => {
      this.#recovery = null;
    });
    return this.#recovery;
  }

  /** Returns why the device must be quarantined, or null. `first`: the answer that showed it sick. */
  async #recover(
    first: Sick,
    environment: string,
    ask: (more: Partial<HealthQuestion>) => Promise<HealthAnswer>,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { health, device } = this.#ports;
    let answer: HealthAnswer = first;
    for (let retry = 1; retry <= health.retries && isSick(answer); retry += 1) {
      this.#ports.observer({ kind: 'sick', reason: answer.reason, retry, retries: health.retries });
      await this.#ports.sleep(health.cool_down, signal);
      const next = await ask({ why: 'retry', isolation: 'spawn', fresh: true, cooledSeconds: health.cool_down });
      if (next.kind === 'told') answer = next;
      else if (next.kind === 'cut-off') return null;
    }
    if (!isSick(answer)) return null;
    for (const other of this.#others(environment)) {
      if (answer.report.outcome.kind === 'unkillable') break;
      const opinion = await ask({ why: 'second-opinion', site: { environment: other, setting: 'default' } });
      if (signal.aborted) return null;
      if (opinion.kind !== 'told' || opinion.result !== 'healthy') continue;
      this.#unfit.add(environment);
      this.#ports.observer({ kind: 'unfit', environment, reason: answer.reason });
      return null;
    }
    const { outcome, evidence, cleanup } = answer.report;
    if (outcome.kind !== 'unkillable') return sickAdvice(outcome, answer.reason, device);
    return unkillableAdvice(
      'the canary',
      cleanup.left[0] ?? null,
      outcome.state,
      evidence?.processes.find(({ pid }) => pid === cleanup.left[0]),
      device,
    );
  }

  /** Those that were fit first, the latest of them first; then the others in the matrix's order. */
  #others(environment: string): readonly string[] {
    const { memory, environments } = this.#ports;
    const rest = environments.filter((name) => !memory.fit.includes(name) && !this.#unfit.has(name));
    return [...memory.fit, ...rest].filter((name) => name !== environment).slice(0, SECOND_OPINIONS);
  }

  /** `after`: the hang that is the reason; null before the first attempt. A control that fails is followed by a canary. */
  async #controls(cell: Cell, after: string | null, signal: AbortSignal): Promise<string | null> {
    for (const probe of this.#ports.controls) {
      if (this.#ports.memory.wasControlled(probe, cell, after)) continue;
      const { environment, setting } = cell;
      const answer = await this.#ask(
        {
          probe,
          why: 'control',
          site: { environment, setting },
          case: cell.case,
          // A control must not be at the mercy of the fork server, and neither must a second try of the canary.
          isolation: 'spawn',
          fresh: false,
          cooledSeconds: 0,
          after,
        },
        signal,
      );
      if (answer.kind === 'unavailable' || signal.aborted) return null;
      if (!isSick(answer) || !this.#ports.health.canary) continue;
      const sick = await this.#check('bad-outcome', cell, after, signal);
      if (sick !== null || signal.aborted) return sick;
    }
    return null;
  }

  async #ask(question: HealthQuestion, signal: AbortSignal): Promise<HealthAnswer> {
    const answer = await askDevice(this.#ports, question, signal);
    if (question.probe === 'canary' && answer.kind === 'told' && answer.result === 'healthy')
      this.#unfit.delete(question.site.environment);
    return answer;
  }
}

function isSick(answer: HealthAnswer): answer is Sick {
  return answer.kind === 'told' && answer.result === 'sick';
}
