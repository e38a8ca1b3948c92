import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Wedge } from '../../../harness/makers/simulated/wedge.ts';
import { probeFateOf } from '../../../harness/makers/simulated/fate-of.ts';
import { parseModel } from '../../../harness/makers/simulated/parse-model.ts';
import { emptyReport } from '../../../harness/model/attempt/empty-report.ts';
import type { NewEvent } from '../../../harness/model/events.ts';

const test = suite('makers/simulated/wedge');

const hang = (attempt: string): NewEvent => ({
  event: 'attempt-finished',
  attempt,
  report: emptyReport({ kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 1 }),
});
const canary = (why: 'retry' | 'bad-outcome'): NewEvent => ({
  event: 'health-started',
  check: 'canary.1',
  probe: 'canary',
  why,
  environment: 'e',
  setting: 'default',
  case: {},
  isolation: 'spawn',
  cooledSeconds: 0,
  after: null,
  bootId: 'boot',
});
const quarantined: NewEvent = { event: 'device-quarantined', reason: 'sick' };
const resumed: NewEvent = {
  event: 'run-resumed',
  bootId: 'boot',
  host: { kernel: '', cpu: '', memoryMib: 1, node: '', ambient: {} },
};

function after(events: readonly NewEvent[], recovers: number | 'never', probability = 1): boolean {
  const wedge = new Wedge({ after: 'hang', probability, recovers_after: recovers }, 7);
  for (const event of events) wedge.apply(event);
  return wedge.sick;
}

test('a hang wedges the card until it has cooled down as often as the model says', () => {
  assert.is(after([], 2), false);
  assert.is(after([hang('a.1')], 2), true);
  assert.is(after([hang('a.1'), canary('bad-outcome')], 2), true, 'asking is no cool-down');
  assert.is(after([hang('a.1'), canary('retry')], 2), true);
  assert.is(after([hang('a.1'), canary('retry'), canary('retry')], 2), false);
});

test('never: only the resume after a quarantine repairs it', () => {
  const cooled = Array.from({ length: 9 }, () => canary('retry'));
  assert.is(after([hang('a.1'), ...cooled], 'never'), true);
  assert.is(after([hang('a.1'), resumed], 'never'), true, 'a harness that was stopped repairs nothing');
  assert.is(after([hang('a.1'), quarantined, resumed], 'never'), false);
});

test('the draw depends on seed and attempt alone, and is as frequent as the model says', () => {
  const wedged = Array.from({ length: 2000 }, (_, number) => after([hang(`cell.${number}`)], 1, 0.3));
  assert.equal(
    wedged,
    Array.from({ length: 2000 }, (_, number) => after([hang(`cell.${number}`)], 1, 0.3)),
  );
  const share = wedged.filter(Boolean).length / 2000;
  assert.ok(share > 0.25 && share < 0.35, String(share));
  assert.is(after([hang('a.1')], 2, 0), false);
});

test('a card without a wedge is never sick', () => {
  const wedge = new Wedge(undefined, 7);
  wedge.apply(hang('a.1'));
  assert.is(wedge.sick, false);
});

const MODEL = `schema: 1
name: m
description: a test's own
device: { name: card, target: gfx1010 }
time_scale: 0.01
rules:
  - when: { size: { gt: 1 } }
    fate: { kind: hang }
  - when: { control: matmul, setting: default }
    fate: { kind: no-binary }
default: { kind: hang }
`;

test('health probes pass unless a rule names them', () => {
  const model = parseModel(MODEL, 'm.yml');
  const subject = { size: 64, setting: 'default', environment: 'e', torch: null, rocm: null };
  assert.is(probeFateOf(model, { ...subject, control: 'canary' }, 0).kind, 'pass');
  assert.is(probeFateOf(model, { ...subject, control: 'matmul' }, 0).kind, 'no-binary');
  assert.is(probeFateOf(model, { ...subject, control: 'matmul', setting: 'other' }, 0).kind, 'pass');
});

test.run();
