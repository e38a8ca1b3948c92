/** `bench env list | show | create | run | prune`: the environments of a matrix by hand. What they are is decided in harness/environments. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { catchSignals } from '../run/interrupt.ts';
import { readGiven } from '../input/read-given.ts';
import { chooseDevice } from '../../devices/choose.ts';
import { discover } from '../../devices/discover.ts';
import { baseEnvironment } from '../../environments/base-environment.ts';
import { readCatalogue } from '../../catalogue/update/user-file.ts';
import { listKept, type Kept } from '../../environments/store/kept.ts';
import { prune } from '../../environments/store/prune.ts';
import { providerOf } from '../../environments/kinds/kinds.ts';
import { provision } from '../../environments/provision.ts';
import { inTerminal } from '../../machine/processes/terminal.ts';
import { environmentsFolder } from '../../environments/kinds/wheel/wheel-plan.ts';
import { ExitCode, NoVerdictError, UsageError } from '../../model/errors.ts';
import { humanBytes, parseDiskSize } from '../../matrix/file/disk-size.ts';
import { loadMatrix } from '../../matrix/file/load.ts';
import { findEnvironment } from '../../matrix/space/narrow.ts';
import { hint } from '../../matrix/file/nearest.ts';
import { variablesFor } from '../../matrix/space/subject.ts';
import { natureOf, type DeviceKind } from '../../model/makers.ts';
import { packageRoot } from '../../machine/installation.ts';
import { privateFolders } from '../../runner/pool/private-folders.ts';
import { INTERRUPTED, type Provisioned, type ProvisionOptions } from '../../environments/provisioned.ts';
import type { Environment } from '../../matrix/kinds/kinds.ts';
import type { Matrix } from '../../matrix/file/schema.ts';

interface Json {
  readonly json?: boolean;
}

export async function envListCommand({ json }: Json): Promise<ExitCode> {
  const root = environmentsFolder(process.env);
  const kept = await listKept(root);
  if (json === true) print({ schema: 1, folder: root, bytes: sum(kept), environments: kept.map(asJson) });
  else
    process.stdout.write(
      kept.length === 0
        ? `no environment is kept in ${root}\n`
        : `${kept.map(line).join('\n')}\n\n${humanBytes(sum(kept))} in ${root}\n`,
    );
  return ExitCode.complete;
}

/** `print`: say what would be installed instead of installing it. */
export async function envCreateCommand(
  file: string,
  name: string | undefined,
  { json, print: isPrint }: Json & { readonly print?: boolean },
): Promise<ExitCode> {
  const { matrix, options } = await given(file);
  const wanted = name === undefined ? matrix.environments : [findEnvironment(matrix.environments, name)];
  const interruption = catchSignals((text) => process.stderr.write(`${text}\n`));
  const made: object[] = [];
  let failed = 0;
  try {
    for (const environment of wanted) {
      if (interruption.signal.aborted) break;
      const shown =
        isPrint === true
          ? await described(environment, options, interruption.signal)
          : await created(environment, options, interruption.signal);
      if (shown.failed) failed += 1;
      made.push(shown.json);
      if (json !== true) process.stdout.write(shown.text);
    }
  } finally {
    interruption.release();
  }
  if (json === true) print({ schema: 1, environments: made });
  return interruption.exitCode() ?? (failed > 0 ? ExitCode.noVerdict : ExitCode.complete);
}

/** Starts `command`, or a shell, with the variables that a cell of this environment and setting gets. Its exit code is ours. */
export async function envRunCommand(
  file: string,
  command: readonly string[],
  {
    environment: name,
    setting = 'default',
    device,
  }: { readonly environment?: string; readonly setting?: string; readonly device?: string },
): Promise<number> {
  const { matrix, options } = await given(file);
  const environment = name === undefined ? onlyOne(matrix.environments) : findEnvironment(matrix.environments, name);
  if (matrix.settings[setting] === undefined)
    throw new UsageError(
      'setting-unknown',
      `the matrix has no setting "${setting}"`,
      hint(setting, Object.keys(matrix.settings), 5),
    );
  const chosen = await deviceOf(matrix, device);
  const scratch = await mkdtemp(join(tmpdir(), 'bench-env-'));
  const container = {
    device: chosen.kind,
    runId: 'env-run',
    read: [join(packageRoot(), 'python-probes'), dirname(resolve(file))],
    write: [scratch],
  };
  const ready = needed(await provision(environment, { ...options, container }, new AbortController().signal));
  try {
    const own = variablesFor(matrix, environment.name, setting);
    const folders = await privateFolders(
      scratch,
      chosen.kind,
      'cold',
    )({ attempt: 'env-run', cell: 'env-run', given: new Set(Object.keys(own)) });
    const variables = { ...ready.env, ...baseEnvironment(), ...chosen.variables, ...own, ...folders.env };
    const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
    if (ready.wrap !== undefined) {
      const wrapped = ready.wrap(variables, isTerminal ? 'terminal' : 'piped');
      try {
        return await inTerminal([...wrapped.command, ...(command.length > 0 ? command : ['/bin/sh'])], wrapped.env);
      } finally {
        await wrapped.ended();
      }
    }
    // Beside a cell's own variables: python is this environment's, and a terminal has its name.
    const bin = dirname(ready.command[0] ?? '');
    const term = process.env['TERM'] === undefined ? {} : { TERM: process.env['TERM'] };
    const shell = command.length > 0 ? command : [process.env['SHELL'] ?? '/bin/sh'];
    if (command.length === 0)
      process.stderr.write(`a shell in ${environment.name}, setting ${setting}; exit leaves it\n`);
    return await inTerminal(shell, { ...variables, ...term, PATH: [bin, variables['PATH']].join(delimiter) });
  } finally {
    ready.release?.();
    await rm(scratch, { recursive: true, force: true });
  }
}

function onlyOne(environments: readonly Environment[]): Environment {
  const [first] = environments;
  if (first !== undefined && environments.length === 1) return first;
  throw new UsageError(
    'environment-unknown',
    `the matrix has ${environments.length} environments`,
    `name one with --environment: ${environments.map(({ name }) => name).join(', ')}`,
  );
}

export async function envPruneCommand({
  olderThan,
  maxDisk,
  dryRun,
  json,
}: Json & { readonly olderThan?: string; readonly maxDisk?: string; readonly dryRun?: boolean }): Promise<ExitCode> {
  const root = environmentsFolder(process.env);
  const days = olderThan === undefined ? null : daysOf(olderThan);
  const most = maxDisk === undefined ? null : parseDiskSize(maxDisk);
  if (maxDisk !== undefined && most === null)
    throw new UsageError('option', `--max-disk: "${maxDisk}" is not a size`, 'write one such as 500MB or 20GB');
  const { removed, kept } = await prune(root, {
    olderThanDays: days,
    maxDisk: most,
    now: Date.now(),
    dryRun: dryRun === true,
  });
  if (json === true)
    print({ schema: 1, folder: root, dryRun: dryRun === true, removed: removed.map(asJson), kept: kept.map(asJson) });
  else {
    const verb = dryRun === true ? 'would be removed' : 'removed';
    process.stdout.write(
      `${removed.map((one) => `${one.key}  ${humanBytes(one.bytes)}  ${verb}\n`).join('')}${humanBytes(sum(removed))} ${verb}; ${kept.length} kept, ${humanBytes(sum(kept))}\n`,
    );
  }
  return ExitCode.complete;
}

async function given(file: string): Promise<{ readonly matrix: Matrix; readonly options: ProvisionOptions }> {
  const matrix = loadMatrix(
    await readGiven(file, 'matrix', 'matrices/conv2d.yml'),
    file,
    await readCatalogue(process.env),
  );
  return {
    matrix,
    options: {
      directory: dirname(resolve(file)),
      onProgress: (text) => process.stderr.write(`${text}\n`),
      container: { device: 'cpu', runId: 'env', read: [], write: [] },
      ...(matrix.provision === undefined ? {} : { provision: matrix.provision }),
    },
  };
}

interface Shown {
  readonly failed: boolean;
  readonly text: string;
  readonly json: object;
}

async function created(environment: Environment, options: ProvisionOptions, signal: AbortSignal): Promise<Shown> {
  const made = await provision(environment, options, signal);
  const { name, kind } = environment;
  const reason =
    made.kind === 'unavailable' && made.reason === INTERRUPTED
      ? 'interrupted; what has arrived is kept, and the next try goes on after it'
      : null;
  if (made.kind === 'unavailable')
    return {
      failed: true,
      text: `${name}: ${reason ?? made.reason}\n${made.log === '' ? '' : `${made.log}\n`}`,
      json: { name, kind, state: 'unavailable', reason: made.reason, log: made.log },
    };
  made.release?.();
  return {
    failed: false,
    text: `${name}: ${made.command.join(' ')}\n`,
    json: { name, kind, state: 'ready', command: made.command },
  };
}

async function described(environment: Environment, options: ProvisionOptions, signal: AbortSignal): Promise<Shown> {
  const { name, kind } = environment;
  const found = await providerOf(environment).describe(options, signal);
  if (found.kind === 'known')
    return { failed: false, text: `${name}: ${found.lines.join('\n')}\n`, json: { name, kind, ...found.facts } };
  const { reason } = found;
  return { failed: true, text: `${name}: ${reason}\n`, json: { name, kind, state: 'unavailable', reason } };
}

function needed(made: Provisioned): Extract<Provisioned, { kind: 'ready' }> {
  if (made.kind === 'ready') return made;
  throw new NoVerdictError(
    'environment-unavailable',
    [made.reason, made.log].filter((text) => text !== '').join('\n'),
    'mend that, then try again',
  );
}

/** The variables that bind a probe to the card; none where the card is not here. */
async function deviceOf(
  matrix: Matrix,
  asked: string | undefined,
): Promise<{
  readonly kind: DeviceKind;
  readonly variables: Readonly<Record<string, string>>;
}> {
  const kind = asked === 'cpu' ? 'cpu' : matrix.device;
  if (natureOf(kind) === 'simulation') return { kind: 'cpu', variables: {} };
  try {
    const { kind: found, variables } = chooseDevice(kind, await discover());
    return { kind: found, variables };
  } catch (error) {
    process.stderr.write(
      `warning: without the variables that bind a probe to its card: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return { kind: 'cpu', variables: {} };
  }
}

function daysOf(text: string): number {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  if (days === undefined)
    throw new UsageError('option', `--older-than: "${text}" is not a number of days`, 'write it as 30d');
  return Number(days);
}

function line(one: Kept): string {
  const state = one.inUse
    ? 'in use'
    : one.marker === null
      ? 'unfinished'
      : `used ${one.lastUsed.toISOString().slice(0, 10)}`;
  return `${one.key.padEnd(48)} ${humanBytes(one.bytes).padStart(8)}  ${state}`;
}

function asJson({ key, folder, marker, bytes, lastUsed, inUse }: Kept): object {
  return {
    key,
    folder,
    state: marker === null ? 'unfinished' : 'complete',
    requirement: marker?.requirement ?? null,
    python: marker?.interpreter?.version ?? null,
    installer: marker?.installer ?? null,
    bytes,
    buildSeconds: marker?.seconds ?? null,
    lastUsed: lastUsed.toISOString(),
    inUse,
  };
}

function sum(kept: readonly Kept[]): number {
  return kept.reduce((bytes, one) => bytes + one.bytes, 0);
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
