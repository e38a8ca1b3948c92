/**
 * Keeps the two output files of an attempt or of a worker small while they are still written, so that no probe fills the disk: of a stream longer than the
 * limit the first and the last half of the limit are kept, and what lies between is cut.
 */
import { using } from '../../machine/files/in-use.ts';
import { openOwn, sizeOfOwn } from '../../machine/files/own-file.ts';
import { readBytes, type OutputFiles } from '../output-files.ts';

/** A probe writes at most about 100 MB in this time. */
const TICK_SECONDS = 0.05;
const FLOODING_SECONDS = 0.005;
/** What a file may hold beyond the limit while it is written: a flood that ends before it loses nothing. */
const SLACK_BYTES = 16 * 1024 * 1024;
const CATCH_UP_ROUNDS = 5;

export class FloodGuard {
  readonly #streams: readonly Stream[];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  /** limit: bytes of each stream, at least a few. `slack`: bytes beyond the limit that a file may hold while it is written. */
  constructor({ stdout, stderr }: Pick<OutputFiles, 'stdout' | 'stderr'>, limit: number, slack = SLACK_BYTES) {
    this.#streams = [stdout, stderr].map((path) => new Stream(path, limit, slack));
    this.#schedule(TICK_SECONDS);
  }

  /** Once nothing writes any more: puts head, a line that says what is missing, and tail together. Only the first call does anything. */
  async finish(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await Promise.all(this.#streams.map((stream) => stream.finish()));
  }

  #schedule(seconds: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look();
    }, seconds * 1000);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const cut = await Promise.all(this.#streams.map((stream) => stream.cutWhenLong()));
    this.#schedule(cut.includes(true) ? FLOODING_SECONDS : TICK_SECONDS);
  }
}

class Stream {
  readonly #path: string;
  readonly #half: number;
  readonly #slack: number;
  /** The last of what stood in the file before it was last truncated. */
  #tail: Buffer = Buffer.alloc(0);
  #truncatedBytes = 0;

  constructor(path: string, limit: number, slack: number) {
    this.#path = path;
    this.#half = Math.floor(limit / 2);
    this.#slack = slack;
  }

  /** A disk that refuses is no reason to stop: the next look tries again. */
  async cutWhenLong(): Promise<boolean> {
    try {
      const size = await this.#size();
      if (size <= 2 * this.#half + this.#slack) return false;
      await using(this.#path, () => this.#cut(size));
      return true;
    } catch {
      return false;
    }
  }

  async #cut(before: number): Promise<void> {
    let size = before;
    let tail = await readBytes(this.#path, size - this.#half, this.#half);
    for (let round = 0; round < CATCH_UP_ROUNDS; round += 1) {
      const [seen, grown] = [size, await this.#size()];
      size = grown;
      // More than would be kept: no reading keeps up with that, and the disk waits.
      if (grown === seen || grown - seen > this.#half) break;
      tail = Buffer.concat([tail, await readBytes(this.#path, seen, grown - seen)]).subarray(-this.#half);
    }
    // What a write adds between the last look and this is lost uncounted: a hole in place of the truncation would lose nothing, but file systems write
    // what is to go to the disk first, and cannot keep up with a flood.
    await this.#truncate();
    this.#tail = tail;
    this.#truncatedBytes += size - this.#half;
  }

  async finish(): Promise<void> {
    try {
      const size = await this.#size();
      if (size > 2 * this.#half || this.#truncatedBytes > 0) await using(this.#path, () => this.#putTogether(size));
    } catch {
      // The file is gone or cannot be written; there is nothing to tidy.
    }
  }

  /** The file holds the head and what came since the last cut. */
  async #putTogether(size: number): Promise<void> {
    const from = Math.max(this.#half, size - this.#half);
    const since = await readBytes(this.#path, from, Math.max(0, size - from));
    const tail = Buffer.concat([this.#tail, since]).subarray(-this.#half);
    const left = this.#truncatedBytes + size - this.#half - tail.length;
    const file = await openOwn(this.#path, 'change');
    try {
      await file.truncate(this.#half);
      const parts = Buffer.concat([
        Buffer.from(`\n[bench: ${left} bytes ${this.#truncatedBytes > 0 ? 'or more ' : ''}left out here]\n`),
        tail,
      ]);
      await file.write(parts, 0, parts.length, this.#half);
    } finally {
      await file.close();
    }
  }

  async #truncate(): Promise<void> {
    const file = await openOwn(this.#path, 'change');
    try {
      await file.truncate(this.#half);
    } finally {
      await file.close();
    }
  }

  async #size(): Promise<number> {
    return sizeOfOwn(this.#path);
  }
}
