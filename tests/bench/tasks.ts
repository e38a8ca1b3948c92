/** The tasks, by part of the program. Each says how many things one run of it handles, so that times can be compared. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { JournalEvent } from '../../harness/model/events.ts';
import { replay } from '../../harness/journal/reader.ts';
import { openJournal } from '../../harness/journal/writer.ts';
import { enumerate } from '../../harness/matrix/space/enumerate.ts';
import { createSearch } from '../../harness/search/create.ts';
import { judge } from '../../harness/verdicts/judge.ts';
import { reportFiles } from '../../reports/report-files.ts';
import { answer, attemptEvents, matrixOf, opened, runEvents } from './subjects.ts';
import { findingsOf } from '../../reports/findings/findings.ts';

export interface BenchTask {
  readonly name: string;
  /** What one run handles: "1,000,000 cells". */
  readonly handles: number;
  readonly of: string;
  run(): unknown;
}

export function enumeration(): BenchTask[] {
  const million = matrixOf({ environments: 20, batches: 100, sizes: 500 });
  const tenMillion = matrixOf({ environments: 20, batches: 1000, sizes: 500 });
  return [
    {
      name: 'enumerate: walk 1e6 cells',
      handles: 1_000_000,
      of: 'cells',
      run: () => {
        let cells = 0;
        for (const line of enumerate(million).lines()) cells += line.cells.length;
        return expect(cells, 1_000_000);
      },
    },
    {
      name: 'enumerate: count 1e7 cells',
      handles: 1,
      of: 'counts',
      run: () => expect(enumerate(tenMillion).cellCount, 10_000_000),
    },
  ];
}

export function search(): BenchTask[] {
  return [35, 128, 505].flatMap((sizes) => {
    const one = matrixOf({ environments: 1, batches: 1, sizes });
    const many = matrixOf({ environments: 10, batches: 20, sizes });
    const oneEnumeration = enumerate(one);
    const manyEnumeration = enumerate(many);
    let going = createSearch(many, manyEnumeration);
    const whole: BenchTask = {
      name: `search: a whole line of ${sizes} sizes`,
      handles: 1,
      of: 'lines',
      run: () => {
        const line = createSearch(one, oneEnumeration);
        for (let [question] = line.next(1); question !== undefined; [question] = line.next(1))
          line.tell(answer(question, sizes));
        return expect(line.progress.linesDone, 1);
      },
    };
    const next: BenchTask = {
      name: `search: next question, 200 lines of ${sizes} sizes`,
      handles: 1,
      of: 'questions',
      run: () => {
        let [question] = going.next(1);
        if (question === undefined) {
          going = createSearch(many, manyEnumeration);
          [question] = going.next(1);
        }
        if (question === undefined) throw new Error('a new search asks nothing');
        going.tell(answer(question, sizes));
      },
    };
    return [whole, next];
  });
}

const ATTEMPTS = 20_000;

/** Files in `folder`, which the caller removes. */
export async function journal(folder: string): Promise<BenchTask[]> {
  mkdirSync(folder, { recursive: true });
  const matrix = matrixOf({ environments: 20, batches: 10, sizes: 100 }, 'grid');
  const cells = [...enumerate(matrix).lines()].flatMap((line) => line.cells);
  const [cell] = cells;
  if (cell === undefined) throw new Error('the matrix is empty');
  const pair = attemptEvents('a1', cell, true, { isolation: 'fork', purpose: 'search' });
  const open = await openJournal(join(folder, 'append.jsonl'));
  await open.append(opened(matrix));
  const long = join(folder, 'long.jsonl');
  const events = [
    opened(matrix),
    ...cells
      .slice(0, ATTEMPTS)
      .flatMap((one, index) =>
        attemptEvents(`a${index}`, one, index % 4 === 0, { isolation: 'fork', purpose: 'search' }),
      ),
  ];
  writeFileSync(long, events.map((event) => `${JSON.stringify(stamped(event))}\n`).join(''));
  return [
    {
      name: 'journal: append one attempt (2 events)',
      handles: 1,
      of: 'attempts',
      run: async () => {
        for (const event of pair) await open.append(event);
      },
    },
    {
      name: 'journal: append one attempt durably (2 syncs)',
      handles: 1,
      of: 'attempts',
      run: async () => {
        for (const event of pair) await open.appendDurably(event);
      },
    },
    {
      name: 'journal: replay 20,000 attempts',
      handles: ATTEMPTS,
      of: 'attempts',
      run: async () => {
        let count = 0;
        for await (const event of replay(long)) count += event.event === 'attempt-finished' ? 1 : 0;
        return expect(count, ATTEMPTS);
      },
    },
  ];
}

export function judgeAndReport(): BenchTask[] {
  const sizes = 35;
  const matrix = matrixOf({ environments: 20, batches: 7, sizes });
  const events = [...runEvents(matrix, sizes)].map(stamped);
  const cells = enumerate(matrix).cellCount;
  const results = judge(events, matrix, enumerate(matrix));
  return [
    {
      name: 'judge: a run of 140 lines',
      handles: cells,
      of: 'cells',
      run: () => judge(events, matrix, enumerate(matrix)).cells.length,
    },
    {
      name: 'reports: all files of that run',
      handles: cells,
      of: 'cells',
      run: async () => {
        for await (const { content } of reportFiles(findingsOf(results))) await drain(content);
      },
    },
  ];
}

export function clear(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

async function drain(content: string | Readable): Promise<void> {
  if (typeof content === 'string') return;
  await pipeline(content, new Writable({ objectMode: true, write: (_chunk, _encoding, done) => done() }));
}

function stamped(event: Parameters<Awaited<ReturnType<typeof openJournal>>['append']>[0]): JournalEvent {
  return { ...event, at: '2030-01-01T00:00:00.000Z' };
}

/** A benchmark of code that does something else is worth nothing. */
function expect(actual: number, wanted: number): number {
  if (actual !== wanted) throw new Error(`expected ${wanted}, got ${actual}`);
  return actual;
}
