/** Ids of attempts and of health probes: the cell or the probe, ".", a counter from 1. They stay unique over resumes. Pure. */
import type { Fold } from './fold.ts';
import type { NewEvent } from '../../model/events.ts';

export class RunIds implements Fold {
  readonly #used = new Set<string>();
  /** By cell or probe. */
  readonly #counts = new Map<string, number>();

  apply(event: NewEvent): void {
    if (event.event === 'attempt-started') this.#use(event.cell.id, event.attempt);
    if (event.event === 'health-started') this.#use(event.probe, event.check);
  }

  /** `of`: the cell's id or the probe's name. Never gives the same one twice, recorded or not. */
  next(of: string): string {
    let counter = (this.#counts.get(of) ?? 0) + 1;
    // Where somebody took a line out of the journal, the count is behind.
    while (this.#used.has(`${of}.${counter}`)) counter += 1;
    const id = `${of}.${counter}`;
    this.#use(of, id);
    return id;
  }

  get known(): unknown {
    return { used: this.#used, counts: this.#counts };
  }

  #use(of: string, id: string): void {
    if (this.#used.has(id)) return;
    this.#used.add(id);
    this.#counts.set(of, (this.#counts.get(of) ?? 0) + 1);
  }
}
