import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { finished, opened, resumed, stamped, started } from '../../journal/samples.ts';
import type { NewEvent } from '../../../harness/model/events.ts';
import { OpenWork } from '../../../harness/verdicts/fold/open-work.ts';

const test = suite('verdicts/fold/open-work');

function openAfter(...events: readonly NewEvent[]): OpenWork {
  const open = new OpenWork();
  for (const event of [opened, ...events].map(stamped)) open.apply(event);
  return open;
}

const become = (boot: string, ...events: NewEvent[]): [string, string][] =>
  openAfter(...events)
    .endings(boot)
    .flatMap((end) => (end.event === 'attempt-finished' ? [[end.attempt, end.report.outcome.kind]] : []));

test('finished attempts are not open', () => {
  assert.equal(become('boot-1', started('c.1'), finished('c.1')), []);
});

test('an attempt of this boot was interrupted; one of another boot lost its host', () => {
  assert.equal(become('boot-1', started('c.1')), [['c.1', 'cancelled']]);
  assert.equal(become('boot-2', started('c.1')), [['c.1', 'host-lost']]);
});

test('several are told in the order in which they were started', () => {
  assert.equal(become('boot-2', started('b.1'), started('a.1'), started('c.1'), finished('a.1')), [
    ['b.1', 'host-lost'],
    ['c.1', 'host-lost'],
  ]);
});

test('a run resumed under the same boot proves that the host outlived the attempt', () => {
  assert.equal(become('boot-2', started('c.1'), resumed('boot-1'), started('d.1')), [
    ['c.1', 'cancelled'],
    ['d.1', 'host-lost'],
  ]);
  assert.equal(become('boot-3', started('c.1'), resumed('boot-2')), [['c.1', 'host-lost']]);
});

test('what closes is what a journal takes, and closes', () => {
  for (const boot of ['boot-1', 'boot-2']) {
    const before = [opened, started('c.1')];
    const ends = openAfter(started('c.1')).endings(boot);
    assert.equal(ends.map(stamped).length, 1);
    assert.equal(openAfter(...before, ...ends).endings(boot), []);
  }
});

test('an end comes with its beginning, once', () => {
  const open = openAfter(started('c.1'), started('c.2'));
  assert.equal(open.apply(finished('c.1')), stamped(started('c.1')));
  assert.is(open.apply(finished('c.1')), null);
  assert.is(open.apply(started('c.3')), null);
});

test('a health probe is closed like an attempt, after all of those', () => {
  const probe = {
    event: 'health-started',
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
  } satisfies NewEvent;
  const ends = (boot: string): readonly unknown[] =>
    openAfter(probe, started('c.1'))
      .endings(boot)
      .map((end) => (end.event === 'health-finished' ? [end.check, end.result, end.outcome.kind] : end.attempt));
  assert.equal(ends('boot-2'), ['c.1', ['canary.1', 'sick', 'host-lost']]);
  assert.equal(ends('boot-1'), ['c.1', ['canary.1', null, 'cancelled']]);
});

test.run();
