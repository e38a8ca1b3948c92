/**
 * Replays journal.jsonl as a stream: memory is what the caller keeps, not what the file holds.
 * A torn last line (no newline, or JSON that stops in the middle) is what a power cut leaves and is reported, not an error;
 * anything broken before it is one. Does not change the file.
 */
import { decodeLine, type Decoded } from './decode.ts';
import { BEGINNING, checkOf, sealOf } from './seal.ts';
import type { JournalEvent } from '../model/events.ts';
import { codeOf, NoVerdictError } from '../model/errors.ts';
import { OddFile, openOwn } from '../machine/files/own-file.ts';

const NEWLINE = 0x0a;
const BLOCK = 256 * 1024;

export interface ReplaySummary {
  /** Whole lines, events of unknown kinds included. */
  readonly lines: number;
  readonly events: number;
  /** How many events of which unknown kind were passed over. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Length in bytes of the part that stands: everything before the torn tail. */
  readonly goodBytes: number;
  /** Length in bytes of the torn last line; 0 when there is none. */
  readonly tornBytes: number;
}

/** Events in order. `summary` is complete once the iteration has ended. */
export interface Replay extends AsyncIterable<JournalEvent> {
  readonly summary: ReplaySummary;
}

/**
 * Opens a journal for one replay. Nothing is read before the iteration begins.
 * Iterating throws NoVerdictError: `journal-missing`, `journal-unreadable`, `journal-broken` (with the line number), `journal-changed` (a
 * line does not follow the one before it), `journal-no-start` (the first event is not run-opened) or `journal-newer-schema`.
 */
export function replay(path: string): Replay {
  const state: Mutable<ReplaySummary> = { lines: 0, events: 0, skipped: {}, goodBytes: 0, tornBytes: 0 };
  return { summary: state, [Symbol.asyncIterator]: () => events(path, state) };
}

async function* events(path: string, state: Mutable<ReplaySummary>): AsyncGenerator<JournalEvent> {
  Object.assign(state, { lines: 0, events: 0, skipped: {}, goodBytes: 0, tornBytes: 0 });
  const skipped: Record<string, number> = {};
  state.skipped = skipped;
  // A line that stops in the middle is fine if nothing follows it.
  let cut: number | null = null;
  const chain = new Chain();
  for await (const some of lines(path)) {
    for (const { bytes, ended } of some) {
      if (cut !== null) throw broken(path, state.lines + 1, 'the line stops in the middle');
      const decoded: Decoded = ended ? decodeLine(bytes) : { kind: 'cut' };
      const length = bytes.length + (ended ? 1 : 0);
      if (decoded.kind === 'broken') throw broken(path, state.lines + 1, decoded.problem);
      if (decoded.kind === 'cut') {
        cut = length;
        continue;
      }
      const gap = chain.see(bytes);
      if (gap !== null) throw changed(path, state.lines + 1, gap);
      state.lines += 1;
      state.goodBytes += length;
      if (decoded.kind === 'unknown') {
        skipped[decoded.name] = (skipped[decoded.name] ?? 0) + 1;
        continue;
      }
      if (state.events === 0 && decoded.event.event !== 'run-opened') throw noStart(path, decoded.event.event);
      state.events += 1;
      yield decoded.event;
    }
  }
  state.tornBytes = cut ?? 0;
}

/**
 * Whether each line follows the one before it. From the first line that is linked on, all are: older programs wrote none. Who changes a line on
 * purpose takes its crc out, and what comes after that one is not asked.
 */
class Chain {
  /** null after a line without a crc. */
  #before: string | null = BEGINNING;
  #isLinked = false;

  /** null when the line may stand here, else why not. */
  see(line: Uint8Array): string | null {
    const { after, crc } = sealOf(line);
    const before = this.#before;
    this.#before = crc === 'fits' ? checkOf(line) : null;
    if (after === null)
      return this.#isLinked ? 'bench did not write this line: it does not name the one before it' : null;
    this.#isLinked = true;
    return before === null || after === before
      ? null
      : 'it does not follow the line before it: a line between them was taken out or changed';
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Line {
  /** Without its newline. */
  readonly bytes: Uint8Array;
  /** false for a last line that has no newline. */
  readonly ended: boolean;
}

/** The lines of one block at a time: waiting for every single line would cost more than reading it. */
async function* lines(path: string): AsyncGenerator<readonly Line[]> {
  let rest: Buffer[] = [];
  for await (const block of blocks(path)) {
    const some: Line[] = [];
    let from = 0;
    for (let at = block.indexOf(NEWLINE); at !== -1; at = block.indexOf(NEWLINE, from)) {
      const piece = block.subarray(from, at);
      some.push({ bytes: rest.length === 0 ? piece : Buffer.concat([...rest, piece]), ended: true });
      rest = [];
      from = at + 1;
    }
    if (from < block.length) rest.push(block.subarray(from));
    yield some;
  }
  if (rest.length > 0) yield [{ bytes: Buffer.concat(rest), ended: false }];
}

async function* blocks(path: string): AsyncGenerator<Buffer> {
  const file = await openOwn(path, 'read').catch((error: unknown) => Promise.reject(unreadable(path, error)));
  try {
    for (;;) {
      const { bytesRead, buffer } = await file
        .read(Buffer.allocUnsafe(BLOCK), 0, BLOCK)
        .catch((error: unknown) => Promise.reject(unreadable(path, error)));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function broken(path: string, line: number, problem: string): NoVerdictError {
  return new NoVerdictError(
    'journal-broken',
    `${path}:${line}: ${problem}`,
    `the file was changed or the disk lost a part of it; ${mended(line)}: what that line said is then unknown`,
  );
}

/** `line`, counted from 1, is not what bench wrote there. */
export function changed(path: string, line: number, problem: string): NoVerdictError {
  return new NoVerdictError(
    'journal-changed',
    `${path}:${line}: ${problem}. This is not the file that bench wrote, so nothing is judged from it`,
    `put the file back from a copy; or, if you know what was changed and answer for what is left, ${mended(line)}`,
  );
}

/** For whoever wants to know what is left of a journal. */
function mended(line: number): string {
  return `copy the run folder, in the copy delete line ${line} and take the "crc" out of the line before it, and judge that`;
}

function noStart(path: string, name: string): NoVerdictError {
  return new NoVerdictError(
    'journal-no-start',
    `${path}:1: the first event is "${name}", not "run-opened"`,
    'this is not the beginning of a journal; look for the whole file',
  );
}

function unreadable(path: string, error: unknown): NoVerdictError {
  if (error instanceof OddFile)
    return new NoVerdictError('journal-unreadable', error.message, 'put the journal back from where the run was made', {
      cause: error,
    });
  const code = codeOf(error) || String(error);
  return code === 'ENOENT'
    ? new NoVerdictError(
        'journal-missing',
        `no journal at ${path}`,
        'give the folder of a run: the one that holds journal.jsonl',
        { cause: error },
      )
    : new NoVerdictError('journal-unreadable', `cannot read ${path}: ${code}`, 'check the permissions and the disk', {
        cause: error,
      });
}
