/** `bench env why A B`: what differs between two environments, and what would separate it. Starts nothing. */
import { printJson, type Io } from '../../streams.ts';
import type { EnvWhyOptions } from '../../commands/env.ts';
import { whyText, type Side, type Why } from '../../text/why-text.ts';
import { readGiven } from '../../input/read-given.ts';
import { bridges } from '../../../catalogue/bridges.ts';
import { refuseMissing, wheelFault } from '../../../catalogue/rows/check.ts';
import { differences, imageVersions, wheelVersions } from '../../../catalogue/differences.ts';
import { halfNamed, wheelsOf } from '../../../catalogue/find.ts';
import { pythonTag, pythonVersion } from '../../../catalogue/order.ts';
import { parseWritten, wheelId } from '../../../catalogue/wheel-name.ts';
import { readCatalogue } from '../../../catalogue/update/user-file.ts';
import { ExitCode, UsageError } from '../../../model/errors.ts';
import { loadMatrix } from '../../../matrix/load.ts';
import { findEnvironment } from '../../../matrix/space/narrow.ts';
import type { Catalogue } from '../../../catalogue/types.ts';
import { declarationOf, type Environment } from '../../../matrix/kinds/kinds.ts';

const DEFAULT_PYTHON = '3.10';

/** An environment of the matrix is named as for `bench env show`. Throws UsageError for what is neither that nor a wheel that exists, and for what `loadMatrix` refuses. */
export async function envWhy(a: string, b: string, { matrix, python, json }: EnvWhyOptions, io: Io): Promise<ExitCode> {
  const catalogue = await readCatalogue(io.env);
  const environments =
    matrix === undefined ? [] : loadMatrix(await readGiven(matrix, 'matrix'), matrix, catalogue).environments;
  const why = whyOf(sideOf(a, environments, python, catalogue), sideOf(b, environments, python, catalogue), catalogue);
  if (json === true) printJson(io, why);
  else io.stdout.write(whyText(why));
  return ExitCode.complete;
}

export function whyOf(a: Side, b: Side, catalogue: Catalogue): Why {
  return {
    schema: 1,
    a,
    b,
    comparison: differences(a.versions, b.versions),
    bridges: bridges(a.versions, b.versions, catalogue),
  };
}

function sideOf(
  text: string,
  environments: readonly Environment[],
  python: string | undefined,
  catalogue: Catalogue,
): Side {
  const declared = environments.find(({ name }) => name === text);
  if (declared !== undefined) return declaredSide(declared, catalogue);
  const image = catalogue.containers.find((one) => one.image === text);
  if (image !== undefined) return { name: text, versions: imageVersions({ image: text }, catalogue) };
  const written = parseWritten(text);
  if (written === null) {
    if (environments.length > 0) return declaredSide(findEnvironment(environments, text), catalogue);
    const half = halfNamed(catalogue, text).map(wheelId);
    const next =
      half.length > 0 ? `name torch and ROCm, one of: ${half.join(', ')}` : 'write a wheel as 1.13.1+rocm5.2';
    throw new UsageError(
      'no-such-environment',
      `"${text}" is no environment and no wheel`,
      `${next}; or name the matrix that has the environment with --matrix`,
    );
  }
  return wheelSide(written, pythonOf(python, written.python), catalogue);
}

function declaredSide(environment: Environment, catalogue: Catalogue): Side {
  return { name: environment.name, versions: declarationOf(environment).versions(catalogue) };
}

function wheelSide(
  written: { readonly torch: string; readonly rocm: string; readonly build: string },
  python: string | null,
  catalogue: Catalogue,
): Side {
  const { torch, rocm } = written;
  const found = wheelsOf(catalogue, written);
  refuseMissing(catalogue, written, found);
  const [wheel] = found;
  const chosen =
    python ??
    (wheel?.pythonsComplete === true && !wheel.pythons.includes(pythonTag(DEFAULT_PYTHON) ?? '')
      ? pythonVersion(wheel.pythons.at(-1) ?? '')
      : DEFAULT_PYTHON);
  const fault = wheelFault(catalogue, written, chosen);
  if (fault?.field === 'python') throw new UsageError('no-such-wheel', fault.message, 'choose another with --python');
  const own = wheel?.channel === 'amd' || wheel?.channel === 'gfx1010' ? (wheel.index ?? undefined) : undefined;
  return {
    name: `${wheelId(written)} (Python ${chosen})`,
    versions: wheelVersions({ torch, rocm, python: chosen, index: own }, catalogue),
  };
}

function pythonOf(given: string | undefined, written: string | null): string | null {
  if (given === undefined) return written === null ? null : pythonVersion(written);
  const tag = pythonTag(given);
  if (tag === null) throw new UsageError('option', `--python: "${given}" is no Python 3`, 'write one such as 3.10');
  return pythonVersion(tag);
}
