import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { finished, opened, resumed, stamped, started } from './samples.ts';
import { EventOrder } from '../../harness/journal/order.ts';
import type { NewEvent } from '../../harness/model/events.ts';

const test = suite('journal/order');

/** The first objection to these events; only cells of the letter c are known. */
function objection(...events: readonly NewEvent[]): string | null {
  const order = new EventOrder(({ cell }) => cell.id.startsWith('c'));
  return events.map((event) => order.see(stamped(event))).find((problem) => problem !== null) ?? null;
}

const check = (event: 'health-started' | 'health-finished'): NewEvent =>
  event === 'health-started'
    ? {
        event,
        check: 'canary.1',
        probe: 'canary',
        why: 'start',
        environment: 'e',
        setting: 'default',
        case: {},
        isolation: 'fork',
        cooledSeconds: 0,
        after: null,
        bootId: 'boot-1',
      }
    : {
        event,
        check: 'canary.1',
        result: 'healthy',
        outcome: { kind: 'pass' },
        seconds: 1,
        reason: '',
        left: [],
      };

test('a run, its end and its going on are in order', () => {
  assert.is(
    objection(
      opened,
      check('health-started'),
      check('health-finished'),
      started('c.1'),
      started('c.2'),
      finished('c.2'),
      finished('c.1'),
      { event: 'run-interrupted', reason: 'SIGINT' },
      resumed('boot-1'),
      started('c.3'),
      finished('c.3'),
      { event: 'run-finished' },
    ),
    null,
  );
});

test('an attempt left open by a crash is closed when the run is resumed', () => {
  assert.is(objection(opened, started('c.1'), finished('c.1'), resumed('boot-2'), started('c.2')), null);
});

for (const [what, events, said] of [
  ['a second end', [opened, started('c.1'), finished('c.1'), finished('c.1')], 'attempt c.1 ends a second time'],
  ['an end without a start', [opened, finished('c.1')], 'attempt c.1 ends and was never begun'],
  ['a second start', [opened, started('c.1'), started('c.1')], 'attempt c.1 begins a second time'],
  ['a start of an unknown cell', [opened, started('x.1')], 'attempt x.1 is of a cell that the matrix does not have'],
  [
    'a start after the end',
    [opened, { event: 'run-finished' }, started('c.1')],
    'attempt c.1 begins after the run had ended',
  ],
  ['a second opening', [opened, opened], 'the run is opened a second time'],
  [
    'a second end of a health probe',
    [opened, check('health-started'), check('health-finished'), check('health-finished')],
    'health probe canary.1 ends a second time',
  ],
] satisfies readonly (readonly [string, readonly NewEvent[], string])[]) {
  test(`${what} is refused`, () => {
    assert.is(objection(...events), said);
  });
}

test.run();
