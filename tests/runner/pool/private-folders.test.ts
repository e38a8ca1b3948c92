import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { privateFolders, type FolderOwner } from '../../../harness/runner/pool/private-folders.ts';

const test = suite('runner/pool/private-folders');

function owner(attempt: string, ...given: readonly string[]): FolderOwner {
  return { attempt, cell: 'cell', given: new Set(given) };
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
    const first = await folders(owner('cell.1'));
    const { MIOPEN_USER_DB_PATH: database = '', MIOPEN_CUSTOM_CACHE_DIR: kernels = '' } = first.env;
    assert.is.not(database, kernels);
    for (const path of [database, kernels]) assert.ok((await stat(path)).isDirectory());
    await writeFile(join(database, 'gfx1030.ufdb.txt'), 'x');
    const second = await folders(owner('cell.2'));
    assert.is.not(second.env['MIOPEN_USER_DB_PATH'], database);
    await first.release();
    await second.release();
    assert.equal(await readdir(scratch), []);
  });
});

test('warm: the attempts of a cell find what the one before left', async () => {
  await withScratch(async (scratch) => {
    const folders = privateFolders(scratch, 'rocm', 'warm');
    const first = await folders(owner('cell.1'));
    const database = first.env['MIOPEN_USER_DB_PATH'] ?? '';
    await writeFile(join(database, 'gfx1030.ufdb.txt'), 'x');
    await first.release();
    const second = await folders(owner('cell.2'));
    assert.equal(await readdir(second.env['MIOPEN_USER_DB_PATH'] ?? ''), ['gfx1030.ufdb.txt']);
  });
});

test('every cache below torch has a folder of its own, on either kind of card', async () => {
  await withScratch(async (scratch) => {
    const rocm = await privateFolders(scratch, 'rocm', 'cold')(owner('cell.1'));
    assert.equal(Object.keys(rocm.env).toSorted(), [
      'AMD_COMGR_CACHE_DIR',
      'MIOPEN_CUSTOM_CACHE_DIR',
      'MIOPEN_USER_DB_PATH',
      'TRITON_CACHE_DIR',
      'XDG_CACHE_HOME',
    ]);
    assert.is(new Set(Object.values(rocm.env)).size, 5);
    const cuda = await privateFolders(scratch, 'cuda', 'cold')(owner('cell.2'));
    assert.equal(Object.keys(cuda.env).toSorted(), ['CUDA_CACHE_PATH', 'TRITON_CACHE_DIR', 'XDG_CACHE_HOME']);
    for (const path of [...Object.values(rocm.env), ...Object.values(cuda.env)]) assert.equal(await readdir(path), []);
  });
});

test('a folder that the matrix names stays what the matrix says', async () => {
  await withScratch(async (scratch) => {
    const { env } = await privateFolders(
      scratch,
      'rocm',
      'cold',
    )(owner('cell.1', 'MIOPEN_USER_DB_PATH', 'MIOPEN_FIND_MODE'));
    assert.is(env['MIOPEN_USER_DB_PATH'], undefined);
    assert.ok(env['MIOPEN_CUSTOM_CACHE_DIR']);
  });
});

test('the CPU and a simulated card keep nothing: nothing is set and nothing made', async () => {
  await withScratch(async (scratch) => {
    for (const device of ['cpu', 'simulated'] as const) {
      const { env, release } = await privateFolders(scratch, device, 'cold')(owner('cell.1'));
      assert.equal(env, {});
      await release();
    }
    assert.equal(await readdir(scratch), []);
  });
});

test.run();
