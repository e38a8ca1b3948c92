/**
 * From the words of `bench run` to something that can be measured: matrix, device, probe and a locked run folder.
 * Everything that can be wrong with the words is found here, before anything is written or started.
 */
import { dirname, resolve } from 'node:path';
import { isProbePath, probePath } from './probe-path.ts';
import { requested, withOptions, type RunChoices } from './run-choices.ts';
import { choose, held, MODEL, type OpenedRun } from './target.ts';
import { readGiven } from '../input/read-given.ts';
import { lockDevice } from '../../devices/device-lock.ts';
import { simulatedCard } from '../../makers/simulated/fate-of.ts';
import { parseModel } from '../../makers/simulated/parse-model.ts';
import { readCatalogue } from '../../catalogue/update/user-file.ts';
import { refuseUnfit } from '../../machine/limits.ts';
import { UsageError } from '../../model/errors.ts';
import { createRun } from '../../journal/run-folder.ts';
import { enumerate } from '../../matrix/space/enumerate.ts';
import { loadMatrix } from '../../matrix/load.ts';
import { matrixHash, resolvedJson } from '../../matrix/file/resolved.ts';
import type { Matrix } from '../../matrix/file/schema.ts';
import { spelledOut } from '../../matrix/kinds/kinds.ts';
import type { DeviceInfo } from '../../model/events.ts';
import { natureOf } from '../../model/makers.ts';

const DEFAULT_SEED = 1;

/** `reshape`: what a command makes of the matrix as it was written. `accept`: throws where this device will not do. */
export async function newRun(
  matrixFile: string,
  options: RunChoices,
  env: NodeJS.ProcessEnv,
  reshape: (matrix: Matrix) => Matrix = (matrix) => matrix,
  accept: (device: DeviceInfo) => void = () => undefined,
): Promise<OpenedRun> {
  refuseUnfit();
  const path = resolve(matrixFile);
  const request = options.device === undefined ? null : requested(options.device);
  const text = await readGiven(matrixFile, 'matrix');
  const given = withOptions(reshape(loadMatrix(text, matrixFile, await readCatalogue(env))), request, options);
  refuseTooMany(given);
  const probe = probePath(given.probe, path);
  const directory = dirname(path);
  const model = natureOf(given.device) === 'simulation' ? await readModel(given, directory, options) : null;
  const seed = options.seed ?? DEFAULT_SEED;
  const card = model === null ? null : simulatedCard(parseModel(model.text, model.file), seed);
  const target =
    card === null
      ? await choose(given.device, request?.address ?? null, given)
      : { device: card.device, deviceVariables: {}, warnings: [] };
  accept(target.device);
  // Paths are spelled out, so that the run goes on from any folder; a built-in probe is found where the program is.
  const matrix: Matrix = {
    ...given,
    probe: isProbePath(given.probe) ? probe : given.probe,
    environments: given.environments.map((environment) => spelledOut(environment, directory)),
    device: target.device.kind,
  };
  // Before the folder is made: a run that is refused leaves nothing behind.
  const lock = lockDevice(target.device, `${matrix.name}, which is being started`);
  try {
    const folder = await createRun({
      matrix: matrix.name,
      matrixText: text,
      resolved: resolvedJson(matrix),
      now: new Date(),
      ...(options.out === undefined ? {} : { out: options.out }),
    });
    if (model !== null) await folder.write(MODEL, model.text);
    return {
      folder,
      matrix,
      matrixHash: matrixHash(matrix),
      ...held(target, folder, lock),
      card,
      probe,
      directory,
      seed,
      resume: false,
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** Results list every cell, observed or not. */
const MOST_CELLS = 250_000;

function refuseTooMany(matrix: Matrix): void {
  const { cellCount } = enumerate(matrix);
  if (cellCount <= MOST_CELLS) return;
  throw new UsageError(
    'too-many-cells',
    `the matrix has ${cellCount.toLocaleString('en')} cells; a run takes up to ${MOST_CELLS.toLocaleString('en')}, because its results list every one`,
    'take a larger step or a factor on the longest axis, or split the matrix; bench plan counts any matrix',
  );
}

async function readModel(
  matrix: Matrix,
  directory: string,
  { model }: RunChoices,
): Promise<{ readonly file: string; readonly text: string }> {
  const file = model ?? (matrix.simulate === undefined ? null : resolve(directory, matrix.simulate));
  if (file === null) {
    throw new UsageError(
      'no-model',
      'the simulated card needs a model: this matrix names none',
      'add `simulate: ./models/….yml` to the matrix, or give --model <file>',
    );
  }
  return { file, text: await readGiven(file, 'model') };
}
