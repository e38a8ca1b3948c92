/** A mock GitHub that fails once, at each request in each way: the right end, no token in sight, one comment, no file left over. */
import { suite } from 'uvu';
import { FAULTS, SLOW } from './mock/faults.ts';
import { closeWorlds, lengthOf, tryAll, tryOne } from './mock/trials.ts';
import { SCENES } from './mock/world.ts';

const test = suite('github/every-failure');
test.after(closeWorlds);

for (const scene of SCENES) test(`${scene}: each failure once, at each request`, () => tryAll(scene, FAULTS, false));

/** Of one request. Each trial waits for it once, six at a time; no request but that one should meet it on a machine that stands still for seconds. */
const LIMIT_SECONDS = 8;

test('a GitHub that is too slow once, at each request', async () => {
  const length = await lengthOf('first night');
  await Promise.all(
    Array.from({ length }, (_, at) =>
      tryOne({ scene: 'first night', fault: SLOW, at, lasting: false, limitSeconds: LIMIT_SECONDS }),
    ),
  );
});

test.run();
