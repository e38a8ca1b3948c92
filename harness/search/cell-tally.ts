/**
 * What the answers about one cell add up to while a search goes on. Not a verdict: verdicts are made from the
 * journal alone, after the fact.
 */
import type { Isolation } from '../model/attempt/attempt.ts';
import { OUTCOMES, type OutcomeKind } from '../model/outcome.ts';
import type { Answer } from './search.ts';

/** What decides a cell, taken from the matrix. */
export interface Rules {
  /** Clean tries that make a cell good; the first bad one makes it bad. */
  readonly attempts: number;
  readonly isolation: Isolation;
}

/**
 * hasty: hung under a lowered limit or without being let run only, and not tried under the full ones in a fresh process. leaning: clean so far, with fewer tries than the matrix asks for. suspect: bad in a forked child and not tried in a
 * fresh process. refuted: bad in a forked child, clean in a fresh process. bad: as sure as it gets.
 */
export type Standing = 'open' | 'leaning' | 'good' | 'untestable' | 'hasty' | 'suspect' | 'refuted' | 'bad';

/** Clean tries that outvote one hang of a fresh process: best of three. */
export const OUTVOTE = 2;

/** Confirmations that end in something else, a kill from outside say, before a cell is left as it is. */
const MOST_FAILED = 3;

interface Count {
  good: number;
  bad: number;
  untestable: number;
}

/** The answers about one cell, in any order. */
export class Tally {
  readonly #rules: Rules;
  readonly #search: Count = { good: 0, bad: 0, untestable: 0 };
  readonly #confirm: Count = { good: 0, bad: 0, untestable: 0 };
  /** A bad answer that no fork server can have invented. */
  #certain = false;
  /** Bad answers that another try may outvote. */
  #mayRepeat = true;
  readonly #forks = { good: 0, bad: 0 };
  /** Hangs under lowered limits, or of a process that was not let run: void as soon as the full limits show none. */
  #suspected = 0;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** A cancelled attempt says nothing, and its question stays open. */
  absorb(answer: Answer): void {
    if (OUTCOMES[answer.outcome].says === 'nothing') return;
    if (answer.suspected === true) {
      this.#suspected += 1;
      // Not even in patience was it let run.
      if (answer.purpose === 'confirm') this.#confirm.untestable += 1;
      return;
    }
    const count = answer.purpose === 'confirm' ? this.#confirm : this.#search;
    count[answer.grade] += answer.grade === 'untestable' && noUseAgain(answer.outcome) ? MOST_FAILED : 1;
    if (answer.grade !== 'untestable' && answer.isolation === 'fork') this.#forks[answer.grade] += 1;
    if (answer.grade !== 'bad') return;
    this.#mayRepeat &&= !OUTCOMES[answer.outcome].neverAgain;
    this.#certain ||= answer.isolation === 'spawn' || OUTCOMES[answer.outcome].neverAgain;
  }

  /** Clean tries. */
  get clean(): number {
    return this.#search.good + this.#confirm.good;
  }

  /** Tries that were clean or ended in something else: what a further one may still add to. */
  get tries(): number {
    return this.clean + this.#search.untestable + this.#confirm.untestable;
  }

  /** It hung under lowered limits: under these a further try would say as little. */
  get wasSuspected(): boolean {
    return this.#suspected > 0;
  }

  get hung(): boolean {
    return this.#bad > 0;
  }

  /** Tries disagree, and not only between forked children and fresh processes, where the fork server may have invented the bad ones. */
  get isFlaky(): boolean {
    return this.#bad > this.#forks.bad ? this.clean > 0 : this.#forks.bad > 0 && this.#forks.good > 0;
  }

  get #bad(): number {
    return this.#search.bad + this.#confirm.bad;
  }

  /** Of the tries that ended well or badly: how many were bad, 0 to 1. */
  get badShare(): number {
    return this.#bad === 0 ? 0 : this.#bad / (this.#bad + this.clean);
  }

  get standing(): Standing {
    return this.#standing(this.#rules.attempts);
  }

  /** Where a refutation takes `clean` tries, and a single bad answer of a fresh process may be outvoted by as many. */
  standingAfter(clean: number): Standing {
    const isOutvoted = this.#bad === 1 && this.#forks.bad === 0 && this.#mayRepeat && this.#confirm.good >= OUTVOTE;
    if (isOutvoted) return this.#suspicion(clean);
    return this.#standing(clean);
  }

  #standing(refutation: number): Standing {
    const { attempts, isolation } = this.#rules;
    if (this.#certain || (this.#search.bad > 0 && isolation === 'spawn')) return 'bad';
    if (this.#search.bad > 0) return this.#suspicion(refutation);
    if (this.#suspected > 0 && this.#confirm.good < attempts) return this.#givenUp ? 'untestable' : 'hasty';
    // A try under the full limits is as good as any.
    if (this.#search.good >= attempts || (this.#suspected > 0 && this.#confirm.good >= attempts)) return 'good';
    if (this.#search.untestable > 0) return 'untestable';
    return this.#search.good > 0 ? 'leaning' : 'open';
  }

  get #givenUp(): boolean {
    return this.#confirm.untestable >= MOST_FAILED;
  }

  /** Flaky hangs must not be refuted by one lucky try: a refutation takes as many clean tries as a good cell. */
  #suspicion(refutation: number): Standing {
    if (this.#confirm.good >= refutation) return 'refuted';
    return this.#givenUp ? 'bad' : 'suspect';
  }
}

/** Whether the search counts the cell as one that does not hang. */
export function isGood(standing: Standing): boolean {
  return standing === 'good' || standing === 'leaning' || standing === 'refuted';
}

export function isBad(standing: Standing): boolean {
  return standing === 'bad' || isDoubtful(standing);
}

/** Bad so far, but not to bound anything before it was tried in a fresh process under the full limits. */
export function isDoubtful(standing: Standing | undefined): boolean {
  return standing === 'suspect' || standing === 'hasty';
}

/** The next try would end the same way, or cost a reboot. */
function noUseAgain(kind: OutcomeKind): boolean {
  const { says, neverAgain } = OUTCOMES[kind];
  return says === 'untestable' || neverAgain;
}
