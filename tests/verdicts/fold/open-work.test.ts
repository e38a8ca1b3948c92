import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { finished, opened, resumed, stamped, started } from '../../journal/samples.ts';
import { AttemptIds } from '../../../harness/runner/state/run-ids.ts';
import { JournalEvent, type NewEvent } from '../../../harness/model/events.ts';
import { closing, openAttempts } from '../../../harness/verdicts/fold/open-work.ts';

const test = suite('open attempts');
const become = (boot: string, ...events: NewEvent[]): [string, string][] =>
  openAttempts([opened, ...events].map(stamped), boot).map(({ attempt, becomes }) => [attempt, becomes]);

test('finished attempts are not open', () => {
  assert.equal(become('boot-1', started('c.1'), finished('c.1')), []);
});

test('an attempt of this boot was interrupted; one of another boot lost its host', () => {
  assert.equal(become('boot-1', started('c.1')), [['c.1', 'interrupted']]);
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
    ['c.1', 'interrupted'],
    ['d.1', 'host-lost'],
  ]);
  assert.equal(become('boot-3', started('c.1'), resumed('boot-2')), [['c.1', 'host-lost']]);
});

test('closing events are what a journal takes, and close', () => {
  for (const boot of ['boot-1', 'boot-2']) {
    const before = [opened, started('c.1')].map(stamped);
    const events = openAttempts(before, boot).map((open) => JournalEvent.parse(stamped(closing(open))));
    assert.equal(openAttempts([...before, ...events], boot), []);
    assert.is(
      events[0]?.event === 'attempt-finished' && events[0].report.outcome.kind,
      boot === 'boot-1' ? 'cancelled' : 'host-lost',
    );
  }
});

test('attempt ids count up for each cell and go on after a replay', () => {
  const ids = new AttemptIds();
  assert.equal([ids.next('a'), ids.next('a'), ids.next('b')], ['a.1', 'a.2', 'b.1']);
  const later = new AttemptIds();
  for (const event of [opened, started('a.b.2'), started('a.b.10'), started('a.1'), finished('a.b.2')])
    later.see(stamped(event));
  assert.equal([later.next('a.b'), later.next('a'), later.next('b')], ['a.b.11', 'a.2', 'b.1']);
});

test.run();
