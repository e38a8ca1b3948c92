/** A mock GitHub that fails at each request in each way: the right end, no token in sight, one comment, no file left over. */
import pLimit from 'p-limit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FAULTS, SLOW } from './mock/faults.ts';
import type { NamedFault } from './mock/faults.ts';
import { openWorld, SCENES } from './mock/world.ts';
import type { Scene, World } from './mock/world.ts';

const test = suite('github/every-failure');
/** Most of the time goes by in waiting, so several go on at once, each with a GitHub of its own. */
const worlds: World[] = await Promise.all(Array.from({ length: 6 }, openWorld));
const inTurn = pLimit(worlds.length);
test.after(() => Promise.all(worlds.map(({ github }) => github.close())).then(() => {}));

async function inWorld<T>(use: (world: World) => Promise<T>): Promise<T> {
  return await inTurn(async () => {
    const world = worlds.pop();
    if (world === undefined) throw new Error('more at once than there are worlds');
    try {
      return await use(world);
    } finally {
      worlds.push(world);
    }
  });
}

/** How many requests an attach takes when nothing fails. */
async function lengthOf(scene: Scene): Promise<number> {
  return await inWorld(async (world) => {
    await world.begin(scene);
    const end = await world.run();
    assert.is(end.kind, 'done', JSON.stringify(end));
    world.checkComplete(scene);
    return world.github.seen.length;
  });
}

interface Trial {
  readonly scene: Scene;
  readonly fault: NamedFault;
  readonly at: number;
  readonly lasting: boolean;
  readonly limitSeconds?: number;
}

async function tryOne({ scene, fault: { name, fault, passing, codes }, at, lasting, limitSeconds }: Trial): Promise<void> {
  await inWorld(async (world) => {
    await world.begin(scene);
    const { github } = world;
    github.fault = (index) => (index === at || (lasting && index > at) ? fault : null);
    const end = await world.run(limitSeconds);
    const where = `${scene}, ${name} ${lasting ? 'from' : 'at'} request ${at} (${github.seen[at]?.method} ${github.seen[at]?.path})`;
    world.checkSound(where);
    if (end.kind === 'done') {
      world.checkComplete(where);
      return;
    }
    assert.not.ok(passing && !lasting, `${where}: ${end.error.code} ${end.error.message}`);
    assert.ok(codes.includes(end.error.code), `${where}: ${end.error.code} ${end.error.message}`);
    assert.ok(end.error.next.length > 20, `${where}: next step`);
    github.fault = () => null;
    const again = await world.run();
    assert.is(again.kind, 'done', `${where}, again: ${again.kind === 'failed' ? again.error.message : ''}`);
    world.checkComplete(`${where}, again`);
  });
}

async function tryAll(scene: Scene, faults: readonly NamedFault[], lasting: boolean): Promise<void> {
  const length = await lengthOf(scene);
  assert.ok(length >= 10, `${scene} takes ${length} requests`);
  await Promise.all(faults.flatMap((fault) => Array.from({ length }, (_, at) => tryOne({ scene, fault, at, lasting }))));
}

for (const scene of SCENES) test(`${scene}: each failure once, at each request`, () => tryAll(scene, FAULTS, false));

// A failure that does not pass ends everything where it comes first, which the tests above have seen.
test('each failure that passes, but does not, from each request on', () =>
  tryAll('first night', FAULTS.filter(({ passing }) => passing), true));

test('a client that is cut off from each request on, the second night', () =>
  tryAll('second night', FAULTS.filter(({ name }) => name.startsWith('dropped')), true));

test('a GitHub that is too slow once, at each request', async () => {
  const length = await lengthOf('first night');
  await Promise.all(Array.from({ length }, (_, at) => tryOne({ scene: 'first night', fault: SLOW, at, lasting: false, limitSeconds: 1 })));
});

test('a GitHub that stays too slow', () => tryOne({ scene: 'first night', fault: SLOW, at: 3, lasting: true, limitSeconds: 0.3 }));

test.run();
