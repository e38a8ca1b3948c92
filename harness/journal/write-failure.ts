/** How a writer of the journal fails: a disk that refuses, and a file that is no longer the one it left. Each says what is safe, where, and the next command. */
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { WatchedFile, FileState } from './watched-file.ts';
import type { NewEvent } from '../model/events.ts';
import { codeOf, messageOf, NoVerdictError } from '../model/errors.ts';

export const SYNC_LOST = 'The last events may not be on the disk; those before them are.';

const CAUSES: Readonly<Record<string, readonly [code: string, what: string]>> = {
  ENOSPC: ['journal-disk-full', 'the disk is full'],
  EDQUOT: ['journal-disk-full', 'the disk quota is used up'],
  EFBIG: ['journal-disk-full', 'the file may not grow any further'],
  EROFS: ['journal-read-only', 'the file system is read-only'],
  EACCES: ['journal-read-only', 'permission denied'],
  EPERM: ['journal-read-only', 'not permitted'],
  EIO: ['journal-io', 'the disk reports an input/output error'],
};

/** A disk that refuses. `state`: what is safe. */
export function failure(path: string, doing: 'open' | 'write' | 'sync', cause: unknown, state: string): NoVerdictError {
  const [code, what] = CAUSES[codeOf(cause)] ?? ['journal-io', messageOf(cause)];
  return new NoVerdictError(
    code,
    `cannot ${doing} ${path}: ${what}. ${state}`,
    `free some disk space or repair the disk, then go on with: bench run --resume ${dirname(path)}`,
    { cause },
  );
}

export function torn(path: string): NoVerdictError {
  return new NoVerdictError(
    'journal-torn',
    `${path} ends in a half line`,
    `go on with: bench run --resume ${dirname(path)}, which cuts it off`,
  );
}

export function unfit(event: NewEvent, error: z.ZodError): NoVerdictError {
  return new NoVerdictError(
    'journal-event-unfit',
    `a "${event.event}" event that no reader would accept: ${z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ')}`,
    'please report this: it is a fault of bench',
    { cause: error },
  );
}

/** Somebody else had the journal. What bench wrote is put back in its place, or beside it, as far as it is still there. */
export class Intrusion {
  readonly #path: string;
  readonly #file: WatchedFile;
  readonly #length: number;
  readonly #digest: string;

  /** `length` and `digest`: of what bench wrote. */
  constructor(path: string, file: WatchedFile, length: number, digest: string) {
    this.#path = path;
    this.#file = file;
    this.#length = length;
    this.#digest = digest;
  }

  async told(standing: FileState): Promise<NoVerdictError> {
    const isOwn = (await this.#file.digest(this.#length).catch(() => '')) === this.#digest;
    switch (standing.kind) {
      case 'there':
        return isOwn && standing.length > this.#length ? this.#grown(standing.length) : this.#changed(standing.length);
      case 'gone':
        return this.#elsewhere(
          'journal-deleted',
          standing.moved
            ? 'it is no longer there: it or its folder was moved while the run wrote to it'
            : 'somebody deleted it while the run wrote to it',
          isOwn,
        );
      case 'replaced':
        return this.#elsewhere(
          'journal-replaced',
          'another file was put in its place while the run wrote to it',
          isOwn,
        );
    }
  }

  /** What bench wrote is whole: the rest goes aside. */
  async #grown(length: number): Promise<NoVerdictError> {
    const resume = `see who wrote there (a probe may not); then go on with: bench run --resume ${dirname(this.#path)}`;
    const problem = `${this.#path} was changed while the run wrote to it: ${length - this.#length} bytes that bench did not write stand at its end`;
    try {
      const aside = await this.#file.keep('foreign', this.#length, length);
      await this.#file.truncate(this.#length);
      await this.#file.datasync();
      return new NoVerdictError(
        'journal-changed',
        `${problem}. They are in ${aside} now and count for nothing; what bench wrote is whole`,
        resume,
      );
    } catch (error) {
      return new NoVerdictError(
        'journal-changed',
        `${problem}, and they could not be put aside: ${messageOf(error)}. What bench wrote is whole, up to byte ${this.#length}`,
        `cut the file there: truncate -s ${this.#length} ${this.#path}; ${resume}`,
        { cause: error },
      );
    }
  }

  #changed(length: number): NoVerdictError {
    const what =
      length < this.#length
        ? `it has ${length} bytes, and bench wrote ${this.#length}`
        : 'it does not hold what bench wrote';
    return new NoVerdictError(
      'journal-changed',
      `${this.#path} was changed while the run wrote to it: ${what}. Nothing is judged from it; what single attempts left is in ${dirname(this.#path)}/evidence`,
      'see who writes there (a probe may not), and start a new run',
    );
  }

  async #elsewhere(code: string, problem: string, isOwn: boolean): Promise<NoVerdictError> {
    const isFolderWhole = await lstat(join(dirname(this.#path), 'matrix.resolved.json')).then(
      () => true,
      () => false,
    );
    const kept = isOwn ? await this.#file.keep('own', 0, this.#length).catch(() => null) : null;
    return kept === null || !isFolderWhole
      ? new NoVerdictError(
          code,
          `${this.#path}: ${problem}. ${kept === null ? 'What bench wrote could not be saved beside it' : `What bench wrote is in ${kept}, but the matrix of the run is gone`}`,
          `if the folder was moved, go on with bench run --resume <where it is now>; else start a new run`,
        )
      : new NoVerdictError(
          code,
          `${this.#path}: ${problem}. What bench wrote is whole in ${kept}`,
          `put it back: mv ${kept} ${this.#path}; then go on with: bench run --resume ${dirname(this.#path)}`,
        );
  }
}
