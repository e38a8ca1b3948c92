// The build: the texts of the pages anew, then dist/ from nothing, so that the output of a source file that is gone cannot be imported,
// and an entry that can be run.
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

rmSync(at('dist'), { recursive: true, force: true });
const node = (...words) => spawnSync(process.execPath, words, { stdio: 'inherit', cwd: at('') }).status;
const embedding = node('--import', 'tsx', 'ci/embed-page.ts');
const status = embedding === 0 ? node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json') : embedding;
// npm makes an entry executable when it links it for the first time, never again; the compiler does not.
if (status === 0) chmodSync(at('dist/harness/cli/main.js'), 0o755);
process.exitCode = status ?? 1;
