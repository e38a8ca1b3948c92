/**
 * Keeps the two output files of an attempt or of a worker small while they are still written, so that no probe fills the disk: of a stream longer than the
 * limit the first half of the limit stays in the file, the last half of it is kept in memory, and what lies between is cut.
 */
import { open, stat, truncate } from 'node:fs/promises';
import { readBytes } from './output-files.ts';
import type { OutputFiles } from './output-files.ts';

/** A probe writes at most about 100 MB in this time. */
const TICK_SECONDS = 0.05;
const FLOODING_SECONDS = 0.005;

export class FloodGuard {
  readonly #streams: readonly Stream[];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  /** limit: bytes of each stream, at least a few. */
  constructor({ stdout, stderr }: Pick<OutputFiles, 'stdout' | 'stderr'>, limit: number) {
    this.#streams = [stdout, stderr].map((path) => new Stream(path, limit));
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
  #tail: Buffer = Buffer.alloc(0);
  #cutBytes = 0;

  constructor(path: string, limit: number) {
    this.#path = path;
    this.#half = Math.floor(limit / 2);
  }

  /** A disk that refuses is no reason to stop: the next look tries again. */
  async cutWhenLong(): Promise<boolean> {
    try {
      return await this.#cut();
    } catch {
      return false;
    }
  }

  async #cut(): Promise<boolean> {
    const { size } = await stat(this.#path);
    if (size <= 2 * this.#half) return false;
    this.#tail = await readBytes(this.#path, size - this.#half, this.#half);
    // Again, because the probe goes on writing. What a write adds between here and the cut is lost uncounted.
    const whole = await stat(this.#path);
    await truncate(this.#path, this.#half);
    this.#cutBytes += whole.size - this.#half;
    return true;
  }

  async finish(): Promise<void> {
    try {
      if ((await this.#cut()) || this.#cutBytes > 0) await this.#putTogether();
    } catch {
      // The file is gone or cannot be written; there is nothing to tidy.
    }
  }

  /** The file holds the head and what came since the last cut. */
  async #putTogether(): Promise<void> {
    const { size } = await stat(this.#path);
    const since = await readBytes(this.#path, this.#half, Math.max(0, size - this.#half));
    const tail = Buffer.concat([this.#tail, since]).subarray(-this.#half);
    const left = this.#cutBytes + since.length - tail.length;
    const file = await open(this.#path, 'r+');
    try {
      await file.truncate(this.#half);
      const parts = Buffer.concat([Buffer.from(`\n[bench: ${left} bytes or more left out here]\n`), tail]);
      await file.write(parts, 0, parts.length, this.#half);
    } finally {
      await file.close();
    }
  }
}
