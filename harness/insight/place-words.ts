/** A cell in a few words: what varies in the matrix, then the environment. */
import type { CellRef } from './cell-facts.ts';

/** `matrix`: the cells that say what varies. Parameters that are always the same are named where a cell differs from them. */
export function placeWords(matrix: readonly { readonly place: CellRef }[]): (place: CellRef) => string {
  const usual = new Map<string, unknown>();
  const varying = new Set<string>();
  const settings = new Set<string>();
  for (const { place } of matrix) {
    settings.add(place.setting);
    for (const [name, value] of Object.entries(place.case)) {
      if (!usual.has(name)) usual.set(name, value);
      else if (usual.get(name) !== value) varying.add(name);
    }
  }
  return ({ environment, setting, case: parameters }) => {
    const shown = Object.entries(parameters).filter(([name, value]) => varying.has(name) || usual.get(name) !== value);
    const words = shown.map(([name, value]) => `${name} ${String(value)}`);
    return `${words.length === 0 ? 'the case' : words.join(', ')} on ${environment}${settings.size > 1 ? `, ${setting}` : ''}`;
  };
}
