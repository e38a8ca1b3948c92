// The build: dist/ from nothing, so that the output of a source file that is gone cannot be imported, and an entry that can be run.
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

rmSync(at('dist'), { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')],
  { stdio: 'inherit' },
);
// npm makes an entry executable when it links it for the first time, never again; the compiler does not.
if (status === 0) chmodSync(at('dist/harness/cli/main.js'), 0o755);
process.exitCode = status ?? 1;
