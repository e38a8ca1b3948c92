/** `bench env create` and `bench env show`: environments of a matrix, made or only told. What they are is decided in harness/environments. */
import { catchSignals } from '../../watch/interrupt.ts';
import { givenMatrix } from '../../run/given-matrix.ts';
import { printJson, type Io } from '../../streams.ts';
import { providerOf } from '../../../environments/kinds/kinds.ts';
import { provision } from '../../../environments/provision.ts';
import { INTERRUPTED, type ProvisionOptions } from '../../../environments/provisioned.ts';
import { findEnvironment } from '../../../matrix/space/narrow.ts';
import { ExitCode } from '../../../model/errors.ts';
import type { Environment } from '../../../matrix/kinds/kinds.ts';

/** `print`: say what would be installed instead of installing it. */
export async function envCreate(
  file: string,
  name: string | undefined,
  { json, print: isPrint }: { readonly json?: true | undefined; readonly print?: true | undefined },
  io: Io,
): Promise<ExitCode> {
  const { matrix, options } = await givenMatrix(file, io);
  const wanted = name === undefined ? matrix.environments : [findEnvironment(matrix.environments, name)];
  const interruption = catchSignals((text) => io.stderr.write(`${text}\n`));
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
      if (json !== true) io.stdout.write(shown.text);
    }
  } finally {
    interruption.release();
  }
  if (json === true) printJson(io, { schema: 1, environments: made });
  return interruption.exitCode() ?? (failed > 0 ? ExitCode.noVerdict : ExitCode.complete);
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
