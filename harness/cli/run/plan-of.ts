/** What a matrix would run, cost and download, from the matrix, the catalogue and what this machine has. */
import { homedir } from 'node:os';
import type { Availability } from '../../environments/kinds/provider.ts';
import { environmentsFolder } from '../../environments/kinds/wheel/wheel-plan.ts';
import { BUILT_IN } from '../../catalogue/rows/built-in.ts';
import { noBinary } from '../../catalogue/prediction.ts';
import { variablesFor } from '../../matrix/space/subject.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import { adviceOn } from '../../matrix/advice.ts';
import { axesOf } from '../../matrix/space/axes.ts';
import { downloadsOf, type EnvironmentDownload } from '../../matrix/cost/downloads.ts';
import { estimate, type Estimate } from '../../matrix/cost/estimate.ts';
import { isCatalogued } from '../../model/makers.ts';
import { declarationOf } from '../../matrix/kinds/kinds.ts';
import type { Matrix } from '../../matrix/file/schema.ts';

/** What `--json` prints. Times in seconds, sizes in bytes. */
export interface Plan {
  readonly matrix: {
    readonly name: string;
    readonly description: string;
    readonly probe: string;
    readonly device: Matrix['device'];
    readonly environments: readonly string[];
    readonly settings: readonly string[];
    readonly axes: readonly {
      readonly name: string;
      readonly parameters: readonly string[];
      readonly length: number;
    }[];
    readonly strategy: Matrix['search']['strategy'];
    readonly searchAxis: string | null;
  };
  readonly estimate: Estimate;
  /** What is here already is left out. */
  readonly downloads: readonly EnvironmentDownload[];
  /** Environments that are made already: nothing is downloaded for them. */
  readonly ready: readonly string[];
  /** Environments that a run could not make on this machine as it is. */
  readonly missing: readonly { readonly environment: string; readonly reason: string }[];
  /** Of the disk of `environmentsFolder`; null when it is not known. */
  readonly freeBytes: number | null;
  /** Where wheel environments are kept; the home folder is written as ~. */
  readonly environmentsFolder: string;
  readonly advice: readonly string[];
  /** The chip that was given by --card. */
  readonly card: string | null;
  /** What a real run leaves out, because the wheel holds no code for the card: predicted from the catalogue, not measured. */
  readonly predicted: readonly { readonly environment: string; readonly setting: string; readonly reason: string }[];
}

/** What the machine was seen to have. */
export interface Here {
  /** By name; of one that is not in it nothing is known. */
  readonly environments: ReadonlyMap<string, Availability>;
  readonly environmentsFolder: string;
  /** Of that folder's disk. */
  readonly freeBytes: number | null;
}

const NOTHING_KNOWN: Here = { environments: new Map(), environmentsFolder: environmentsFolder({}), freeBytes: null };

/** `card`: its chip; null when it is not known, and then a prediction needs HSA_OVERRIDE_GFX_VERSION in the matrix. */
export function planOf(
  matrix: Matrix,
  catalogue: Catalogue = BUILT_IN,
  card: string | null = null,
  here: Here = NOTHING_KNOWN,
): Plan {
  const { name, description, probe, device, search } = matrix;
  const predicted = predictedOf(matrix, catalogue, card);
  const settings = Object.keys(matrix.settings);
  const left = new Set(
    matrix.environments
      .map((one) => one.name)
      .filter((one) => predicted.filter(({ environment }) => environment === one).length === settings.length),
  );
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
    downloads: downloadsOf(matrix, catalogue).filter((one) => !left.has(one.environment) && !isSpared(one, here)),
    ready: named('ready'),
    missing: matrix.environments.flatMap(({ name: environment }) => {
      const found = here.environments.get(environment);
      return found?.kind === 'cannot' ? [{ environment, reason: found.reason }] : [];
    }),
    freeBytes: here.freeBytes,
    environmentsFolder: fromHome(here.environmentsFolder),
    advice: adviceOn(matrix, catalogue),
    card,
    predicted,
  };

  function named(kind: Availability['kind']): readonly string[] {
    return matrix.environments.map((one) => one.name).filter((one) => here.environments.get(one)?.kind === kind);
  }
}

/** It is here, or it is an image that nobody pulls. A wheel whose Python is missing is downloaded once that is mended. */
function isSpared({ environment, kind }: EnvironmentDownload, { environments }: Here): boolean {
  const state = environments.get(environment)?.kind;
  return state === 'ready' || (state === 'cannot' && kind === 'image');
}

function predictedOf(matrix: Matrix, catalogue: Catalogue, card: string | null): Plan['predicted'] {
  if (matrix.include_no_binary || !isCatalogued(matrix.device)) return [];
  return matrix.environments.flatMap((environment) => {
    const { name } = environment;
    const { wheel } = declarationOf(environment);
    if (wheel === null) return [];
    return Object.keys(matrix.settings).flatMap((setting) => {
      const reason = noBinary(wheel, card, variablesFor(matrix, name, setting), catalogue);
      return reason === null ? [] : [{ environment: name, setting, reason }];
    });
  });
}

function fromHome(path: string): string {
  const home = homedir();
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
