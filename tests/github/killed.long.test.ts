/** The client is killed (SIGKILL) at each request, before and after its effect; the next one puts everything right. */
import { join } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openWorld } from './mock/world.ts';
import { packageRoot } from '../../harness/machine/installation.ts';

const test = suite('github/killed');
const world = await openWorld();
test.after(() => world.github.close());

const CLIENT = join(packageRoot(), 'tests', 'fixtures', 'github', 'attach-once.ts');
/** Of a first night; more is no harm. */
const REQUESTS = 14;

test('killed at each request, before and after its effect', async () => {
  const { github } = world;
  let killed = 0;
  for (let at = 0; at < REQUESTS; at += 1) {
    await world.begin('first night');
    // One client at a time meets both moments: killed before the effect of one request, the next one after it.
    for (const moment of ['before', 'after'] as const) {
      const where = `killed ${moment} the effect of request ${at}`;
      github.seen.length = 0;
      const client = execa(process.execPath, ['--import', import.meta.resolve('tsx'), CLIENT, github.api], {
        reject: false,
        timeout: 240_000,
      });
      github.hook = async (index, when) => {
        if (index !== at || when !== moment) return;
        client.kill('SIGKILL');
        await client;
      };
      const { signal } = await client;
      github.hook = () => {};
      killed += signal === 'SIGKILL' ? 1 : 0;
      world.checkSound(where);
    }
    const again = await world.run();
    assert.is(again.kind, 'done', `request ${at}: ${again.kind === 'failed' ? again.error.message : ''}`);
    world.checkComplete(`killed at request ${at}, again`);
  }
  assert.ok(killed >= 20, `only ${killed} clients were killed`);
});

test.run();
