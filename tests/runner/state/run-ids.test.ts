import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { opened, finished, started } from '../../journal/samples.ts';
import { RunIds } from '../../../harness/runner/state/run-ids.ts';

const test = suite('runner/state/run-ids');

test('ids count up for each cell and probe', () => {
  const ids = new RunIds();
  assert.equal([ids.next('a'), ids.next('a'), ids.next('canary')], ['a.1', 'a.2', 'canary.1']);
});

test('they go on after a replay, and none is given twice where lines are missing', () => {
  const ids = new RunIds();
  for (const event of [opened, started('a.b.2'), started('a.b.3'), started('a.1'), finished('a.b.2')]) ids.apply(event);
  assert.equal([ids.next('a.b'), ids.next('a.b'), ids.next('a'), ids.next('b')], ['a.b.4', 'a.b.5', 'a.2', 'b.1']);
});

test('one that was given and is recorded later counts once', () => {
  const ids = new RunIds();
  const [first, second] = [ids.next('a'), ids.next('a')];
  for (const id of [first, second]) ids.apply(started(id));
  assert.is(ids.next('a'), 'a.3');
});

test.run();
