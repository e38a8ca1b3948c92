import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { privateFolders } from '../../harness/runner/private-folders.ts';
import type { Order } from '../../harness/runner/executor.ts';

const test = suite('runner/private-folders');

function order(attempt: string): Order {
  return { attempt, isolation: 'fork', cell: { id: 'cell', environment: 'e', setting: 'default', case: {}, line: 'l', position: 0 } };
}

async function withScratch(use: (scratch: string) => Promise<void>): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'bench-private-'));
  try {
    await use(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

test('cold: MIOpen finds new empty folders in every attempt, and they are gone afterwards', async () => {
  await withScratch(async (scratch) => {
    const folders = privateFolders(scratch, 'rocm', 'cold');
    const first = await folders(order('cell.1'));
    const { MIOPEN_USER_DB_PATH: database = '', MIOPEN_CUSTOM_CACHE_DIR: kernels = '' } = first.env;
    assert.is.not(database, kernels);
    for (const path of [database, kernels]) assert.ok((await stat(path)).isDirectory());
    await writeFile(join(database, 'gfx1030.ufdb.txt'), 'x');
    const second = await folders(order('cell.2'));
    assert.is.not(second.env['MIOPEN_USER_DB_PATH'], database);
    await first.release();
    await second.release();
    assert.equal(await readdir(scratch), []);
  });
});

test('warm: the attempts of a cell find what the one before left', async () => {
  await withScratch(async (scratch) => {
    const folders = privateFolders(scratch, 'rocm', 'warm');
    const first = await folders(order('cell.1'));
    const database = first.env['MIOPEN_USER_DB_PATH'] ?? '';
    await writeFile(join(database, 'gfx1030.ufdb.txt'), 'x');
    await first.release();
    const second = await folders(order('cell.2'));
    assert.equal(await readdir(second.env['MIOPEN_USER_DB_PATH'] ?? ''), ['gfx1030.ufdb.txt']);
  });
});

test('elsewhere there is no MIOpen: nothing is set and nothing made', async () => {
  await withScratch(async (scratch) => {
    for (const device of ['cuda', 'cpu', 'simulated']) {
      const { env, release } = await privateFolders(scratch, device, 'cold')(order('cell.1'));
      assert.equal(env, {});
      await release();
    }
    assert.equal(await readdir(scratch), []);
  });
});

test.run();
