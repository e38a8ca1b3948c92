/**
 * Runs the test programs of a tier and closes with `N passed, M failed`. Each has a time limit; most have a process of their own.
 * Words on the command line choose the files whose path holds one of them: `npm run test:all -- search`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { dearest } from '../ci/test-run/dearest.ts';
import { discover, TIERS, type TestProgram, type Tier } from '../ci/test-run/discover.ts';
import { judge, readAllowed, type Ended, type Format } from '../ci/test-run/judge.ts';
import { killRunning, runFile } from '../ci/test-run/run-file.ts';
import { runShared } from '../ci/test-run/run-shared.ts';
import { add, closingLine, type Counts } from '../ci/test-run/summary.ts';

/** How often the runner looks whether whoever started it is still there: npm tells its child of SIGTERM and SIGINT, not of SIGHUP or of its own death. */
const PARENT_MILLISECONDS = 1000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Seconds for one process. */
    limit: { type: 'string', default: '900' },
    jobs: { type: 'string', default: '5' },
    root: { type: 'string', default: join(import.meta.dirname, '..') },
    /** first or long; both where it is not given. */
    tier: { type: 'string' },
  },
});
const root = resolve(values.root);
const limitSeconds = positive('limit', values.limit);
const allowed = process.env['CI'] === 'true' ? allowedSkips() : null;

const told: { readonly name: string; readonly ended: Ended; readonly counts: Counts }[] = [];
let interruption: Promise<never> | null = null;
// Not once: the second of two signals would end the runner before it has cleaned up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => (interruption ??= cleanUp(signal)));
}
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) interruption ??= cleanUp('the end of its parent');
}, PARENT_MILLISECONDS).unref();

const programs = discover(root, positionals, tierOf(values.tier));
const inTurn = pLimit(positive('jobs', values.jobs));
await Promise.all(programs.map((program) => inTurn(() => run(program))));
await interruption;
if (programs.length === 0) console.log(`No test file matches ${positionals.join(' ')}`);
if (positionals.length === 0) console.log(dearest(told));
const total = sum();
console.log(closingLine(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

async function run(program: TestProgram): Promise<void> {
  if (program.kind === 'shared') {
    await runShared(program.files, root, limitSeconds, (name, ended) => tell(name, 'uvu', ended));
  } else tell(program.name, program.format, await runFile(program.command, root, limitSeconds));
}

function tell(name: string, format: Format, ended: Ended): void {
  if (interruption !== null) return;
  const { counts, problems } = judge(ended, format, limitSeconds, allowed);
  told.push({ name, ended, counts });
  const failed = problems.length > 0;
  const left = ended.leftProcesses ? ' (left processes behind; killed)' : '';
  const cost = `${ended.seconds.toFixed(1).padStart(6)} s ${ended.cpuSeconds.toFixed(1).padStart(6)} s CPU`;
  console.log(`${failed ? 'FAIL' : 'ok  '} ${cost}  ${name}  ${closingLine(counts)}${left}`);
  if (failed) console.log([...problems.map((problem) => `     ${problem}`), indent(ended.output)].join('\n'));
}

/** What has been counted so far stands; that the rest did not run is one failure. */
async function cleanUp(why: string): Promise<never> {
  const left = await killRunning();
  if (left.length > 0) console.error(`not to be killed: ${left.join(', ')}`);
  console.error(`interrupted by ${why}`);
  console.log(closingLine(add(sum(), { passed: 0, failed: 1, skipped: 0 })));
  return process.exit(1);
}

function sum(): Counts {
  return told.map(({ counts }) => counts).reduce(add, { passed: 0, failed: 0, skipped: 0 });
}

function indent(output: string): string {
  return output.trimEnd().replaceAll(/^/gm, '     | ');
}

function allowedSkips(): string[] {
  const file = join(root, 'ci', 'allowed-skips.txt');
  return existsSync(file) ? readAllowed(readFileSync(file, 'utf8')) : [];
}

function tierOf(name: string | undefined): Tier | null {
  const tier = TIERS.find((one) => one === name) ?? null;
  if (name === undefined || tier !== null) return tier;
  console.error(`--tier is ${TIERS.join(' or ')}, not "${name}"`);
  return process.exit(2);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`--${name} is a number above 0, not "${text}"`);
  return process.exit(2);
}
