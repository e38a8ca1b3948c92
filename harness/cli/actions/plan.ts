/** `bench plan`: what a matrix would run, cost and download. Starts no probe, makes no environment and writes nothing. */
import { dirname, resolve } from 'node:path';
import { planOf } from '../run/plan-of.ts';
import { printJson, type Io } from '../streams.ts';
import type { PlanOptions } from '../commands/plan.ts';
import { planText } from '../run/plan-text.ts';
import { probePath } from '../run/probe-path.ts';
import { readGiven } from '../input/read-given.ts';
import { availability, freeBytes } from '../../environments/availability.ts';
import { environmentsFolder } from '../../environments/kinds/wheel/wheel-plan.ts';
import { chipName } from '../../catalogue/chips.ts';
import { readCatalogue } from '../../catalogue/update/user-file.ts';
import { ExitCode, UsageError } from '../../model/errors.ts';
import { loadMatrix } from '../../matrix/load.ts';

/** Throws UsageError for a file that cannot be read or is no matrix, and for a probe that is not there, as `run` does. */
export async function plan(file: string, options: PlanOptions, io: Io): Promise<ExitCode> {
  const text = await readGiven(file, 'matrix');
  const catalogue = await readCatalogue(io.env);
  const matrix = loadMatrix(text, file, catalogue);
  probePath(matrix.probe, resolve(file));
  const provision = matrix.provision === undefined ? {} : { provision: matrix.provision };
  const folder = environmentsFolder(io.env);
  const [environments, free] = await Promise.all([
    availability(
      matrix.environments,
      { directory: dirname(resolve(file)), ambient: io.env, ...provision },
      new AbortController().signal,
    ),
    freeBytes(folder),
  ]);
  const found = planOf(matrix, catalogue, cardOf(options.card), {
    environments,
    environmentsFolder: folder,
    freeBytes: free,
  });
  if (options.json === true) printJson(io, found);
  else io.stdout.write(planText(found));
  return ExitCode.complete;
}

function cardOf(given: string | undefined): string | null {
  if (given === undefined) return null;
  const card = chipName(given);
  if (card === null)
    throw new UsageError(
      'option',
      `--card: "${given}" is no chip`,
      'write one such as gfx1010; bench doctor tells that of your card',
    );
  return card;
}
