/** Which test programs there are, which tier each belongs to, and which share a process. */
import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Format } from './judge.ts';
import type { Command } from './run-file.ts';

/** `npm cit` runs the first tier; `npm run test:long` the long one: what takes long and what a test of the first tier says in short. */
export const TIERS = ['first', 'long'] as const;
export type Tier = (typeof TIERS)[number];

export interface TestFile {
  /** Path relative to the root, with forward slashes: the name in every line and in ci/allowed-skips.txt. */
  readonly name: string;
  readonly tier: Tier;
}

/** Something to start: one file, or all files of a folder that share a process. */
export type TestProgram =
  | { readonly kind: 'alone'; readonly name: string; readonly command: Command; readonly format: Format }
  | { readonly kind: 'shared'; readonly name: string; readonly files: readonly string[] };

/**
 * Folders of tests that neither run `bench` nor change the process: the files of one run one after another in one process, for to start one
 * costs more than most of them. A file there that needs a process of its own is called `*.alone.test.ts`.
 */
const SHARED = [
  'bug-report',
  'catalogue',
  'cli/text',
  'devices',
  'doctor',
  'insight',
  'journal',
  'makers',
  'matrix',
  'model',
  'reports',
  'runner',
  'search',
  'verdicts',
];

/** The Python suite: on the oldest Python and on one with PyTorch in the first tier, on all others in the long one. */
const PYTHON = 'python-probes/tests/run_all.py';

/** The programs of `tier`, or of both where it is null, whose names hold one of `filters`. Those that take longest come first. */
export function discover(root: string, filters: readonly string[], tier: Tier | null): readonly TestProgram[] {
  const isWanted = ({ name, tier: own }: TestFile): boolean =>
    (tier ?? own) === own && (filters.length === 0 || filters.some((filter) => name.includes(filter)));
  const python = TIERS.map((of) => ({ name: `${PYTHON} ${of}`, tier: of })).filter(isWanted);
  const typescript = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .map((file) => `tests/${file.split(sep).join('/')}`)
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('tests/fixtures/'))
    .map((name): TestFile => ({ name, tier: name.endsWith('.long.test.ts') ? 'long' : 'first' }))
    .filter(isWanted)
    .map(({ name }) => name)
    .toSorted();
  return [
    ...python.map(({ name, tier: of }): TestProgram => {
      return { kind: 'alone', name, command: ['python3', PYTHON, '--tier', of], format: 'closing-line' };
    }),
    ...SHARED.map((folder): TestProgram => {
      return {
        kind: 'shared',
        name: `tests/${folder}`,
        files: typescript.filter((name) => sharedFolder(name) === folder),
      };
    }).filter((program) => program.kind !== 'shared' || program.files.length > 0),
    ...typescript
      .filter((name) => sharedFolder(name) === null)
      .map((name): TestProgram => {
        return { kind: 'alone', name, command: [process.execPath, '--import', 'tsx', name], format: 'uvu' };
      }),
  ];
}

function sharedFolder(name: string): string | null {
  const folder = SHARED.find((one) => name.startsWith(`tests/${one}/`)) ?? null;
  return /\.(?:alone|long)\.test\.ts$/.test(name) ? null : folder;
}
