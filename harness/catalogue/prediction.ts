/** Which wheels end with "no binary" at once on a card: told beforehand from the code they hold, so that nobody downloads gigabytes for that. */
import { BUILT_IN, publicIndex } from './rows/built-in.ts';
import { holdsCode, OVERRIDE, overriddenChip, publicGfx1030 } from './chips.ts';
import { publicWheel, type Pair } from './find.ts';
import { wheelId } from './wheel-name.ts';
import type { Catalogue } from './types.ts';

export interface Placed extends Pair {
  /** Its own, if the matrix names one. */
  readonly index?: string | undefined;
}

const NAME = 'HSA_OVERRIDE_GFX_VERSION';

/**
 * The chip for which code has to be there: the one that the variables make of the card, else the card's own. null when neither is known.
 */
export function neededChip(card: string | null, variables: Readonly<Record<string, string>>): string | null {
  // One value for each node: which of them is meant is not known here.
  if (Object.keys(variables).some((name) => name.startsWith(`${NAME}_`))) return null;
  const override = variables[NAME];
  return override === undefined || override === '' ? card : overriddenChip(override);
}

/** Why the wheel holds no code for the card; null when it does, or when it is not known. One line. */
export function noBinary(
  wheel: Placed,
  card: string | null,
  variables: Readonly<Record<string, string>>,
  catalogue: Catalogue = BUILT_IN,
): string | null {
  // What another index serves under this name, nobody knows.
  if (wheel.index !== undefined && wheel.index.replace(/\/$/, '') !== publicIndex(wheel.rocm)) return null;
  const chip = neededChip(card, variables);
  if (chip === null) return null;
  const known =
    publicWheel(catalogue, wheel) ??
    ({ channel: 'nightly', rocm: wheel.rocm, gfx1030: publicGfx1030(wheel.rocm) } as const);
  if (holdsCode(known, chip) !== false) return null;
  const override = variables[NAME];
  const posing = override === undefined || override === '' ? '' : `, as which ${NAME}=${override} lets the card pose`;
  const hint =
    posing === '' && known.gfx1030 === true && OVERRIDE.cards.some((one) => one === chip)
      ? `; with ${NAME}: "${OVERRIDE.value}" it could pose as ${OVERRIDE.chip}`
      : '';
  return `predicted, not measured: no-binary, for ${wheelId(wheel)} holds no code for ${chip}${posing}${hint}`;
}
