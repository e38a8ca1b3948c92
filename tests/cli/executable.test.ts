import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { execa } from 'execa';
import { join } from 'node:path';
import { packageRoot } from '../../harness/machine/installation.ts';

const test = suite('cli/executable');

// npm makes the entry executable when it links it for the first time only; every later build must do it itself.
test('the built entry can be run as npx runs it', async () => {
  const { stdout } = await execa(join(packageRoot(), 'dist', 'harness', 'cli', 'main.js'), ['--version']);
  assert.match(stdout, /^\d+\.\d+\.\d+/);
});

test.run();
