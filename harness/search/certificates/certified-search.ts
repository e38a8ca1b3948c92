/**
 * After a search along lines: more tries of what its boundaries rest on (tries.ts says of which, and how many). One site after the other, its lines
 * in turn, so that the tries of one cell lie apart and each worker is started once more at most. After the first flaky cell all lines are gone
 * through again, with as many tries as the promise of `flaky` takes. What is known is a fold over the answers, here too.
 */
import { owed, type Seen } from './certificate.ts';
import { TRIES, triesOfLines, type LineState } from './tries.ts';
import { Tally, type Rules } from '../cell-tally.ts';
import { Flights } from '../flights.ts';
import type { Answer, Question, Search, SearchProgress } from '../search.ts';
import type { Enumeration, Line } from '../../model/cell.ts';
import { OUTCOMES } from '../../model/outcome.ts';
import { siteKey } from '../../model/site.ts';

interface Ready {
  readonly line: Line;
  readonly tries: number;
  /** What it asks for, and after which answer that was found. */
  asked: { readonly question: Question | null; readonly after: number } | null;
}

/** Where we are: the lines to come, the first of the next site, and those of the site at hand that owe something. */
interface Sweep {
  readonly rest: Iterator<Ready, undefined>;
  ahead: Ready | null;
  site: Ready[];
}

export class CertifiedSearch implements Search {
  readonly #inner: Search;
  readonly #enumeration: Enumeration;
  readonly #rules: Rules;
  /** Tries that keep the promise made for flaky cells. */
  readonly #promised: number;
  /** Of the search itself, and our own. */
  readonly #flights = { inner: new Flights(), own: new Flights() };
  readonly #tallies = new Map<string, Tally>();
  readonly #states = new Map<string, LineState>();
  /** By line, when it was last answered. */
  readonly #last = new Map<string, number>();
  #answers = 0;
  /** Without tries of what was good already, and without confirmations: what is dealt out of it may not change while that goes on. */
  readonly #spent = { good: { count: 0, seconds: 0 }, bad: { count: 0, seconds: 0 } };
  #hung = false;
  /** What a bad try cost, in clean ones, when the first cell was flaky. */
  #flaky: { readonly badCost: number } | null = null;
  #sweep: Sweep | null = null;

  /** `promised`: clean tries of a good cell once any cell was flaky. */
  constructor(inner: Search, enumeration: Enumeration, rules: Rules, promised: number) {
    this.#inner = inner;
    this.#enumeration = enumeration;
    this.#rules = rules;
    this.#promised = Math.max(promised, rules.attempts);
  }

  get progress(): SearchProgress {
    return this.#inner.progress;
  }

  get says(): string | null {
    return this.#flaky === null
      ? null
      : `tries of one cell disagreed: hangs are flaky here, so every pass that bounds a line is tried ${this.#promised} times once the search is through`;
  }

  next(limit: number): readonly Question[] {
    const questions = this.#inner.next(limit);
    for (const question of questions) this.#flights.inner.start(question);
    if (questions.length > 0 || !this.#flights.inner.isEmpty || !this.#hung) return questions;
    return this.#again(limit);
  }

  tell(answer: Answer): void {
    this.#flights.inner.land(answer);
    this.#flights.own.land(answer);
    this.#flights.own.learnSite(answer);
    this.#learn(answer);
    // What is asked after the search is none of its business: it would begin again.
    const { linesDone, linesTotal } = this.#inner.progress;
    if (linesDone < linesTotal) this.#inner.tell(answer);
  }

  #learn(answer: Answer): void {
    const { cell, grade, seconds } = answer;
    if (OUTCOMES[answer.outcome].says === 'nothing') return;
    const tally = this.#tallies.get(cell.id) ?? new Tally(this.#rules);
    this.#tallies.set(cell.id, tally);
    const more = tally.clean >= this.#rules.attempts;
    tally.absorb(answer);
    this.#answers += 1;
    this.#last.set(cell.line, this.#answers);
    if (!more && grade !== 'untestable' && answer.purpose === 'search') {
      this.#spent[grade].count += 1;
      this.#spent[grade].seconds += seconds;
    }
    if (tally.hung) this.#states.set(cell.line, 'turns');
    else if (grade === 'good' && !this.#states.has(cell.line)) this.#states.set(cell.line, 'clear');
    this.#hung ||= tally.hung;
    if (this.#flaky !== null || !tally.isFlaky) return;
    const { bad } = this.#spent;
    this.#flaky = { badCost: bad.count === 0 ? 1 : bad.seconds / bad.count / this.#passSeconds };
    this.#sweep = null;
  }

  #again(limit: number): readonly Question[] {
    const questions: Question[] = [];
    this.#sweep ??= { rest: this.#lines(), ahead: null, site: [] };
    const sweep = this.#sweep;
    for (;;) {
      sweep.site = sweep.site.filter((one) => this.#question(one) !== null);
      const due = (one: Ready): number => this.#last.get(one.line.id) ?? 0;
      for (const one of sweep.site.toSorted((a, b) => due(a) - due(b))) {
        const question = this.#question(one);
        if (questions.length >= limit || question === null) break;
        if (this.#flights.own.isBusy(one.line)) continue;
        this.#flights.own.start(question);
        questions.push(question);
      }
      if (sweep.site.length > 0 || !this.#nextSite(sweep)) return questions;
    }
  }

  /** Whether there was one. */
  #nextSite(sweep: Sweep): boolean {
    const first = sweep.ahead ?? sweep.rest.next().value ?? null;
    sweep.ahead = null;
    if (first === null) return false;
    sweep.site.push(first);
    for (let step = sweep.rest.next(); step.done !== true; step = sweep.rest.next()) {
      if (siteKey(step.value.line) !== siteKey(first.line)) {
        sweep.ahead = step.value;
        break;
      }
      sweep.site.push(step.value);
    }
    return true;
  }

  *#lines(): Iterator<Ready, undefined> {
    const { good, bad } = this.#spent;
    const tries =
      this.#flaky === null
        ? triesOfLines(
            () => this.#enumeration.lines(),
            ({ id }) => this.#states.get(id) ?? 'untried',
            this.#rules.attempts,
            (good.seconds + bad.seconds) / this.#passSeconds,
          )
        : [];
    let place = 0;
    for (const line of this.#enumeration.lines()) {
      if (this.#states.has(line.id)) yield { line, tries: tries[place] ?? this.#promised, asked: null };
      place += 1;
    }
    return undefined;
  }

  get #passSeconds(): number {
    const { count, seconds } = this.#spent.good;
    return Math.max(seconds / Math.max(count, 1), Number.MIN_VALUE);
  }

  /** What a line owes changes with its own answers alone. */
  #question(one: Ready): Question | null {
    const after = this.#last.get(one.line.id) ?? 0;
    if (one.asked?.after !== after) one.asked = { question: this.#owedBy(one), after };
    return this.#flights.own.canAsk(one.line) ? one.asked.question : null;
  }

  #owedBy({ line, tries }: Ready): Question | null {
    const contradiction = this.#flaky === null ? Math.max(TRIES, this.#rules.attempts) : this.#promised;
    const cells = line.cells.map(({ id }): Seen => {
      const tally = this.#tallies.get(id);
      return tally === undefined
        ? { standing: 'open', clean: 0, tries: 0, again: 'search' }
        : {
            standing: tally.standingAfter(contradiction),
            clean: tally.clean,
            tries: tally.tries,
            again: tally.wasSuspected ? 'confirm' : 'search',
          };
    });
    const ask = owed(cells, { tries, contradiction, flaky: this.#flaky });
    const cell = ask === null ? undefined : line.cells[ask.index];
    if (ask === null || cell === undefined) return null;
    // Once the fork server has invented a bad cell on this line, it is not trusted with the rest of the line.
    const fresh = ask.kind === 'confirm' || cells.some(({ standing }) => standing === 'refuted');
    return { cell, purpose: ask.kind, isolation: fresh ? 'spawn' : this.#rules.isolation };
  }
}
