/** `bench plan`: what a matrix would run, cost and download. Starts nothing and writes nothing. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { planText } from './plan-text.ts';
import { probePath } from './probe-path.ts';
import { readGiven } from './read-given.ts';
import { environmentsFolder } from '../environments/wheel-plan.ts';
import { ExitCode } from '../errors.ts';
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
}

/** Throws UsageError for a file that cannot be read or is no matrix, and for a probe that is not there, as `run` does. */
export async function planCommand(file: string, options: Readonly<Record<string, unknown>>): Promise<ExitCode> {
  const text = await readGiven(file, 'matrix', 'matrices/conv2d.yml');
  const matrix = loadMatrix(text, file);
  probePath(matrix.probe, resolve(file));
  const plan = planOf(matrix);
  process.stdout.write(options['json'] === true ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan));
  return ExitCode.complete;
}

export function planOf(matrix: Matrix): Plan {
  const { name, description, probe, device, search } = matrix;
  return {
    matrix: {
      name,
      description,
      probe,
      device,
      environments: matrix.environments.map((environment) => environment.name),
      settings: Object.keys(matrix.settings),
      axes: axesOf(matrix).map((axis) => ({ name: axis.name, parameters: axis.parameters, length: axis.length })),
      strategy: search.strategy,
      searchAxis: search.axis,
    },
    estimate: estimate(matrix),
    downloads: downloadsOf(matrix),
    environmentsFolder: fromHome(environmentsFolder(process.env)),
    advice: adviceOn(matrix),
  };
}

function fromHome(path: string): string {
  const home = homedir();
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
