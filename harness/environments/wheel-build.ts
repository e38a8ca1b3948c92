/**
 * Installs a wheel into a fresh virtual environment.
 * A virtual environment cannot be moved, so a build is not renamed into place: every build gets a folder of its own, and a marker
 * that names it is renamed into place when it is complete. What no marker names is rubbish, whoever left it and however.
 */
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buildEnvironment } from './base-environment.ts';
import { runCommand } from './bounded-command.ts';
import type { Command } from './bounded-command.ts';
import { INTERRUPTED, unavailable } from './provisioned.ts';
import type { ProvisionOptions, Unavailable } from './provisioned.ts';
import { explainFailure } from './wheel-failure.ts';
import { withoutSecrets } from './wheel-plan.ts';
import type { WheelPlan } from './wheel-plan.ts';

/** A ROCm wheel is 1 to 5 GB; a slow line needs its time. */
const BUILD_LIMIT_SECONDS = 2 * 3600;
const LOG_TAIL = 4000;

export const MARKER = 'complete.json';
const LOG = 'build.log';

type Program = readonly [program: string, ...args: string[]];

/** Builds in `folder`, which the caller has locked, and leaves the marker; null when it stands. */
export async function buildWheel(
  plan: WheelPlan,
  folder: string,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<Unavailable | null> {
  await clear(folder);
  const venv = await mkdtemp(join(folder, 'venv-'));
  const constraints = join(folder, 'constraints.txt');
  await writeFile(constraints, plan.constraints.map((line) => `${line}\n`).join(''));
  const env = buildEnvironment(options.ambient ?? process.env);
  const programs = (await hasUv(env, signal)) ? withUv(plan, venv, constraints) : withPip(plan, venv, constraints);
  const deadline = performance.now() + BUILD_LIMIT_SECONDS * 1000;
  for (const [program, ...args] of programs) {
    const limitSeconds = Math.max(0, (deadline - performance.now()) / 1000);
    const failure = await step({ program, args, env, limitSeconds, signal }, join(folder, LOG));
    if (failure === null) continue;
    await rm(venv, { recursive: true, force: true, maxRetries: 3 });
    return signal.aborted ? unavailable(INTERRUPTED) : failed(plan, folder, failure);
  }
  await leaveMarker(plan, folder, venv);
  return null;
}

/** The end of the build's log; '' when there is none. */
export async function logTail(folder: string): Promise<string> {
  const log = await readFile(join(folder, LOG), 'utf8').catch(() => '');
  return withoutSecrets(log).trimEnd().slice(-LOG_TAIL);
}

async function clear(folder: string): Promise<void> {
  for (const rubbish of await readdir(folder)) {
    // A builder whose harness was killed may still be writing.
    await rm(join(folder, rubbish), { recursive: true, force: true, maxRetries: 3 });
  }
}

function withPip({ interpreter, requirement, ...plan }: WheelPlan, venv: string, constraints: string): Program[] {
  // Without pip's cache: it would keep a second copy of gigabytes.
  const quiet = ['--no-input', '--no-cache-dir', '--disable-pip-version-check', '--progress-bar', 'off'];
  return [
    [interpreter.executable, '-m', 'venv', venv],
    [join(venv, 'bin', 'python'), '-m', 'pip', 'install', ...quiet, ...sources(plan, constraints), requirement],
  ];
}

/** uv is an order of magnitude faster where it is installed. */
function withUv({ interpreter, requirement, ...plan }: WheelPlan, venv: string, constraints: string): Program[] {
  // uv stops at the first index that knows a name; pip, and so the documented commands, look at all.
  const install = ['pip', 'install', '--index-strategy', 'unsafe-best-match', '--python', join(venv, 'bin', 'python')];
  return [
    ['uv', 'venv', '--no-project', '--allow-existing', '--python', interpreter.executable, venv],
    ['uv', ...install, ...sources(plan, constraints), requirement],
  ];
}

function sources({ index, extraIndex }: Pick<WheelPlan, 'index' | 'extraIndex'>, constraints: string): string[] {
  return ['--index-url', index, ...(extraIndex === null ? [] : ['--extra-index-url', extraIndex]), '--constraint', constraints];
}

async function hasUv(env: Record<string, string>, signal: AbortSignal): Promise<boolean> {
  const command = { program: 'uv', args: ['--version'], env, limitSeconds: 20, signal };
  const ended = await runCommand(command, { stdout: '/dev/null', stderr: '/dev/null' });
  return ended.kind === 'exited' && ended.code === 0;
}

/** What went wrong, or null. */
async function step(command: Command, log: string): Promise<string | null> {
  await writeFile(log, `$ ${withoutSecrets([command.program, ...command.args].join(' '))}\n`, { flag: 'a' });
  const ended = await runCommand(command, { stdout: log, stderr: log });
  switch (ended.kind) {
    case 'exited':
      return ended.code === 0 ? null : `exit code ${ended.code}`;
    case 'signalled':
      return `died by ${ended.signal}`;
    case 'timed-out':
      return `not done after ${BUILD_LIMIT_SECONDS / 3600} hours`;
    case 'cancelled':
      return INTERRUPTED;
    case 'not-started':
      return `${command.program} did not start (${ended.code})`;
  }
}

async function failed({ requirement, index }: WheelPlan, folder: string, failure: string): Promise<Unavailable> {
  const log = await logTail(folder);
  const why = [failure, explainFailure(log)].filter((part) => part !== '').join(': ');
  return unavailable(`cannot install ${requirement} from ${withoutSecrets(index)}: ${why}; the whole log is ${join(folder, LOG)}`, log);
}

async function leaveMarker(plan: WheelPlan, folder: string, venv: string): Promise<void> {
  const marker = { venv: basename(venv), ...plan };
  const fresh = join(folder, `${MARKER}.new`);
  await writeFile(fresh, `${withoutSecrets(JSON.stringify(marker, null, 2))}\n`);
  await rename(fresh, join(folder, MARKER));
}
