/**
 * What has happened in a run so far, for everything that decides by it. The recorder applies each event to it while the run is measured,
 * and a resumed run applies its journal to it in the same way. A new fold is one more entry of the list.
 */
import { AdaptiveDeadlines } from './adaptive-deadlines.ts';
import type { Fold } from './fold.ts';
import { HealthMemory } from './health-memory.ts';
import { MachineLosses } from './machine-losses.ts';
import { RunIds } from './run-ids.ts';
import { SameLibraries } from './same-libraries.ts';
import { SearchAnswers } from './search-answers.ts';
import { StarvedCells } from './starved-cells.ts';
import type { NewEvent } from '../../model/events.ts';
import type { Site } from '../../model/site.ts';
import type { OutcomeKind } from '../../model/outcome.ts';
import type { Watchdog } from '../../matrix/file/schema.ts';
import type { Search } from '../../search/search.ts';
import { OpenWork } from '../../verdicts/fold/open-work.ts';
import { ProcessesLeft } from '../../verdicts/fold/processes-left.ts';
import { Sessions } from '../../verdicts/fold/sessions.ts';

export interface RunStateOptions {
  /** Told what was found, as soon as it may be believed. */
  readonly search: Search;
  readonly bad: readonly OutcomeKind[];
  /** Whether the matrix asks for canaries. */
  readonly watched: boolean;
  /** In wall seconds, as attempts get it. */
  readonly watchdog: Watchdog;
  /** Variables that the matrix gives an environment under a setting. */
  readonly variables: (site: Site) => Readonly<Record<string, string>>;
  /** Up to which resumption, from 0, the cells that took the machine down are tried again; -1 for none. */
  readonly retriedUpTo: number;
  /** Folds of others, such as a simulated card. */
  readonly others?: readonly Fold[];
}

export class RunState {
  readonly open = new OpenWork();
  readonly sessions = new Sessions();
  readonly left = new ProcessesLeft(this.sessions);
  readonly losses = new MachineLosses();
  readonly ids = new RunIds();
  readonly health = new HealthMemory();
  readonly answers: SearchAnswers;
  readonly deadlines: AdaptiveDeadlines;
  readonly libraries: SameLibraries;
  readonly starved = new StarvedCells();
  readonly #folds: readonly Fold[];

  constructor({ search, bad, watched, watchdog, variables, retriedUpTo, others = [] }: RunStateOptions) {
    const isRetried = (): boolean => this.sessions.resumed <= retriedUpTo;
    this.answers = new SearchAnswers({ search, bad, watched, isRetried });
    this.deadlines = new AdaptiveDeadlines(watchdog);
    this.libraries = new SameLibraries(variables);
    this.#folds = [
      this.sessions,
      this.left,
      this.losses,
      this.ids,
      this.health,
      this.answers,
      this.deadlines,
      this.libraries,
      this.starved,
      ...others,
    ];
  }

  apply(event: NewEvent): void {
    const began = this.open.apply(event);
    for (const fold of this.#folds) fold.apply(event, began);
  }

  /** What every fold knows, in the order of the list. */
  get known(): readonly unknown[] {
    return [this.open, ...this.#folds].map(({ known }) => known);
  }
}
