/**
 * Appends events to journal.jsonl, and sees to it that nobody else does: before each write and at the end the file must be the one that was
 * opened, as long as it was left, and at the end it must hold what was written. Lines of several callers go out in one write, and one
 * fdatasync serves all that wait for it. After an error the file ends where it ended before, or the writer refuses to go on: no half line is ever followed by another.
 * One writer at a time: run.lock sees to that.
 */
import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { JournalEvent, type NewEvent } from '../model/events.ts';
import { openOwn, watchedFile, readOpened, type WatchedFile } from './watched-file.ts';
import { BEGINNING, checkOf, sealed } from './seal.ts';
import { failure, Intrusion, SYNC_LOST, torn, unfit } from './write-failure.ts';
import { syncFolder } from '../machine/files/atomic-file.ts';
import { NoVerdictError } from '../model/errors.ts';

export interface Journal {
  /** Resolves when the event is in the file: it survives the end of this process, not a power cut. */
  append(event: NewEvent): Promise<void>;
  /** Resolves when the event and all before it are on the disk. */
  appendDurably(event: NewEvent): Promise<void>;
  /** Writes and syncs what is pending and reads the file back. No event may follow. */
  close(): Promise<void>;
}

interface Pending {
  /** JSON, not sealed yet: which line it follows is known when it is written. */
  readonly text: string;
  readonly durable: boolean;
  readonly done: () => void;
  readonly failed: (error: NoVerdictError) => void;
}

/**
 * Opens a journal for appending and creates it when it is absent. Rejects with NoVerdictError `journal-torn` when its last line
 * has no newline (see repair.ts), and as `append` does when the disk refuses.
 */
export async function openJournal(path: string, now: () => Date = () => new Date()): Promise<Journal> {
  let handle: FileHandle | null = null;
  try {
    handle = await openOwn(path);
    const { length, hash, lastLine, isWhole } = await readOpened(handle);
    if (lastLine === null) await syncFolder(dirname(path));
    if (!isWhole) throw torn(path);
    const after = lastLine === null ? BEGINNING : checkOf(lastLine);
    return new JournalWriter(path, watchedFile(handle, path), { length, hash, after }, now);
  } catch (error) {
    await handle?.close();
    throw error instanceof NoVerdictError ? error : failure(path, 'open', error, 'Nothing was written.');
  }
}

/** What a file holds already. */
export interface Held {
  /** Bytes. */
  readonly length: number;
  /** Of all of them. */
  readonly hash: Hash;
  /** Checksum of its last line, which the next one names. */
  readonly after: string;
}

/** Appends to an open file. Every method rejects with NoVerdictError; see write-failure.ts. */
export class JournalWriter implements Journal {
  readonly #path: string;
  readonly #file: WatchedFile;
  readonly #now: () => Date;
  #length: number;
  #hash: Hash;
  #after: string;
  #queue: Pending[] = [];
  #running: Promise<void> | null = null;
  #stopped: NoVerdictError | null = null;

  constructor(path: string, file: WatchedFile, { length, hash, after }: Held, now: () => Date) {
    this.#path = path;
    this.#file = file;
    this.#length = length;
    this.#hash = hash;
    this.#after = after;
    this.#now = now;
  }

  append(event: NewEvent): Promise<void> {
    return this.#add(event, false);
  }

  appendDurably(event: NewEvent): Promise<void> {
    return this.#add(event, true);
  }

  async close(): Promise<void> {
    await this.#running;
    const stopped = this.#stopped;
    this.#stopped = new NoVerdictError(
      'journal-closed',
      `${this.#path} is closed`,
      'please report this: it is a fault of bench',
    );
    try {
      if (stopped === null) {
        await this.#file.datasync();
        await this.#vouch();
      }
    } catch (error) {
      throw error instanceof NoVerdictError ? error : failure(this.#path, 'sync', error, SYNC_LOST);
    } finally {
      await this.#file.close();
    }
  }

  #add(event: NewEvent, durable: boolean): Promise<void> {
    const parsed = JournalEvent.safeParse({ ...event, at: this.#now().toISOString() });
    if (!parsed.success) return Promise.reject(unfit(event, parsed.error));
    const text = JSON.stringify(parsed.data);
    return new Promise((resolve, reject) => {
      this.#queue.push({ text, durable, done: resolve, failed: reject });
      this.#running ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // Let callers of the same turn share the write.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      const error = this.#stopped ?? (await this.#write(batch));
      for (const { done, failed } of batch) {
        if (error === null) done();
        else failed(error);
      }
    }
    this.#running = null;
  }

  async #write(batch: readonly Pending[]): Promise<NoVerdictError | null> {
    const lines: Buffer[] = [];
    let after = this.#after;
    for (const { text } of batch) {
      const line = Buffer.from(`${sealed(text, after)}\n`);
      after = checkOf(line.subarray(0, -1));
      lines.push(line);
    }
    const bytes = Buffer.concat(lines);
    try {
      await this.#look();
      let written = 0;
      while (written < bytes.length) {
        const count = await this.#file.write(bytes.subarray(written), this.#length + written);
        if (count === 0) throw new Error('the file took no more bytes');
        written += count;
      }
    } catch (error) {
      if (!(error instanceof NoVerdictError)) return this.#undo(error);
      this.#stopped = error;
      return error;
    }
    this.#length += bytes.length;
    this.#hash.update(bytes);
    this.#after = after;
    if (!batch.some(({ durable }) => durable)) return null;
    try {
      await this.#file.datasync();
      return null;
    } catch (error) {
      // After a failed sync the kernel may have dropped the pages: a second sync that succeeds would prove nothing.
      this.#stopped = failure(this.#path, 'sync', error, SYNC_LOST);
      return this.#stopped;
    }
  }

  async #undo(cause: unknown): Promise<NoVerdictError> {
    try {
      await this.#file.truncate(this.#length);
      return failure(this.#path, 'write', cause, 'Everything before this event is in the file.');
    } catch {
      this.#stopped = failure(
        this.#path,
        'write',
        cause,
        `The file may end in a half line after byte ${this.#length}; everything before it is whole, and resuming cuts the half line off.`,
      );
      return this.#stopped;
    }
  }

  /** Throws NoVerdictError when the file is not as it was left, however that came. */
  async #look(): Promise<void> {
    const standing = await this.#file.look();
    if (standing.kind === 'there' && standing.length === this.#length) return;
    throw await new Intrusion(this.#path, this.#file, this.#length, this.#digest()).told(standing);
  }

  /** The same, for every byte of it. */
  async #vouch(): Promise<void> {
    await this.#look();
    if ((await this.#file.digest(this.#length)) === this.#digest()) return;
    throw await new Intrusion(this.#path, this.#file, this.#length, this.#digest()).told({
      kind: 'there',
      length: this.#length,
    });
  }

  #digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
