import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AttemptReport } from '../../../harness/model/attempt/attempt.ts';
import { emptyReport } from '../../../harness/model/attempt/empty-report.ts';
import type { LoweredLimits, NewEvent } from '../../../harness/model/events.ts';
import type { Case, Cell } from '../../../harness/model/cell.ts';
import { Watchdog } from '../../../harness/matrix/file/schema.ts';
import { AdaptiveDeadlines } from '../../../harness/runner/state/adaptive-deadlines.ts';
import { feed } from './feed.ts';
import { scaleWatchdog } from '../../../harness/runner/scaled-deadlines.ts';
import type { Outcome } from '../../../harness/model/outcome.ts';
import { PHASES } from '../../../harness/model/attempt/phase.ts';

const test = suite('adaptive deadlines');

/** first-run 60 s, multiple 20, at least 5 s, after 5 passes. */
const WATCHDOG = Watchdog.parse({});
const SUSPECTED: Outcome = { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 5, limit: 'adaptive' };
const HANG: Outcome = { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 60 };
const PASS: Outcome = { kind: 'pass' };

interface Tried {
  readonly case?: Case;
  readonly environment?: string;
  readonly outcome?: Outcome;
  readonly purpose?: 'search' | 'confirm';
  /** Of the first run. */
  readonly seconds?: number;
  readonly flops?: number | null;
}

function cellOf({ case: parameters = { size: 8 }, environment = '5.2' }: Tried): Cell {
  return {
    id: `${environment} ${JSON.stringify(parameters)}`,
    environment,
    setting: 'default',
    case: parameters,
    line: 'line',
    position: 0,
  };
}

let count = 0;

/** The two events of one attempt; the limits that it was given are not among them. */
function tried(what: Tried): readonly NewEvent[] {
  const { outcome = PASS, purpose = 'search', seconds = 0.3, flops = null } = what;
  const attempt = `a${(count += 1)}`;
  const report: AttemptReport = {
    ...emptyReport(outcome),
    phases: [
      { phase: 'start', seconds: 0.01 },
      { phase: 'device', seconds: 0.2 },
      { phase: 'first-run', seconds },
    ],
    timing: flops === null ? null : { firstRun: seconds, runs: [], flops, bytes: null },
  };
  const cell = cellOf(what);
  return [
    {
      event: 'attempt-started',
      attempt,
      cell: { ...cell, case: { ...cell.case } },
      isolation: 'fork',
      purpose,
      bootId: 'boot',
    },
    { event: 'attempt-finished', attempt, report },
  ];
}

function after(all: readonly Tried[], watchdog: Watchdog = WATCHDOG): AdaptiveDeadlines {
  const deadlines = new AdaptiveDeadlines(watchdog);
  feed(deadlines, all.flatMap(tried));
  return deadlines;
}

function limits(deadlines: AdaptiveDeadlines, what: Tried = {}): LoweredLimits | null {
  return deadlines.limitsFor({ cell: cellOf(what), purpose: what.purpose ?? 'search' });
}

function firstRun(given: LoweredLimits | null): number {
  return given?.limits.find(({ phase }) => phase === 'first-run')?.seconds ?? WATCHDOG.deadlines['first-run'];
}

const five = (what: Tried = {}): Tried[] => Array.from({ length: 5 }, () => what);

test('limits are lowered after enough passes of the same environment and setting, never for a confirmation', () => {
  assert.is(limits(after(five().slice(3))), null);
  assert.equal(limits(after(five())), { multiple: 20, limits: [{ phase: 'first-run', seconds: 6, full: 60 }] });
  assert.is(limits(after(five()), { environment: '5.3' }), null);
  assert.is(limits(after(five()), { purpose: 'confirm' }), null);
  assert.is(limits(after(five({ outcome: HANG }))), null, 'a hang is no pass');
  assert.is(limits(after(five(), Watchdog.parse({ adaptive: false }))), null);
});

test('starting and opening the device keep their limits', () => {
  const given = limits(after(five({ seconds: 0.001 })));
  assert.equal(
    given?.limits.map(({ phase }) => phase),
    ['first-run'],
  );
  assert.is(firstRun(given), 5, 'never below at_least');
});

test('more work gets more time: by what probes told, else by the numbers of the case', () => {
  const known = [
    ...five({ case: { size: 8 }, flops: 1000 }),
    { environment: 'other', case: { size: 16 }, flops: 3000, seconds: 1 },
  ];
  assert.is(firstRun(limits(after(known), { case: { size: 16 } })), 18, 'three times the operations');
  assert.is(firstRun(limits(after(five({ case: { size: 8 } })), { case: { size: 16 } })), 24, 'the square of the size');
  assert.is(
    limits(after(five({ case: { size: 8 } })), { case: { size: 256 } }),
    null,
    'nothing is lowered where the estimate is above the limit',
  );
  assert.is(
    firstRun(
      limits(after([...five({ case: { size: 8 } }), { case: { size: 200 }, seconds: 0.4 }]), { case: { size: 256 } }),
    ),
    13.108,
    'the nearest pass tells most',
  );
});

test('a refuted suspicion doubles the multiple of its environment, a confirmed one does not', () => {
  const suspected = { case: { size: 9 }, outcome: SUSPECTED } as const;
  const confirm = { case: { size: 9 }, purpose: 'confirm' } as const;
  assert.is(limits(after([...five(), suspected]))?.multiple, 20);
  assert.is(limits(after([...five(), suspected, { ...confirm, outcome: HANG }]))?.multiple, 20);
  assert.is(limits(after([...five(), suspected, { ...confirm, outcome: PASS }]))?.multiple, 40);
  assert.is(limits(after([...five(), suspected, confirm, confirm]))?.multiple, 40, 'once for each suspicion');
  assert.is(limits(after([...five(), confirm]))?.multiple, 20, 'a confirmation of another kind of doubt');
  const elsewhere = [...five(), ...five({ environment: '5.3' }), suspected, confirm];
  assert.is(limits(after(elsewhere), { environment: '5.3' })?.multiple, 20);
  const cut: Tried = { ...confirm, outcome: { kind: 'cancelled', reason: 'SIGINT' } };
  assert.is(limits(after([...five(), suspected, cut]))?.multiple, 20, 'a cancelled confirmation says nothing');
});

test('the limits of a simulated card are scaled with it, not below what a busy machine needs', () => {
  const scaled = scaleWatchdog(WATCHDOG, 0.0125);
  assert.is(scaled.deadlines['first-run'], 0.75);
  assert.equal(limits(after(five({ seconds: 0.003 }), scaled))?.limits, [
    { phase: 'first-run', seconds: 0.4, full: 0.75 },
  ]);
});

const anyTried = fc.record({
  case: fc.record({ size: fc.integer({ min: 1, max: 300 }), channels: fc.integer({ min: 1, max: 128 }) }),
  outcome: fc.constantFrom<Outcome>(PASS, PASS, PASS, SUSPECTED, HANG),
  purpose: fc.constantFrom('search' as const, 'confirm' as const),
  seconds: fc.double({ min: 0, max: 3, noNaN: true }),
  flops: fc.constantFrom(null, 100, 20_000),
});
const history = fc.array(anyTried, { maxLength: 25 });

test('never below at_least nor the longest pass times the multiple, never above the full limit, and more with a larger case', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 50 }), (all, size, more) => {
      const untold = all.map((one) => ({ ...one, flops: null }));
      const deadlines = after(untold);
      const longest = Math.max(
        0,
        ...untold.filter(({ outcome }) => outcome.kind === 'pass').map(({ seconds }) => seconds),
      );
      const small = limits(deadlines, { case: { size, channels: 8 } });
      const large = limits(deadlines, { case: { size: size + more, channels: 8 } });
      assert.ok(firstRun(large) >= firstRun(small));
      for (const { phase, seconds, full } of [...(small?.limits ?? []), ...(large?.limits ?? [])]) {
        assert.ok(seconds >= 5 && seconds < full && seconds >= longest * 20);
        assert.is(full, WATCHDOG.deadlines[phase]);
        assert.ok(PHASES.indexOf(phase) >= PHASES.indexOf('allocate'));
      }
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('they follow from the journal: told in two parts, or asked in between, they are the same', () => {
  fc.assert(
    fc.property(history, fc.nat(), (all, cut) => {
      const events = all.flatMap(tried);
      const lived = new AdaptiveDeadlines(WATCHDOG);
      let size = 0;
      feed(lived, events, () => void limits(lived, { case: { size: (size += 1) } }));
      const resumed = new AdaptiveDeadlines(WATCHDOG);
      const place = cut % (events.length + 1);
      feed(resumed, [...structuredClone(events.slice(0, place)), ...events.slice(place)]);
      for (const of of [1, 8, 100])
        assert.equal(
          limits(resumed, { case: { size: of, channels: 8 } }),
          limits(lived, { case: { size: of, channels: 8 } }),
        );
    }),
    { seed: 4, numRuns: 100 },
  );
});

test.run();
