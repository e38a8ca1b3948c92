/**
 * A mock GitHub that fails from one request on and does not recover. Failures that end an attach where they come first are in every-failure.long.test.ts:
 * whether they stay makes no difference.
 */
import { suite } from 'uvu';
import { FAULTS, SLOW } from './mock/faults.ts';
import { closeWorlds, tryAll, tryOne } from './mock/trials.ts';

const test = suite('github/lasting-failure');
test.after(closeWorlds);

test('each failure that could pass, from each request on', () =>
  tryAll(
    'first night',
    FAULTS.filter(({ passing }) => passing),
    true,
  ));

test('a client that is cut off from each request on, the second night', () =>
  tryAll(
    'second night',
    FAULTS.filter(({ name }) => name.startsWith('dropped')),
    true,
  ));

test('a GitHub that stays too slow', () =>
  tryOne({ scene: 'first night', fault: SLOW, at: 3, lasting: true, limitSeconds: 4 }));

test.run();
