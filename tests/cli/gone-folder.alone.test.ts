import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { benchHere } from './in-process.ts';

const test = suite('cli/gone-folder');

test('a working directory that was deleted is told, and help is given all the same', async () => {
  const before = process.cwd();
  const gone = mkdtempSync(join(tmpdir(), 'bench-gone-'));
  process.chdir(gone);
  rmdirSync(gone);
  try {
    for (const words of [['doctor'], ['run', '/m.yml', '--out', '/tmp/run'], ['judge', '/tmp/run']]) {
      const { code, stderr } = await benchHere(words);
      assert.is(code, 2);
      assert.match(stderr, /no longer there[\s\S]*\(working-folder-gone\)/);
      assert.not.match(stderr, /\n {4}at /);
    }
    assert.is((await benchHere(['--help'])).code, 0);
  } finally {
    process.chdir(before);
  }
});

test.run();
