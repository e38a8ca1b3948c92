/** Reads /dev/kmsg record by record. Opened without blocking: a read gives the next record, or nothing at once. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { codeOf } from '../../../model/errors.ts';

/** The kernel refuses a smaller buffer for its longest record. */
const RECORD_BYTES = 8192;
/** Of the records of all attempts; a sick driver prints thousands. */
const KEPT = 2000;
/** A driver that prints faster than we read must not hold us. */
const MOST_PER_READ = 20_000;

export class Kmsg {
  #file: number | null;
  #seen = 0;
  #kept: string[] = [];
  #rest = '';
  readonly #buffer = Buffer.alloc(RECORD_BYTES);

  constructor(path: string) {
    try {
      this.#file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      this.#file = null;
    }
    this.#drain();
  }

  /** Records until now. */
  count(): number {
    this.#drain();
    return this.#seen;
  }

  /** Messages of the records after the first `count`, as far as they are kept; null when this user may not read them. */
  since(count: number): readonly string[] | null {
    this.#drain();
    if (this.#file === null) return null;
    const wanted = this.#seen - count;
    return wanted <= 0 ? [] : this.#kept.slice(-wanted);
  }

  #drain(): void {
    for (let reads = 0; this.#file !== null && reads < MOST_PER_READ; reads += 1) {
      let length = 0;
      try {
        length = readSync(this.#file, this.#buffer, 0, RECORD_BYTES, null);
      } catch (error) {
        const code = codeOf(error);
        // Records were overwritten before they were read: the next read goes on with the oldest that is left.
        if (code === 'EPIPE') continue;
        // Nothing new.
        if (code === 'EAGAIN') return;
        closeSync(this.#file);
        this.#file = null;
        return;
      }
      if (length === 0) return;
      this.#take(this.#buffer.toString('utf8', 0, length));
    }
  }

  /** "4,1234,567890,-;message", then lines that begin with a blank and say of which device it is. */
  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    // A stand-in file is read in pieces; the device gives whole records.
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = /^\d+,\d+,\d+,[^;]*;(.*)$/.exec(line)?.[1];
      if (message === undefined) continue;
      this.#seen += 1;
      this.#kept.push(unescaped(message).slice(0, 1000));
    }
    if (this.#kept.length > 2 * KEPT) this.#kept = this.#kept.slice(-KEPT);
  }
}

/** The kernel writes what is not printable as \x09. */
function unescaped(message: string): string {
  return message.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}
