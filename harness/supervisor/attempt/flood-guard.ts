/**
 * Keeps the two output files of an attempt or of a worker small while they are still written, so that no probe fills the disk: of a stream longer than the
 * limit the first and the last half of the limit are kept, and what lies between is cut: the disk gives it up at once, the file at the end.
 */
import { open, stat, truncate } from 'node:fs/promises';
import { runHelper } from '../proc/helper.ts';
import { readBytes } from './output-files.ts';
import type { OutputFiles } from './output-files.ts';

/** A probe writes at most about 100 MB in this time. */
const TICK_SECONDS = 0.05;
const FLOODING_SECONDS = 0.005;
/** Less is not worth a program's start. */
const WORTH_BYTES = 1024 * 1024;
const PUNCH_LIMIT_MS = 10_000;

export class FloodGuard {
  readonly #streams: readonly Stream[];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  /** limit: bytes of each stream, at least a few. `mayPunch`: false where the file system is known to have no holes. */
  constructor({ stdout, stderr }: Pick<OutputFiles, 'stdout' | 'stderr'>, limit: number, mayPunch = true) {
    this.#streams = [stdout, stderr].map((path) => new Stream(path, limit, mayPunch));
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
  /** Up to here the disk has nothing of the file but its first half. */
  #punchedTo: number;
  #mayPunch: boolean;
  /** Of a file that was truncated, what came before the truncation. */
  #tail: Buffer = Buffer.alloc(0);
  #truncatedBytes = 0;

  constructor(path: string, limit: number, mayPunch: boolean) {
    this.#path = path;
    this.#half = Math.floor(limit / 2);
    this.#punchedTo = this.#half;
    this.#mayPunch = mayPunch;
  }

  /** A disk that refuses is no reason to stop: the next look tries again. */
  async cutWhenLong(): Promise<boolean> {
    try {
      const { size } = await stat(this.#path);
      if (this.#mayPunch) {
        const end = size - this.#half;
        if (end - this.#punchedTo < Math.max(this.#half, WORTH_BYTES)) return false;
        if (await this.#punch(end)) return true;
      }
      return await this.#truncate(size);
    } catch {
      return false;
    }
  }

  /** Nothing that is written meanwhile is lost: the file keeps its length, and the hole lies before its last half. */
  async #punch(end: number): Promise<boolean> {
    const hole = ['--punch-hole', '--offset', String(this.#punchedTo), '--length', String(end - this.#punchedTo), this.#path];
    const { kind, code } = await runHelper('fallocate', hole, { limitMs: PUNCH_LIMIT_MS });
    this.#mayPunch = kind === 'done' && code === 0;
    if (this.#mayPunch) this.#punchedTo = end;
    return this.#mayPunch;
  }

  /** Where the file system knows no holes, or there is no fallocate. */
  async #truncate(size: number): Promise<boolean> {
    if (size <= 2 * this.#half) return false;
    this.#tail = await readBytes(this.#path, size - this.#half, this.#half);
    // Again, because the probe goes on writing. What a write adds between here and the cut is lost uncounted.
    const whole = await stat(this.#path);
    await truncate(this.#path, this.#half);
    this.#truncatedBytes += whole.size - this.#half;
    this.#punchedTo = this.#half;
    return true;
  }

  async finish(): Promise<void> {
    try {
      const { size } = await stat(this.#path);
      if (size > 2 * this.#half || this.#truncatedBytes > 0) await this.#putTogether(size);
    } catch {
      // The file is gone or cannot be written; there is nothing to tidy.
    }
  }

  async #putTogether(size: number): Promise<void> {
    const from = Math.max(this.#punchedTo, size - this.#half);
    const since = await readBytes(this.#path, from, Math.max(0, size - from));
    const tail = Buffer.concat([this.#tail, since]).subarray(-this.#half);
    const left = this.#truncatedBytes + size - this.#half - tail.length;
    const file = await open(this.#path, 'r+');
    try {
      await file.truncate(this.#half);
      const parts = Buffer.concat([Buffer.from(`\n[bench: ${left} bytes ${this.#truncatedBytes > 0 ? 'or more ' : ''}left out here]\n`), tail]);
      await file.write(parts, 0, parts.length, this.#half);
    } finally {
      await file.close();
    }
  }
}
