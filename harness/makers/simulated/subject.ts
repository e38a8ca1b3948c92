/** What the conditions of a simulated card may look at. */
import type { Case } from '../../model/cell.ts';
import type { Environment } from '../../matrix/kinds/kinds.ts';
import type { TorchSwitches } from '../../matrix/file/schema.ts';
import type { Subject } from '../../model/conditions.ts';

/** Names that every subject has, whatever the probe; a case parameter of the same name is hidden by them. */
export const RESERVED_NAMES = ['environment', 'setting', 'torch', 'rocm', 'control'] as const;
/** `canary` or the name of a control; a cell has no such value. */
export const CONTROL_NAME = 'control';
/** Before the name of an environment variable, as in `env.MIOPEN_DEBUG_CONV_GEMM`. */
export const VARIABLE_PREFIX = 'env.';
/** Before the name of a torch switch, as in `switch.cudnn_enabled`. */
export const SWITCH_PREFIX = 'switch.';

export interface Circumstances {
  readonly environment: Environment;
  readonly setting: string;
  /** Variables of the matrix, the environment and the setting together; more do no harm. */
  readonly variables: Readonly<Record<string, string>>;
  /** The setting's torch switches. */
  readonly switches: TorchSwitches;
  readonly case: Case;
  /** Derived from the case, such as workspace_bytes; null where nothing can be derived. */
  readonly features: Readonly<Record<string, number>> | null;
}

/** Interpreters declare no torch and no ROCm version: conditions on those are false for them. */
export function subjectOf({
  environment,
  setting,
  variables,
  switches,
  case: parameters,
  features,
}: Circumstances): Subject {
  return {
    ...features,
    ...parameters,
    ...prefixed(VARIABLE_PREFIX, variables),
    ...prefixed(SWITCH_PREFIX, switches),
    environment: environment.name,
    setting,
    torch: 'torch' in environment ? environment.torch : null,
    rocm: 'rocm' in environment ? environment.rocm : null,
    [CONTROL_NAME]: null,
  };
}

function prefixed<T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}
