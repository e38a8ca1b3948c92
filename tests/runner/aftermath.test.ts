import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NoVerdictError } from '../../harness/model/errors.ts';
import { emptyReport } from '../../harness/model/empty-report.ts';
import type { JournalEvent } from '../../harness/model/events.ts';
import {
  Aftermath,
  closingProbe,
  endedBy,
  refuseLingering,
  refuseRebootLoop,
  STEADY_AFTER,
} from '../../harness/runner/aftermath.ts';
import type { Outcome } from '../../harness/model/outcome.ts';

const test = suite('runner/aftermath');

const at = '2026-11-22T00:00:00.000Z';
const cell = (name: string) => ({ id: name, environment: 'e', setting: 'default', case: {}, line: 'l', position: 0 });
const started = (name: string, bootId = 'boot-1'): JournalEvent => ({
  event: 'attempt-started',
  at,
  attempt: `${name}.1`,
  cell: cell(name),
  isolation: 'fork',
  purpose: 'search',
  bootId,
});
const finished = (
  name: string,
  outcome: Outcome = { kind: 'pass' },
  left: readonly { pid: number; startTicks: number }[] = [],
): JournalEvent => ({
  event: 'attempt-finished',
  at,
  attempt: `${name}.1`,
  report: {
    ...emptyReport(outcome),
    cleanup: { signals: [], reapSeconds: null, swept: 0, left: left.map(({ pid }) => pid), leftProcesses: [...left] },
  },
});
const probe = (check: string, bootId: string): JournalEvent => ({
  event: 'health-started',
  at,
  check,
  probe: 'canary',
  why: 'start',
  environment: 'e',
  setting: 'default',
  case: {},
  isolation: 'fork',
  cooledSeconds: 0,
  after: null,
  bootId,
});
const resumed = (retryHostLost?: true): JournalEvent => ({
  event: 'run-resumed',
  at,
  bootId: 'boot-2',
  host: { kernel: '', cpu: '', memoryMib: 1, node: '', ambient: {} },
  ...(retryHostLost === undefined ? {} : { retryHostLost }),
});
const passes = (count: number): JournalEvent[] =>
  Array.from({ length: count }, (_, index) => [started(`p${index}`), finished(`p${index}`)]).flat();

function after(...events: readonly JournalEvent[]): Aftermath {
  const aftermath = new Aftermath();
  for (const event of events) aftermath.see(event);
  return aftermath;
}

test('the machine went down twice with little between: a loop, named in order', () => {
  const loop = after(started('a'), finished('a', { kind: 'host-lost' }), ...passes(STEADY_AFTER - 1), started('b'));
  assert.equal(loop.lossesUnder('boot-2'), ['a', 'b']);
  assert.equal(loop.lossesUnder('boot-1'), ['a'], 'what this boot left open was merely interrupted');
  try {
    refuseRebootLoop(loop.lossesUnder('boot-2'), false);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, NoVerdictError);
    assert.match(String(error), /down 2 times .* during a, then b/);
  }
  refuseRebootLoop(loop.lossesUnder('boot-2'), true);
});

test('enough finished attempts between, or one loss: no loop', () => {
  const steady = after(started('a'), finished('a', { kind: 'host-lost' }), ...passes(STEADY_AFTER), started('b'));
  assert.equal(steady.lossesUnder('boot-2'), ['b']);
  refuseRebootLoop(steady.lossesUnder('boot-2'), false);
});

test('a health probe that took the machine down counts as well', () => {
  const loop = after(started('a'), finished('a', { kind: 'host-lost' }), probe('canary.4', 'boot-1'));
  assert.equal(loop.lossesUnder('boot-2'), ['a', 'the health probe canary.4 in e']);
  const [open] = loop.openProbes();
  if (open === undefined) return assert.unreachable();
  assert.equal([closingProbe(open, 'boot-2').outcome.kind, closingProbe(open, 'boot-2').result], ['host-lost', 'sick']);
  assert.equal([closingProbe(open, 'boot-1').outcome.kind, closingProbe(open, 'boot-1').result], ['cancelled', null]);
});

test('which resumption was to try again', () => {
  assert.is(after(resumed(), resumed()).retriedUpTo, -1);
  assert.is(after(resumed(), resumed(true), resumed()).retriedUpTo, 1);
  assert.is(after(resumed(), resumed(true), resumed()).next, 3);
});

const LEFT = { pid: 42, startTicks: 7 };

test('processes that could not be killed, until the journal says that they have ended', () => {
  const events = [started('a'), finished('a', { kind: 'unkillable', phase: 'steady', state: 'D' }, [LEFT])];
  assert.equal(after(...events).left, [{ process: LEFT, attempt: 'a.1', bootId: 'boot-1' }]);
  assert.equal(
    after(...events, { event: 'process-ended', at, process: LEFT, attempt: 'a.1', reason: 'gone' }).left,
    [],
  );
});

test('one that is still there stops a resume; one that is gone is told', () => {
  const { left } = after(started('a'), finished('a', { kind: 'unkillable', phase: 'steady', state: 'D' }, [LEFT]));
  assert.throws(
    () => refuseLingering(left, () => ({ state: 'D', waitChannel: 'amdgpu_fence_wait' })),
    /pid 42, which a\.1 left behind, is still there \(state D, waiting in amdgpu_fence_wait\)/,
  );
  refuseLingering(left, () => null);
  assert.equal(
    endedBy(left, () => null, 'gone'),
    [{ event: 'process-ended', process: LEFT, attempt: 'a.1', reason: 'gone' }],
  );
  assert.equal(
    endedBy(left, () => ({ state: 'D' }), 'gone'),
    [],
  );
});

test.run();
