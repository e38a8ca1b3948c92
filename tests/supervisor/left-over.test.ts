import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HUNG } from './evidence/scene.ts';
import { unaccounted } from '../../harness/supervisor/left-over.ts';

const test = suite('what is said of processes that are left');
const stuck = { ...HUNG, pid: 7, state: 'D' };

test('nothing is said only where it is known that nothing is left', () => {
  assert.is(unaccounted('a worker', { left: [], notKnown: null }), null);
  assert.match(unaccounted('a worker', { left: [stuck], notKnown: null }) ?? '', /could not be killed: 7 \(state D\)/);
});

test('what is not known is said, with the reason and beside what is known', () => {
  const text = unaccounted('a worker', { left: [stuck], notKnown: 'nobody was there to count them' }) ?? '';
  assert.match(text, /^It is not known whether processes of a worker are still alive beside 7 \(state D\): nobody was/);
});

test.run();
