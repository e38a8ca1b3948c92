/** The variables under which a cell was measured. */
import type { CellResult, Results } from '../../../harness/model/results/results.ts';

/** null: taken away. Sorted by name. */
export type Variables = readonly (readonly [string, string | null])[];

/**
 * A setting's entry in results.json holds the matrix's variables as well; what all settings share may come from the matrix, over which the
 * environment's own variables win.
 */
export function variablesOf(
  { settings, environments }: Results,
  { environment, setting }: Pick<CellResult, 'environment' | 'setting'>,
): Variables {
  const ofSetting = settings.find(({ name }) => name === setting)?.env ?? {};
  const ofEnvironment = environments.find(({ name }) => name === environment)?.env ?? {};
  const own = Object.entries(ofSetting).filter(
    ([name, value]) => settings.length > 1 && !settings.every(({ env }) => env[name] === value),
  );
  const all = { ...ofSetting, ...ofEnvironment, ...Object.fromEntries(own) };
  return Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
