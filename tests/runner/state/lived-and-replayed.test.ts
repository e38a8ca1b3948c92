/** A replay teaches the same as having lived through it: every fold of the state, the search and what it asks next. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listening, stateFor } from '../recorded.ts';
import { Wedge } from '../../../harness/makers/simulated/wedge.ts';
import { redactor } from '../../../harness/model/redact.ts';
import { replay } from '../../../harness/journal/reader.ts';
import { openJournal } from '../../../harness/journal/writer.ts';
import { loadMatrix } from '../../../harness/matrix/load.ts';
import { enumerate } from '../../../harness/matrix/space/enumerate.ts';
import { variablesFor } from '../../../harness/matrix/space/subject.ts';
import { emptyReport } from '../../../harness/model/attempt/empty-report.ts';
import type { Cell } from '../../../harness/model/cell.ts';
import type { NewEvent } from '../../../harness/model/events.ts';
import type { Outcome } from '../../../harness/model/outcome.ts';
import type { Executor, Prober } from '../../../harness/runner/executor.ts';
import { DeviceHealth } from '../../../harness/runner/health/device-health.ts';
import { runLoop } from '../../../harness/runner/loop.ts';
import { recorderOf, type Recorder } from '../../../harness/runner/state/recorder.ts';
import type { RunState } from '../../../harness/runner/state/run-state.ts';
import { createSearch } from '../../../harness/search/create.ts';
import type { Answer, Search } from '../../../harness/search/search.ts';
import { Sessions } from '../../../harness/verdicts/fold/sessions.ts';
import { opened } from '../../journal/samples.ts';

const test = suite('runner/state/lived-and-replayed');

const MATRIX = loadMatrix(
  `schema: 1
name: m
probe: conv2d
environments:
  - { kind: interpreter, name: a, python: python3 }
  - { kind: interpreter, name: b, python: python3 }
settings: { default: {}, other: { env: { HSA_X: "1" } } }
axes: { size: [8, 16, 32, 64], channels: [1, 3] }
search: { strategy: map, axis: size }
`,
  'm.yml',
);
const CELLS = [...enumerate(MATRIX).lines()].flatMap(({ cells }) => cells);
const BAD: readonly Outcome[] = [
  { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 5, limit: 'adaptive' },
  { kind: 'hang', phase: 'steady', activity: 'busy', silentSeconds: 60 },
  { kind: 'error', phase: 'first-run', errorClass: 'other', message: 'no file /home/somebody/x' },
  { kind: 'crash', phase: 'first-run', signal: 'SIGSEGV', signature: null },
  { kind: 'unkillable', phase: 'steady', state: 'D' },
  { kind: 'host-lost' },
  { kind: 'cancelled', reason: 'SIGINT' },
  { kind: 'error', phase: 'start', errorClass: 'harness', message: 'lost' },
];
const PASS: Outcome = { kind: 'pass' };

interface Lived {
  readonly state: RunState;
  readonly search: Search;
  readonly answers: readonly Answer[];
}

function newLife(retriedUpTo: number): Lived {
  const search = createSearch(MATRIX, enumerate(MATRIX));
  const { answers, tell } = listening();
  const telling: Search = {
    next: (limit) => search.next(limit),
    tell: (answer) => {
      tell(answer);
      search.tell(answer);
    },
    get progress() {
      return search.progress;
    },
  };
  const state = stateFor(telling, {
    watched: true,
    retriedUpTo,
    variables: ({ environment, setting }) => variablesFor(MATRIX, environment, setting),
    others: [new Wedge({ after: 'hang', probability: 0.5, recovers_after: 2 }, 7)],
  });
  return { state, search: telling, answers };
}

function lastRetry(events: readonly NewEvent[]): number {
  const sessions = new Sessions();
  for (const event of events) sessions.apply(event);
  return sessions.retriedUpTo;
}

/** As JSON, without the times that the file adds: no fold sees those. */
function plain(value: unknown): string {
  return JSON.stringify(
    value,
    (name, inner: unknown) =>
      name === 'at' && typeof inner === 'string'
        ? undefined
        : inner instanceof Map || inner instanceof Set
          ? [...inner]
          : inner,
    1,
  );
}

function assertSame(lived: Lived, replayed: Lived): void {
  assert.is(plain(replayed.answers), plain(lived.answers), 'the search heard the same');
  assert.is(plain(replayed.state.known), plain(lived.state.known), 'every fold knows the same');
}

const outcome = fc.oneof({ weight: 3, arbitrary: fc.constant(PASS) }, fc.constantFrom(...BAD));
/** Few, so that beginnings meet ends. */
const counter = fc.integer({ min: 1, max: 2 });
const boot = fc.constantFrom('boot-1', 'boot-2');
const cell = fc.constantFrom(...CELLS.filter(({ environment }, place) => environment === 'b' || place < 2).slice(0, 4));
const left = fc.array(fc.constantFrom({ pid: 4, startTicks: 1 }, { pid: 5, startTicks: 1 }), { maxLength: 1 });
const probe = fc.constantFrom('canary' as const, 'matmul' as const);
const library = fc.constantFrom('1', '2').map((id) => ({
  name: 'libamdhip64.so',
  file: `/home/somebody/${id}.so`,
  version: null,
  path: `/home/somebody/${id}.so`,
  bytes: 1,
  id: `build-id:${id}`,
}));

function startOf(one: Cell, attempt: string, purpose: 'search' | 'confirm', bootId: string) {
  const { case: parameters } = one;
  return {
    event: 'attempt-started',
    attempt,
    cell: { ...one, case: { ...parameters } },
    isolation: purpose === 'search' ? 'fork' : 'spawn',
    purpose,
    bootId,
  } satisfies NewEvent;
}

const startedAttempt = fc
  .record({ cell, count: counter, purpose: fc.constantFrom('search' as const, 'confirm' as const), boot })
  .map((one) => startOf(one.cell, `${one.cell.id}.${one.count}`, one.purpose, one.boot));
const finishedAttempt = fc
  .record({ cell, count: counter, outcome, left, seconds: fc.double({ min: 0, max: 9, noNaN: true }) })
  .map(({ cell: { id }, count, outcome: ended, left: leftProcesses, seconds }) => {
    const report = emptyReport(ended);
    const more = { seconds, phases: [{ phase: 'first-run', seconds }], cleanup: { ...report.cleanup, leftProcesses } };
    return { event: 'attempt-finished', attempt: `${id}.${count}`, report: { ...report, ...more } } satisfies NewEvent;
  });
const startedProbe = fc
  .record({
    cell,
    probe,
    count: counter,
    boot,
    why: fc.constantFrom('start' as const, 'retry' as const),
    isAfter: fc.boolean(),
  })
  .map(
    ({ cell: { environment, setting }, probe: name, count, boot: bootId, why, isAfter }) =>
      ({
        event: 'health-started',
        check: `${name}.${count}`,
        probe: name,
        why,
        environment,
        setting,
        case: {},
        isolation: 'fork',
        cooledSeconds: 0,
        after: isAfter ? 'a.1' : null,
        bootId,
      }) satisfies NewEvent,
  );
const finishedProbe = fc
  .record({ probe, count: counter, result: fc.constantFrom('healthy', 'sick', 'inconclusive', null), outcome, left })
  .map(
    ({ probe: name, count, result, outcome: ended, left: processes }) =>
      ({
        event: 'health-finished',
        check: `${name}.${count}`,
        result,
        outcome: ended,
        seconds: 1,
        reason: '',
        left: processes,
      }) satisfies NewEvent,
  );
const librariesOf = fc
  .record({ cell, library, after: fc.constantFrom('import', 'attempt'), sameAs: fc.constantFrom('a', null) })
  .map(
    ({ cell: { environment, setting }, library: one, after, sameAs }) =>
      ({ event: 'environment-libraries', environment, setting, after, libraries: [one], sameAs }) satisfies NewEvent,
  );
const resumedRun = fc
  .record({ bootId: boot, retryHostLost: fc.constantFrom(true, undefined) })
  .map((how) => ({ event: 'run-resumed', host: opened.host, ...how }) satisfies NewEvent);
const others = fc.constantFrom<NewEvent>(
  { event: 'process-ended', process: { pid: 4, startTicks: 1 }, attempt: 'a.1', reason: 'gone' },
  { event: 'device-quarantined', reason: 'sick' },
);

/** Any events in any order, ends without beginnings and beginnings without ends among them, and now and then a whole attempt or probe. */
const anyEvents: fc.Arbitrary<readonly NewEvent[]> = fc
  .array(
    fc.oneof(
      fc
        .oneof(startedAttempt, finishedAttempt, startedProbe, finishedProbe, librariesOf, resumedRun, others)
        .map((event) => [event]),
      fc.tuple(startedAttempt, finishedAttempt).map(([start, end]) => [start, { ...end, attempt: start.attempt }]),
      fc.tuple(startedProbe, finishedProbe).map(([start, end]) => [start, { ...end, check: start.check }]),
    ),
    { maxLength: 50 },
  )
  .map((some) => some.flat());

/** `bursts`: so many events are handed to the recorder at once, as attempts at the same time do. */
async function inJournal(path: string, { state }: Lived, events: readonly NewEvent[], bursts: number): Promise<void> {
  const journal = await openJournal(path);
  const recorder = recorderOf(journal, state, redactor([], { user: 'somebody', host: 'box-7' }));
  for (let at = 0; at < events.length; at += bursts)
    await Promise.all(
      events
        .slice(at, at + bursts)
        .map((event, place) => (place % 2 === 0 ? recorder.append(event) : recorder.appendDurably(event))),
    );
  await journal.close();
}

test('whatever is recorded: the file teaches what the recorder taught', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-lived-'));
  let runs = 0;
  try {
    await fc.assert(
      fc.asyncProperty(anyEvents, fc.integer({ min: 1, max: 4 }), async (some, bursts) => {
        const path = join(folder, `${(runs += 1)}.jsonl`);
        const lived = newLife(lastRetry(some));
        await inJournal(path, lived, [opened, ...some], bursts);
        const replayed = newLife(lastRetry(some));
        for await (const event of replay(path)) replayed.state.apply(event);
        assertSame(lived, replayed);
        assert.equal(replayed.search.next(9), lived.search.next(9), 'it asks the same next');
        for (const one of CELLS)
          assert.equal(
            replayed.state.deadlines.limitsFor({ cell: one, purpose: 'search' }),
            lived.state.deadlines.limitsFor({ cell: one, purpose: 'search' }),
          );
      }),
      { seed: 11, numRuns: 80 },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

class Killed extends Error {}

/** One session of a run, up to its `length`th event; returns false when it was killed there. */
async function live(
  { state, search }: Lived,
  journal: NewEvent[],
  script: readonly Outcome[],
  length: number,
): Promise<boolean> {
  let made = 0;
  // Never twice in a row a failure of the harness: three of one question are told without a record.
  const next = (): Outcome => {
    made += 1;
    const wanted = script[made % script.length] ?? PASS;
    return wanted.kind === 'error' && made % 2 === 0 ? PASS : wanted;
  };
  const append = async (event: NewEvent): Promise<void> => void journal.push(event);
  const into = recorderOf({ append, appendDurably: append }, state);
  const record = async (event: NewEvent): Promise<void> => {
    await into.append(event);
    if (journal.length >= length) throw new Killed();
  };
  const recorder: Recorder = { append: record, appendDurably: record };
  const executor: Executor & Prober = {
    place: async () => ({ kind: 'ready', attempt: async () => emptyReport(next()) }),
    healthPlace: async () => ({ kind: 'ready', probe: async () => emptyReport(next()) }),
    close: async () => {},
  };
  const device = { kind: 'cpu', name: 'CPU', target: null, pciAddress: null, simulation: null } as const;
  const bootId = state.sessions.bootId;
  const common = { recorder, observer: () => {}, bootId, device };
  const health = new DeviceHealth({
    ...common,
    health: MATRIX.health,
    controls: ['matmul'],
    environments: ['a', 'b'],
    prober: executor,
    ids: state.ids,
    memory: state.health,
    known: state.answers.knownPasses,
    warmUp: () => null,
    passes: () => state.answers.passes,
    sleep: async () => {},
  });
  try {
    await runLoop({
      ...common,
      search,
      answers: state.answers,
      executor,
      health,
      limitsFor: (question) => state.deadlines.limitsFor(question),
      slots: 1,
      newAttemptId: ({ id }) => state.ids.next(id),
      signal: new AbortController().signal,
    });
    return true;
  } catch (error) {
    if (error instanceof Killed) return false;
    throw error;
  }
}

test('a run that is killed again and again knows at each resume what it knew when it was killed', async () => {
  const scripts = fc.array(
    fc.oneof({ weight: 4, arbitrary: fc.constant(PASS) }, fc.constantFrom(...BAD.slice(0, 4), ...BAD.slice(7))),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  const sessions = fc.array(fc.record({ events: fc.integer({ min: 1, max: 25 }), boot, retry: fc.boolean() }), {
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(scripts, sessions, async (script, kills) => {
      const journal: NewEvent[] = [opened];
      let life = newLife(-1);
      life.state.apply(opened);
      for (const { events, boot: bootId, retry } of kills) {
        if (await live(life, journal, script, journal.length + events)) return;
        const known = lastRetry(journal);
        const again = newLife(known);
        for (const event of structuredClone(journal)) again.state.apply(event);
        if (known === -1) assertSame(life, again);
        // As a resume does it.
        life = newLife(retry ? again.state.sessions.resumed : known);
        for (const event of journal) life.state.apply(event);
        const resumed = { event: 'run-resumed', bootId, host: opened.host } as const;
        for (const event of [
          ...life.state.open.endings(bootId),
          retry ? { ...resumed, retryHostLost: true } : resumed,
        ]) {
          journal.push(event);
          life.state.apply(event);
        }
      }
    }),
    { seed: 12, numRuns: 60 },
  );
});

test.run();
