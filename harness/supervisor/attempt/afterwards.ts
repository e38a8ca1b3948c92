/**
 * What a process does once its attempt is decided and it has been asked for its stacks. The verdict stands whatever it is: a signal or a stop of ours may
 * wake what would have waited for ever. It is told as evidence. Pure.
 */
import type { Evidence } from '../../model/attempt/evidence.ts';
import type { AttemptLine } from '../wire/attempt-lines.ts';
import type { WorkerExited } from '../wire/worker-events.ts';

const MOST_CHARACTERS = 300;

export class Afterwards {
  #raised: string | null = null;
  #isDone = false;
  #hasGoneOn = false;

  hear(line: AttemptLine): void {
    if (line.kind === 'garbage') return;
    this.#hasGoneOn = true;
    if (line.kind === 'error') this.#raised ??= `${line.error.type}: ${line.error.message}`;
    this.#isDone ||= line.kind === 'done';
  }

  /** exit: its end, where no signal of ours was meant to bring that about; null otherwise. undefined when it did nothing. */
  told(exit: WorkerExited | null): Evidence['afterwards'] {
    const signal = exit?.signal ?? null;
    if (signal !== null) return { kind: 'died', detail: signal };
    if (this.#raised !== null) return { kind: 'raised', detail: this.#raised.slice(0, MOST_CHARACTERS) };
    if (this.#isDone && (exit?.code ?? 0) === 0) return { kind: 'passed', detail: '' };
    if (exit !== null) return { kind: 'exited', detail: `code ${exit.code ?? 0}` };
    return this.#hasGoneOn ? { kind: 'went-on', detail: '' } : undefined;
  }
}
