/** One attach against a GitHub that fails at one request in one way, and what must hold then and when it is run again. */
import pLimit from 'p-limit';
import * as assert from 'uvu/assert';
import type { NamedFault } from './faults.ts';
import { openWorld, type Scene, type World } from './world.ts';

/** Most of the time goes by in waiting, so several go on at once, each with a GitHub of its own. */
const AT_ONCE = 6;
const worlds: World[] = await Promise.all(Array.from({ length: AT_ONCE }, openWorld));
const inTurn = pLimit(AT_ONCE);

export async function closeWorlds(): Promise<void> {
  await Promise.all(worlds.map(({ github }) => github.close()));
}

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
export async function lengthOf(scene: Scene): Promise<number> {
  return await inWorld(async (world) => {
    await world.begin(scene);
    const end = await world.run();
    assert.is(end.kind, 'done', JSON.stringify(end));
    world.checkComplete(scene);
    return world.github.seen.length;
  });
}

export interface Trial {
  readonly scene: Scene;
  readonly fault: NamedFault;
  readonly at: number;
  readonly lasting: boolean;
  readonly limitSeconds?: number;
}

export async function tryOne({
  scene,
  fault: { name, fault, passing, codes },
  at,
  lasting,
  limitSeconds,
}: Trial): Promise<void> {
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

export async function tryAll(scene: Scene, faults: readonly NamedFault[], lasting: boolean): Promise<void> {
  const length = await lengthOf(scene);
  assert.ok(length >= 10, `${scene} takes ${length} requests`);
  await Promise.all(
    faults.flatMap((fault) => Array.from({ length }, (_, at) => tryOne({ scene, fault, at, lasting }))),
  );
}
