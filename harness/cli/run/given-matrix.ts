/** The matrix that a command of `bench env` names, and what its environments are provided with. */
import { dirname, resolve } from 'node:path';
import { readGiven } from '../input/read-given.ts';
import { readCatalogue } from '../../catalogue/update/user-file.ts';
import { loadMatrix } from '../../matrix/load.ts';
import type { Matrix } from '../../matrix/file/schema.ts';
import type { ProvisionOptions } from '../../environments/provisioned.ts';
import type { Io } from '../streams.ts';

export async function givenMatrix(
  file: string,
  { stderr, env }: Io,
): Promise<{ readonly matrix: Matrix; readonly options: ProvisionOptions }> {
  const matrix = loadMatrix(await readGiven(file, 'matrix'), file, await readCatalogue(env));
  return {
    matrix,
    options: {
      directory: dirname(resolve(file)),
      ambient: env,
      onProgress: (text) => stderr.write(`${text}\n`),
      container: { device: 'cpu', runId: 'env', read: [], write: [] },
      ...(matrix.provision === undefined ? {} : { provision: matrix.provision }),
    },
  };
}
