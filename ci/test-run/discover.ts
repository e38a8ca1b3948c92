/** Which test programs there are. */
import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Format } from './judge.ts';

export interface TestProgram {
  /** Path relative to the root, with forward slashes: the name in every line and in ci/allowed-skips.txt. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly format: Format;
}

const PYTHON_TESTS = 'python-probes/tests/run_all.py';

/** Every tests/**\/*.test.ts outside tests/fixtures, sorted, and amid them the long Python tests: neither beside the campaigns nor alone at the end; all whose name holds one of `filters`. */
export function discover(root: string, filters: readonly string[]): TestProgram[] {
  const typescript = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .map((file) => `tests/${file.split(sep).join('/')}`)
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('tests/fixtures/'))
    .toSorted()
    .map((name): TestProgram => ({ name, command: [process.execPath, '--import', 'tsx', name], format: 'uvu' }));
  const python: TestProgram = { name: PYTHON_TESTS, command: ['python3', PYTHON_TESTS], format: 'closing-line' };
  const half = Math.floor(typescript.length / 2);
  return [...typescript.slice(0, half), python, ...typescript.slice(half)].filter(
    ({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)),
  );
}
