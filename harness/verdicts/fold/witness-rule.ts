/**
 * Which hangs may be believed, given what the suspect itself did after them: a known pass that is tried again, the witness. A card on which the
 * canary passes may still be one on which the suspect returns no more. Pure and a fold over the journal, behind the health rule.
 * The rule in words: docs/health.md.
 */
import type { Credit, Settled } from './health-rule.ts';
import type { KnownPasses } from './known-passes.ts';
import type { NewEvent } from '../../model/events.ts';
import type { OutcomeKind } from '../../model/outcome.ts';
import { siteKey } from '../../model/site.ts';

/** What both rules need of an event. */
export type Witnessed =
  | Pick<Extract<NewEvent, { event: 'run-resumed' }>, 'event'>
  | Pick<Extract<NewEvent, { event: 'attempt-started' }>, 'event' | 'attempt' | 'cell'>
  | Pick<Extract<NewEvent, { event: 'attempt-finished' }>, 'event' | 'attempt' | 'report'>
  | Pick<
      Extract<NewEvent, { event: 'health-started' }>,
      'event' | 'check' | 'probe' | 'environment' | 'setting' | 'after'
    >
  | Pick<Extract<NewEvent, { event: 'health-finished' }>, 'event' | 'check' | 'result'>;

interface Attempt {
  readonly cell: Extract<Witnessed, { event: 'attempt-started' }>['cell'];
  readonly outcome: OutcomeKind | null;
}

/** Hangs of one site that nobody has vouched for, in order, and whether a witness hung since. */
interface Held {
  readonly attempts: readonly string[];
  readonly wedged: boolean;
}

export class WitnessRule {
  /** Not settled yet. */
  readonly #attempts = new Map<string, Attempt>();
  readonly #passes: Pick<KnownPasses, 'near'>;
  readonly #held = new Map<string, Held>();
  /** Witnesses that run, with the sites that they speak for: of the attempt that was the reason, else their own. */
  readonly #witnesses = new Map<string, string>();

  /** `passes`: kept up to date by whoever feeds this rule, before it is fed. */
  constructor(passes: Pick<KnownPasses, 'near'>) {
    this.#passes = passes;
  }

  get known(): unknown {
    return { attempts: this.#attempts, held: this.#held, witnesses: this.#witnesses };
  }

  /** `settled`: what the health rule says at this event. Returns what may be said now. */
  see(event: Witnessed, settled: readonly Settled[]): readonly Settled[] {
    const before = this.#learn(event);
    return [...before, ...settled.flatMap((one) => this.#pass(one))];
  }

  /** At the end of a journal: where a witness hung, nothing after the last pass may be believed. */
  rest(settled: readonly Settled[]): readonly Settled[] {
    return [
      ...settled.flatMap((one) => this.#pass(one)),
      ...[...this.#held].flatMap(([site, { wedged }]) => this.#release(site, wedged ? 'void' : 'counts')),
    ];
  }

  #learn(event: Witnessed): readonly Settled[] {
    switch (event.event) {
      case 'run-resumed':
        // The machine may have been mended or booted since. What a wedged suspect left undecided is asked again.
        return [...this.#held].flatMap(([site, { wedged }]) => this.#release(site, wedged ? 'void' : 'counts'));
      case 'attempt-started': {
        const site = siteKey(event.cell);
        this.#attempts.set(event.attempt, { cell: event.cell, outcome: null });
        // Nobody was asked: there was no witness, or it could not be run.
        const isAsked = [...this.#witnesses.values()].includes(site);
        return isAsked || this.#held.get(site)?.wedged === true ? [] : this.#release(site, 'counts');
      }
      case 'attempt-finished': {
        const known = this.#attempts.get(event.attempt);
        if (known !== undefined) this.#attempts.set(event.attempt, { ...known, outcome: event.report.outcome.kind });
        return [];
      }
      case 'health-started':
        if (event.probe === 'witness') this.#witnesses.set(event.check, this.#siteOf(event.after) ?? siteKey(event));
        return [];
      case 'health-finished': {
        const site = this.#witnesses.get(event.check);
        this.#witnesses.delete(event.check);
        if (site === undefined) return [];
        if (event.result === 'healthy' || event.result === 'inconclusive') return this.#answers(site);
        const held = this.#held.get(site);
        if (event.result === 'sick' && held !== undefined) this.#held.set(site, { ...held, wedged: true });
        return [];
      }
    }
  }

  /** One that the health rule has settled: a hang is held until the suspect is seen to pass. */
  #pass({ attempt, credit }: Settled): readonly Settled[] {
    const known = this.#attempts.get(attempt);
    if (known === undefined) return [{ attempt, credit }];
    const { cell, outcome } = known;
    const site = siteKey(cell);
    const held = this.#held.get(site);
    if (credit !== 'counts') {
      if (held?.attempts.includes(attempt) === true) this.#drop(site, held, attempt);
      return [{ attempt, credit }];
    }
    this.#attempts.delete(attempt);
    if (outcome === 'pass') return [...this.#answers(site), { attempt, credit }];
    if (outcome !== 'hang' || this.#passes.near(cell).length === 0) return [{ attempt, credit }];
    if (held?.wedged === true) return [{ attempt, credit: 'void' }];
    this.#held.set(site, { attempts: [...(held?.attempts ?? []), attempt], wedged: false });
    return [];
  }

  /** The suspect passes there: all that hung counts, or, where a witness had hung, only the first, with which that began. */
  #answers(site: string): readonly Settled[] {
    const held = this.#held.get(site);
    if (held === undefined) return [];
    if (!held.wedged) return this.#release(site, 'counts');
    this.#held.delete(site);
    return held.attempts.map((attempt, index) => ({ attempt, credit: index === 0 ? 'sick-after' : 'void' }));
  }

  /** Of an attempt that is held. */
  #siteOf(attempt: string | null): string | null {
    if (attempt === null) return null;
    return [...this.#held].find(([, { attempts }]) => attempts.includes(attempt))?.[0] ?? null;
  }

  #release(site: string, credit: Credit): readonly Settled[] {
    const held = this.#held.get(site);
    this.#held.delete(site);
    return (held?.attempts ?? []).map((attempt) => ({ attempt, credit }));
  }

  #drop(site: string, held: Held, attempt: string): void {
    const attempts = held.attempts.filter((one) => one !== attempt);
    if (attempts.length === 0) this.#held.delete(site);
    else this.#held.set(site, { ...held, attempts });
  }
}
