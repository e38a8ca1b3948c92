/** `bench plan`: what a matrix would run, cost and download. Starts nothing and writes nothing. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { planText } from './plan-text.ts';
import { probePath } from './probe-path.ts';
import { readGiven } from './read-given.ts';
import { environmentsFolder } from '../environments/wheel-plan.ts';
import { BUILT_IN } from '../catalogue/built-in.ts';
import { chipName } from '../catalogue/chips.ts';
import { noBinary } from '../catalogue/prediction.ts';
import { readCatalogue } from '../environments/catalogue-file.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { variablesFor } from '../matrix/subject.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { adviceOn } from '../matrix/advice.ts';
import { axesOf } from '../matrix/axes.ts';
import { downloadsOf } from '../matrix/downloads.ts';
import { estimate } from '../matrix/estimate.ts';
import { loadMatrix } from '../matrix/load.ts';
import type { Download } from '../matrix/downloads.ts';
import type { Estimate } from '../matrix/estimate.ts';
import type { Matrix } from '../matrix/schema.ts';

/** What `--json` prints. Times in seconds, sizes in bytes. */
export interface Plan {
  readonly matrix: {
    readonly name: string;
    readonly description: string;
    readonly probe: string;
    readonly device: string;
    readonly environments: readonly string[];
    readonly settings: readonly string[];
    readonly axes: readonly { readonly name: string; readonly parameters: readonly string[]; readonly length: number }[];
    readonly strategy: Matrix['search']['strategy'];
    readonly searchAxis: string | null;
  };
  readonly estimate: Estimate;
  readonly downloads: readonly Download[];
  /** Where wheel environments are kept; the home folder is written as ~. */
  readonly environmentsFolder: string;
  readonly advice: readonly string[];
  /** What a real run leaves out, because the wheel holds no code for the card: predicted from the catalogue, not measured. */
  readonly predicted: readonly { readonly environment: string; readonly setting: string; readonly reason: string }[];
}

/** Throws UsageError for a file that cannot be read or is no matrix, and for a probe that is not there, as `run` does. */
export async function planCommand(file: string, options: Readonly<Record<string, unknown>>): Promise<ExitCode> {
  const text = await readGiven(file, 'matrix', 'matrices/conv2d.yml');
  const catalogue = await readCatalogue(process.env);
  const matrix = loadMatrix(text, file, catalogue);
  probePath(matrix.probe, resolve(file));
  const plan = planOf(matrix, catalogue, cardOf(options['card']));
  process.stdout.write(options['json'] === true ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan));
  return ExitCode.complete;
}

function cardOf(given: unknown): string | null {
  if (given === undefined) return null;
  const card = chipName(String(given));
  if (card === null) throw new UsageError('option', `--card: "${String(given)}" is no chip`, 'write one such as gfx1010');
  return card;
}

/** `card`: its chip; null when it is not known, and then a prediction needs HSA_OVERRIDE_GFX_VERSION in the matrix. */
export function planOf(matrix: Matrix, catalogue: Catalogue = BUILT_IN, card: string | null = null): Plan {
  const { name, description, probe, device, search } = matrix;
  const predicted = predictedOf(matrix, catalogue, card);
  const settings = Object.keys(matrix.settings);
  const left = new Set(matrix.environments.map((one) => one.name).filter((one) => predicted.filter(({ environment }) => environment === one).length === settings.length));
  return {
    matrix: {
      name,
      description,
      probe,
      device,
      environments: matrix.environments.map((environment) => environment.name),
      settings,
      axes: axesOf(matrix).map((axis) => ({ name: axis.name, parameters: axis.parameters, length: axis.length })),
      strategy: search.strategy,
      searchAxis: search.axis,
    },
    estimate: estimate(matrix),
    downloads: downloadsOf(matrix, catalogue).filter(({ environment }) => !left.has(environment)),
    environmentsFolder: fromHome(environmentsFolder(process.env)),
    advice: adviceOn(matrix, catalogue),
    predicted,
  };
}

function predictedOf(matrix: Matrix, catalogue: Catalogue, card: string | null): Plan['predicted'] {
  if (matrix.include_no_binary || !['auto', 'rocm'].includes(matrix.device)) return [];
  return matrix.environments.flatMap((environment) => {
    if (environment.kind !== 'wheel' || environment.rocm === undefined) return [];
    const { name, torch, rocm, index } = environment;
    return Object.keys(matrix.settings).flatMap((setting) => {
      const reason = noBinary({ torch, rocm, index }, card, variablesFor(matrix, name, setting), catalogue);
      return reason === null ? [] : [{ environment: name, setting, reason }];
    });
  });
}

function fromHome(path: string): string {
  const home = homedir();
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
