import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { emptyReport } from '../../harness/model/attempt/empty-report.ts';
import { runLoop, type LoopPorts } from '../../harness/runner/loop.ts';
import type { Executor } from '../../harness/runner/executor.ts';
import type { RunNote } from '../../harness/runner/observer.ts';
import { recorded } from './recorded.ts';
import type { NewEvent } from '../../harness/model/events.ts';
import type { Cell } from '../../harness/model/cell.ts';
import type { Answer, Question, Search } from '../../harness/search/search.ts';
import { isStarved } from '../../harness/model/grade.ts';
import type { Outcome } from '../../harness/model/outcome.ts';

const test = suite('runner/loop');

const cell = (size: number): Cell => ({
  id: `cell-${size}`,
  environment: 'env',
  setting: 'default',
  case: { size },
  line: 'line',
  position: size,
});

/** Asks every cell once and keeps what it was told. */
class ListSearch implements Search {
  readonly #waiting: Question[];
  readonly answers: Answer[] = [];
  readonly progress = { linesDone: 0, linesTotal: 1 };

  constructor(sizes: readonly number[]) {
    this.#waiting = sizes.map((size) => ({ cell: cell(size), isolation: 'fork', purpose: 'search' }));
  }

  next(limit: number): readonly Question[] {
    return this.#waiting.splice(0, limit);
  }

  tell(answer: Answer): void {
    this.answers.push(answer);
  }
}

interface World {
  readonly events: NewEvent[];
  readonly notes: RunNote[];
  readonly search: ListSearch;
  readonly ports: LoopPorts;
}

function world(sizes: readonly number[], executor: Executor, change: Partial<LoopPorts> = {}): World {
  const notes: RunNote[] = [];
  const search = new ListSearch(sizes);
  const { state, recorder, events } = recorded(search);
  const ports: LoopPorts = {
    search,
    recorder,
    executor,
    observer: (note) => notes.push(note),
    answers: state.answers,
    device: { kind: 'rocm', name: 'a card', target: 'gfx1010', pciAddress: '0000:03:00.0', simulation: null },
    bootId: 'boot',
    slots: 1,
    newAttemptId: ({ id }) => state.ids.next(id),
    signal: new AbortController().signal,
    ...change,
  };
  return { events, notes, search, ports };
}

/** Outcomes by size; a list is used up one attempt after the other. */
function scripted(script: Record<number, Outcome | Outcome[]>): Executor {
  return {
    place: async () => ({
      kind: 'ready',
      attempt: async (order) => {
        const entry = script[Number(order.cell.case['size'])] ?? { kind: 'pass' };
        const outcome = Array.isArray(entry) ? entry.shift() : entry;
        return emptyReport(outcome ?? { kind: 'pass' });
      },
    }),
    close: async () => {},
  };
}

const hang: Outcome = { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 1 };
const harnessError: Outcome = { kind: 'error', phase: 'start', errorClass: 'harness', message: 'the worker was lost' };

test('writes started before and finished after each attempt, then tells the search', async () => {
  const { events, search, ports } = world([1, 2], scripted({ 2: hang }));
  assert.equal(await runLoop(ports), { kind: 'complete' });
  assert.equal(
    events.map(({ event }) => event),
    ['attempt-started', 'attempt-finished', 'attempt-started', 'attempt-finished', 'run-finished'],
  );
  assert.equal(
    search.answers.map(({ outcome, grade }) => [outcome, grade]),
    [
      ['pass', 'good'],
      ['hang', 'bad'],
    ],
  );
});

test('a failure of the harness is tried again and only the last answer counts', async () => {
  const { events, notes, search, ports } = world([1], scripted({ 1: [harnessError, { kind: 'pass' }] }));
  await runLoop(ports);
  assert.is(events.filter(({ event }) => event === 'attempt-started').length, 2);
  assert.equal(
    search.answers.map(({ outcome }) => outcome),
    ['pass'],
  );
  assert.ok(notes.some(({ kind }) => kind === 'retry'));
});

test('a harness that keeps failing ends as an untestable cell, not as an endless loop', async () => {
  const { search, ports } = world([1], scripted({ 1: harnessError }));
  await runLoop(ports);
  assert.equal(
    search.answers.map(({ outcome, grade }) => [outcome, grade]),
    [['error', 'untestable']],
  );
});

test('a cell that was called hung while others held the cores is tried again in patience, when it is quieter, under no lowered limit', async () => {
  const starved: Outcome = { ...hang, starved: true };
  const orders: boolean[] = [];
  let waits = 0;
  const inner = scripted({ 1: [starved, { kind: 'pass' }] });
  const executor: Executor = {
    ...inner,
    place: async (one, signal) => {
      const place = await inner.place(one, signal);
      if (place.kind !== 'ready') return place;
      return {
        ...place,
        attempt: (order, stop, onPhase) => {
          orders.push(order.patient === true && order.lowered === undefined);
          return place.attempt(order, stop, onPhase);
        },
      };
    },
  };
  const seen = new Set<string>();
  const notes: RunNote[] = [];
  const { events, search, ports } = world([1, 1, 2], executor, {
    limitsFor: () => ({ multiple: 2, limits: [] }),
    patience: {
      isDue: ({ id }) => seen.has(id),
      wait: async () => {
        waits += 1;
      },
    },
    observer: (note) => {
      notes.push(note);
      if (note.kind === 'attempt-finished' && isStarved(note.report.outcome)) seen.add(note.question.cell.id);
    },
  });
  await runLoop(ports);
  assert.equal(orders, [false, true, false]);
  assert.is(waits, 1);
  assert.equal(
    events.flatMap((event) => (event.event === 'attempt-started' ? [event.patient === true] : [])),
    [false, true, false],
  );
  assert.equal(
    search.answers.map(({ grade, suspected }) => [grade, suspected]),
    [
      ['untestable', true],
      ['good', false],
      ['good', false],
    ],
  );
});

test('an executor that throws loses nothing: the attempt is finished in the journal', async () => {
  const { events, ports } = world([1], {
    place: async () => ({
      kind: 'ready',
      attempt: async () => {
        throw new Error('defect');
      },
    }),
    close: async () => {},
  });
  await runLoop(ports);
  assert.is(
    events.filter(({ event }) => event === 'attempt-started').length,
    events.filter(({ event }) => event === 'attempt-finished').length,
  );
});

test('an unavailable environment answers without an attempt', async () => {
  const { events, search, ports } = world([1, 2], {
    place: async () => ({ kind: 'unavailable', reason: 'no interpreter' }),
    close: async () => {},
  });
  assert.equal(await runLoop(ports), { kind: 'complete' });
  assert.equal(
    events.map(({ event }) => event),
    ['run-finished'],
  );
  assert.equal(
    search.answers.map(({ grade }) => grade),
    ['untestable', 'untestable'],
  );
});

test('an unkillable process ends the run: nothing else is started on that device', async () => {
  const { events, search, ports } = world(
    [1, 2, 3],
    scripted({ 1: { kind: 'unkillable', phase: 'steady', state: 'D' } }),
  );
  const end = await runLoop(ports);
  assert.is(end.kind, 'quarantined');
  assert.is(search.answers.length, 1);
  assert.is(events.at(-1)?.event, 'device-quarantined');
});

test('an interruption stops asking and is journalled', async () => {
  const stop = new AbortController();
  const executor: Executor = {
    place: async () => ({
      kind: 'ready',
      attempt: async () => {
        stop.abort('SIGINT');
        return emptyReport({ kind: 'cancelled', reason: 'SIGINT' });
      },
    }),
    close: async () => {},
  };
  const { events, search, ports } = world([1, 2, 3], executor, { signal: stop.signal });
  assert.equal(await runLoop(ports), { kind: 'interrupted', reason: 'SIGINT' });
  assert.is(search.answers.length, 0);
  assert.is(events.at(-1)?.event, 'run-interrupted');
});

test('a journal that cannot be written stops the run with its error', async () => {
  const { ports } = world([1, 2], scripted({}), {
    recorder: {
      append: async () => {},
      appendDurably: async () => {
        throw new Error('no space left on device');
      },
    },
  });
  try {
    await runLoop(ports);
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /no space left/);
  }
});

test('never more attempts at once than there are slots', async () => {
  let running = 0;
  let most = 0;
  const executor: Executor = {
    place: async () => ({
      kind: 'ready',
      attempt: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        running -= 1;
        return emptyReport({ kind: 'pass' });
      },
    }),
    close: async () => {},
  };
  const { search, ports } = world([1, 2, 3, 4, 5, 6, 7], executor, { slots: 3 });
  await runLoop(ports);
  assert.is(most, 3);
  assert.is(search.answers.length, 7);
});

test.run();
