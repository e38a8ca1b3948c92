/** `bench env run`: a shell or a command in an environment of the matrix, as a cell would see it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { givenMatrix } from '../../run/given-matrix.ts';
import type { Io } from '../../streams.ts';
import type { EnvRunOptions } from '../../commands/env.ts';
import { chooseDevice } from '../../../devices/choose.ts';
import { discover } from '../../../devices/discover.ts';
import { baseEnvironment } from '../../../environments/base-environment.ts';
import { provision } from '../../../environments/provision.ts';
import type { Provisioned } from '../../../environments/provisioned.ts';
import { inTerminal } from '../../../machine/processes/terminal.ts';
import { messageOf, NoVerdictError, UsageError } from '../../../model/errors.ts';
import { findEnvironment, findSetting } from '../../../matrix/space/narrow.ts';
import { variablesFor } from '../../../matrix/space/subject.ts';
import { DEVICE_KINDS, natureOf, type DeviceKind } from '../../../model/makers.ts';
import { packageRoot } from '../../../machine/installation.ts';
import { privateFolders } from '../../../runner/pool/private-folders.ts';
import type { Environment } from '../../../matrix/kinds/kinds.ts';
import type { Matrix } from '../../../matrix/file/schema.ts';

/** Starts `command`, or a shell, with the variables that a cell of this environment and setting gets. Its exit code is ours. */
export async function envRun(
  file: string,
  command: readonly string[],
  { environment: name, setting = 'default', device }: EnvRunOptions,
  io: Io,
): Promise<number> {
  const { matrix, options } = await givenMatrix(file, io);
  const environment = name === undefined ? onlyOne(matrix.environments) : findEnvironment(matrix.environments, name);
  findSetting(matrix, setting);
  const chosen = await deviceOf(matrix, device, io);
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
    const variables = { ...ready.env, ...baseEnvironment(io.env), ...chosen.variables, ...own, ...folders.env };
    const isTerminal = process.stdin.isTTY && io.stdout.isTTY === true;
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
    const term = io.env['TERM'] === undefined ? {} : { TERM: io.env['TERM'] };
    const shell = command.length > 0 ? command : [io.env['SHELL'] ?? '/bin/sh'];
    if (command.length === 0) io.stderr.write(`a shell in ${environment.name}, setting ${setting}; exit leaves it\n`);
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
  { stderr }: Io,
): Promise<{
  readonly kind: DeviceKind;
  readonly variables: Readonly<Record<string, string>>;
}> {
  const kind = DEVICE_KINDS.find((one) => one === asked && natureOf(one) === 'processor') ?? matrix.device;
  if (natureOf(kind) === 'simulation') return { kind: 'cpu', variables: {} };
  try {
    const { kind: found, variables } = chooseDevice(kind, await discover());
    return { kind: found, variables };
  } catch (error) {
    stderr.write(`warning: without the variables that bind a probe to its card: ${messageOf(error)}\n`);
    return { kind: 'cpu', variables: {} };
  }
}
