/**
 * Runs every test program, each in a process of its own with a time limit, and closes with `N passed, M failed`.
 * Words on the command line choose the files whose path holds one of them: `npm run test:all -- search`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { discover } from '../ci/test-run/discover.ts';
import type { TestProgram } from '../ci/test-run/discover.ts';
import { judge, readAllowed } from '../ci/test-run/judge.ts';
import { killRunning, runFile } from '../ci/test-run/run-file.ts';
import { add, closingLine } from '../ci/test-run/summary.ts';
import type { Counts } from '../ci/test-run/summary.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Seconds for one file. */
    limit: { type: 'string', default: '900' },
    jobs: { type: 'string', default: '4' },
    root: { type: 'string', default: join(import.meta.dirname, '..') },
  },
});
const root = resolve(values.root);
const limitSeconds = positive('limit', values.limit);
const allowed = process.env['CI'] === 'true' ? allowedSkips() : null;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killRunning();
    console.error(`interrupted by ${signal}`);
    process.exit(1);
  });
}

const programs = discover(root, positionals);
const inTurn = pLimit(positive('jobs', values.jobs));
const counts = await Promise.all(programs.map((program) => inTurn(() => run(program))));
const total = counts.reduce(add, { passed: 0, failed: 0, skipped: 0 });
if (programs.length === 0) console.log(`No test file matches ${positionals.join(' ')}`);
console.log(closingLine(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

async function run(program: TestProgram): Promise<Counts> {
  const ended = await runFile(program.command, root, limitSeconds);
  const judgement = judge(ended, program.format, limitSeconds, allowed);
  const failed = judgement.problems.length > 0;
  const left = ended.leftProcesses ? ' (left processes behind; killed)' : '';
  console.log(
    `${failed ? 'FAIL' : 'ok  '} ${ended.seconds.toFixed(1).padStart(6)} s  ${program.name}  ${closingLine(judgement.counts)}${left}`,
  );
  if (failed) console.log([...judgement.problems.map((problem) => `     ${problem}`), indent(ended.output)].join('\n'));
  return judgement.counts;
}

function indent(output: string): string {
  return output.trimEnd().replaceAll(/^/gm, '     | ');
}

function allowedSkips(): string[] {
  const file = join(root, 'ci', 'allowed-skips.txt');
  return existsSync(file) ? readAllowed(readFileSync(file, 'utf8')) : [];
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`--${name} is a number above 0, not "${text}"`);
  return process.exit(2);
}
