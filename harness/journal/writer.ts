/**
 * Appends events to journal.jsonl. Lines of several callers go out in one write, and one fdatasync serves all that wait for it.
 * After an error the file ends where it ended before, or the writer refuses to go on: no half line is ever followed by another.
 * One writer at a time: run.lock sees to that.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { JournalEvent, type NewEvent } from '../model/events.ts';
import { sealed } from './seal.ts';
import { syncFolder } from '../machine/files/atomic-file.ts';
import { codeOf, messageOf, NoVerdictError } from '../model/errors.ts';

/** What the writer needs of a file that is open for appending; tests put a failing one here. */
export interface AppendFile {
  /** Appends a part of `bytes`; resolves to its length. */
  write(bytes: Uint8Array): Promise<number>;
  truncate(length: number): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

export interface Journal {
  /** Resolves when the event is in the file: it survives the end of this process, not a power cut. */
  append(event: NewEvent): Promise<void>;
  /** Resolves when the event and all before it are on the disk. */
  appendDurably(event: NewEvent): Promise<void>;
  /** Writes and syncs what is pending. No event may follow. */
  close(): Promise<void>;
}

interface Pending {
  readonly line: Buffer;
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
    handle = await open(path, 'a+');
    const { size } = await handle.stat();
    if (size === 0) await syncFolder(dirname(path));
    else if (!(await endsWithNewline(handle, size))) throw torn(path);
    return new JournalWriter(path, appendFile(handle), size, now);
  } catch (error) {
    await handle?.close();
    throw error instanceof NoVerdictError ? error : failure(path, 'open', error, 'Nothing was written.');
  }
}

/** Appends to an open file whose length is `length` bytes. Both methods reject with NoVerdictError; see `failure`. */
export class JournalWriter implements Journal {
  readonly #path: string;
  readonly #file: AppendFile;
  readonly #now: () => Date;
  #length: number;
  #queue: Pending[] = [];
  #running: Promise<void> | null = null;
  #stopped: NoVerdictError | null = null;

  constructor(path: string, file: AppendFile, length: number, now: () => Date) {
    this.#path = path;
    this.#file = file;
    this.#length = length;
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
      if (stopped === null) await this.#file.datasync();
    } catch (error) {
      throw failure(this.#path, 'sync', error, SYNC_LOST);
    } finally {
      await this.#file.close();
    }
  }

  #add(event: NewEvent, durable: boolean): Promise<void> {
    const parsed = JournalEvent.safeParse({ ...event, at: this.#now().toISOString() });
    if (!parsed.success) return Promise.reject(unfit(event, parsed.error));
    const line = Buffer.from(`${sealed(JSON.stringify(parsed.data))}\n`);
    return new Promise((resolve, reject) => {
      this.#queue.push({ line, durable, done: resolve, failed: reject });
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
    const bytes = Buffer.concat(batch.map(({ line }) => line));
    try {
      let written = 0;
      while (written < bytes.length) {
        const count = await this.#file.write(bytes.subarray(written));
        if (count === 0) throw new Error('the file took no more bytes');
        written += count;
      }
    } catch (error) {
      return this.#undo(error);
    }
    this.#length += bytes.length;
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
}

const SYNC_LOST = 'The last events may not be on the disk; those before them are.';

const DELETED = 'somebody deleted it while the run wrote to it';

const CAUSES: Readonly<Record<string, readonly [code: string, what: string]>> = {
  ENOSPC: ['journal-disk-full', 'the disk is full'],
  EDQUOT: ['journal-disk-full', 'the disk quota is used up'],
  EFBIG: ['journal-disk-full', 'the file may not grow any further'],
  EROFS: ['journal-read-only', 'the file system is read-only'],
  EACCES: ['journal-read-only', 'permission denied'],
  EPERM: ['journal-read-only', 'not permitted'],
  DELETED: ['journal-deleted', DELETED],
  EIO: ['journal-io', 'the disk reports an input/output error'],
};

function failure(path: string, doing: 'open' | 'write' | 'sync', cause: unknown, state: string): NoVerdictError {
  const [code, what] = CAUSES[codeOf(cause)] ?? ['journal-io', messageOf(cause)];
  return new NoVerdictError(
    code,
    `cannot ${doing} ${path}: ${what}. ${state}`,
    'make room or repair the disk, then go on with: bench run --resume <run folder>',
    { cause },
  );
}

function torn(path: string): NoVerdictError {
  return new NoVerdictError(
    'journal-torn',
    `${path} ends in a half line`,
    'go on with: bench run --resume <run folder>, which cuts it off',
  );
}

function unfit(event: NewEvent, error: z.ZodError): NoVerdictError {
  return new NoVerdictError(
    'journal-event-unfit',
    `a "${event.event}" event that no reader would accept: ${z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ')}`,
    'please report this: it is a fault of bench',
    { cause: error },
  );
}

function appendFile(handle: FileHandle): AppendFile {
  return {
    write: async (bytes) => (await handle.write(bytes)).bytesWritten,
    truncate: (length) => handle.truncate(length),
    datasync: async () => {
      // Writing to a deleted file succeeds for ever.
      if ((await handle.stat()).nlink === 0) throw Object.assign(new Error(DELETED), { code: 'DELETED' });
      await handle.datasync();
    },
    close: () => handle.close(),
  };
}

async function endsWithNewline(handle: FileHandle, size: number): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] === 0x0a;
}
