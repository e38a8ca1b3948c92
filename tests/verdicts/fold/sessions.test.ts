import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { opened, resumed } from '../../journal/samples.ts';
import type { NewEvent } from '../../../harness/model/events.ts';
import { Sessions } from '../../../harness/verdicts/fold/sessions.ts';

const test = suite('verdicts/fold/sessions');

function after(...events: readonly NewEvent[]): Sessions {
  const sessions = new Sessions();
  for (const event of events) sessions.apply(event);
  return sessions;
}

const plain = resumed('boot-2');
const retrying: NewEvent = { event: 'run-resumed', bootId: 'boot-3', host: opened.host, retryHostLost: true };

test('which resumption was the last to try again', () => {
  assert.is(after(opened, plain, plain).retriedUpTo, -1);
  assert.is(after(opened, plain, retrying, plain).retriedUpTo, 1);
  assert.is(after(opened, plain, retrying, plain).resumed, 3);
});

test('under which boot the last session was', () => {
  assert.equal([after(opened).bootId, after(opened, plain).bootId], ['boot-1', 'boot-2']);
});

test.run();
