/** Events for the journal's tests: one plain run, and any event at all for fast-check. */
import * as fc from 'fast-check';
import type { AttemptReport } from '../../harness/model/attempt/attempt.ts';
import { JournalEvent, type NewEvent } from '../../harness/model/events.ts';
import { PHASES } from '../../harness/model/attempt/phase.ts';

const HOST = { kernel: '6.1.0', cpu: 'a cpu', memoryMib: 16_000, node: 'v22.0.0', ambient: {} };

export const opened = {
  event: 'run-opened',
  schema: 1,
  run: 'sample-20260102-030405',
  tool: '0.1.0',
  matrix: 'sample',
  matrixHash: 'ab'.repeat(32),
  bootId: 'boot-1',
  device: {
    kind: 'simulated',
    name: 'a card',
    target: 'gfx1010',
    pciAddress: null,
    simulation: { model: 'm', timeScale: 0.02 },
  },
  host: HOST,
  seed: 7,
} satisfies NewEvent;

export const resumed = (bootId: string): NewEvent => ({ event: 'run-resumed', bootId, host: HOST });

export const report: AttemptReport = {
  outcome: { kind: 'pass' },
  seconds: 0.25,
  phases: [{ phase: 'first-run', seconds: 0.2 }],
  timing: { firstRun: 0.2, runs: [0.1, 0.1], flops: null, bytes: 4096 },
  check: { matches: true, maxError: 0, tolerance: 0.001 },
  cpuSeconds: 0.2,
  maxRssKib: 20_000,
  evidence: null,
  cleanup: { signals: [], reapSeconds: null, swept: 0, left: [] },
};

export const started = (attempt: string, bootId = 'boot-1'): NewEvent => ({
  event: 'attempt-started',
  attempt,
  cell: {
    id: attempt.slice(0, attempt.lastIndexOf('.')),
    environment: 'e',
    setting: 'default',
    case: { size: 8 },
    line: 'l',
    position: 0,
  },
  isolation: 'fork',
  purpose: 'search',
  bootId,
});

export const finished = (attempt: string): NewEvent => ({ event: 'attempt-finished', attempt, report });

export const stamped = (event: NewEvent): JournalEvent =>
  JournalEvent.parse({ ...event, at: '2026-01-02T03:04:05.000Z' });

const text = fc.string({ unit: 'binary', maxLength: 12 });
const amount = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const whole = fc.integer({ min: 0, max: 1_000_000 });
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of);
const phase = fc.constantFrom(...PHASES);
const names = fc.dictionary(fc.constantFrom('a', 'b', 'size', 'HSA_X', 'Ü'), text, { noNullPrototype: true });

const outcome: fc.Arbitrary<AttemptReport['outcome']> = fc.oneof(
  fc.constant({ kind: 'pass' as const }),
  fc.record({ kind: fc.constant('wrong-result' as const), maxError: maybe(amount), tolerance: amount }),
  fc.record({
    kind: fc.constant('hang' as const),
    phase,
    activity: fc.constantFrom('busy' as const, 'idle' as const, 'compiling' as const),
    silentSeconds: amount,
  }),
  fc.record({ kind: fc.constant('crash' as const), phase, signal: fc.constant('SIGSEGV'), signature: maybe(text) }),
  fc.record({ kind: fc.constant('cancelled' as const), reason: text }),
);

const anyReport: fc.Arbitrary<AttemptReport> = fc.record({
  outcome,
  seconds: amount,
  phases: fc.array(fc.record({ phase: text, seconds: amount }), { maxLength: 3 }),
  timing: maybe(
    fc.record({
      firstRun: maybe(amount),
      runs: fc.array(amount, { maxLength: 3 }),
      flops: maybe(amount),
      bytes: maybe(amount),
    }),
  ),
  check: maybe(fc.record({ matches: fc.boolean(), maxError: maybe(amount), tolerance: amount })),
  cpuSeconds: maybe(amount),
  maxRssKib: maybe(amount),
  evidence: maybe(
    fc.record({
      processes: fc.array(
        fc.record({
          pid: whole,
          command: text,
          state: text,
          waitChannel: maybe(text),
          threads: whole,
          cpuSeconds: maybe(amount),
        }),
        { maxLength: 2 },
      ),
      pythonStacks: text,
      stderrTail: text,
      signatures: fc.array(text, { maxLength: 2 }),
    }),
  ),
  cleanup: fc.record({
    signals: fc.array(fc.constantFrom('SIGTERM' as const, 'SIGKILL' as const), { maxLength: 2 }),
    reapSeconds: maybe(amount),
    swept: whole,
    left: fc.array(whole, { maxLength: 2 }),
  }),
});

const later: fc.Arbitrary<NewEvent> = fc.oneof(
  fc.record({ event: fc.constant('run-resumed' as const), bootId: text, host: fc.constant(HOST) }),
  fc.record({
    event: fc.constant('environment-ready' as const),
    environment: text,
    versions: fc.record({
      python: text,
      executable: text,
      torch: maybe(text),
      hip: maybe(text),
      cuda: maybe(text),
      dnn: maybe(text),
      archList: fc.array(text, { maxLength: 2 }),
      more: names,
    }),
  }),
  fc.record({
    event: fc.constant('attempt-started' as const),
    attempt: text,
    cell: fc.record({
      id: text,
      environment: text,
      setting: text,
      case: fc.dictionary(fc.constantFrom('size', 'dtype', 'bias'), fc.oneof(text, amount, fc.boolean()), {
        noNullPrototype: true,
      }),
      line: text,
      position: whole,
    }),
    isolation: fc.constantFrom('fork' as const, 'spawn' as const),
    purpose: fc.constantFrom('search' as const, 'confirm' as const),
    bootId: text,
  }),
  fc.record({ event: fc.constant('attempt-finished' as const), attempt: text, report: anyReport }),
  fc.record({ event: fc.constant('device-quarantined' as const), reason: text }),
  fc.record({ event: fc.constant('run-interrupted' as const), reason: text }),
  fc.record({
    event: fc.constant('environment-unavailable' as const),
    environment: text,
    setting: maybe(text),
    reason: text,
  }),
  fc.constant({ event: 'run-finished' as const }),
);

/** A journal's worth of events: run-opened, then anything. */
export const anyEvents: fc.Arbitrary<NewEvent[]> = fc
  .array(later, { maxLength: 12 })
  .map((events) => [opened, ...events]);
