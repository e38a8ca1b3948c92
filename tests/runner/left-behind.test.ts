import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NoVerdictError } from '../../harness/model/errors.ts';
import { emptyReport } from '../../harness/model/attempt/empty-report.ts';
import type { NewEvent } from '../../harness/model/events.ts';
import type { Outcome } from '../../harness/model/outcome.ts';
import { endedBy, refuseLingering, refuseRebootLoop } from '../../harness/runner/left-behind.ts';
import { STEADY_AFTER } from '../../harness/runner/state/machine-losses.ts';
import type { RunState } from '../../harness/runner/state/run-state.ts';
import { listening, stateFor } from './recorded.ts';

const test = suite('runner/left-behind');

const cell = (name: string) => ({ id: name, environment: 'e', setting: 'default', case: {}, line: 'l', position: 0 });
const started = (name: string, bootId = 'boot-1'): NewEvent => ({
  event: 'attempt-started',
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
): NewEvent => ({
  event: 'attempt-finished',
  attempt: `${name}.1`,
  report: {
    ...emptyReport(outcome),
    cleanup: { signals: [], reapSeconds: null, swept: 0, left: left.map(({ pid }) => pid), leftProcesses: [...left] },
  },
});
const probe = (check: string, bootId: string): NewEvent => ({
  event: 'health-started',
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
const passes = (count: number): NewEvent[] =>
  Array.from({ length: count }, (_, index) => [started(`p${index}`), finished(`p${index}`)]).flat();

const host = { kernel: '', cpu: '', memoryMib: 1, node: '', ambient: {} };
const resumed: NewEvent = { event: 'run-resumed', bootId: 'boot-1', host };

function after(...events: readonly NewEvent[]): RunState {
  const state = stateFor(listening());
  for (const event of [resumed, ...events]) state.apply(event);
  return state;
}

/** As a resume under this boot closes what it finds open. */
function lossesUnder(bootId: string, state: RunState): readonly string[] {
  for (const ending of state.open.endings(bootId)) state.apply(ending);
  return state.losses.inARow;
}

test('the machine went down twice with little between: a loop, named in order', () => {
  const events = [started('a'), finished('a', { kind: 'host-lost' }), ...passes(STEADY_AFTER - 1), started('b')];
  const losses = lossesUnder('boot-2', after(...events));
  assert.equal(losses, ['a', 'b']);
  assert.equal(lossesUnder('boot-1', after(...events)), ['a'], 'what this boot left open was merely interrupted');
  try {
    refuseRebootLoop(losses, false);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, NoVerdictError);
    assert.match(String(error), /down 2 times .* during a, then b/);
  }
  refuseRebootLoop(losses, true);
});

test('enough finished attempts between, or one loss: no loop', () => {
  const steady = after(started('a'), finished('a', { kind: 'host-lost' }), ...passes(STEADY_AFTER), started('b'));
  const losses = lossesUnder('boot-2', steady);
  assert.equal(losses, ['b']);
  refuseRebootLoop(losses, false);
});

test('a health probe that took the machine down counts as well', () => {
  const loop = after(started('a'), finished('a', { kind: 'host-lost' }), probe('canary.4', 'boot-1'));
  assert.equal(lossesUnder('boot-2', loop), ['a', 'the health probe canary.4 in e']);
});

const LEFT = { pid: 42, startTicks: 7 };

test('processes that could not be killed, until the journal says that they have ended', () => {
  const events = [started('a'), finished('a', { kind: 'unkillable', phase: 'steady', state: 'D' }, [LEFT])];
  assert.equal(after(...events).left.still, [{ process: LEFT, attempt: 'a.1', bootId: 'boot-1', ended: null }]);
  assert.equal(
    after(...events, { event: 'process-ended', process: LEFT, attempt: 'a.1', reason: 'gone' }).left.still,
    [],
  );
});

test('one that is still there stops a resume; one that is gone is told', () => {
  const left = after(started('a'), finished('a', { kind: 'unkillable', phase: 'steady', state: 'D' }, [LEFT])).left
    .still;
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
