/** The variables and torch switches under which a cell was measured. Pure. */
import type { CellResult, Results } from '../../verdicts/results.ts';

/** null: taken away. Sorted by name. */
export type Variables = readonly (readonly [string, string | null])[];

/**
 * A setting's entry in results.json holds the matrix's variables as well; what all settings share may come from the matrix, over which the
 * environment's own variables win.
 */
export function variablesOf({ settings, environments }: Results, { environment, setting }: CellResult): Variables {
  const ofSetting = settings.find(({ name }) => name === setting)?.env ?? {};
  const ofEnvironment = environments.find(({ name }) => name === environment)?.env ?? {};
  const own = Object.entries(ofSetting).filter(([name, value]) => settings.length > 1 && !settings.every(({ env }) => env[name] === value));
  const all = { ...ofSetting, ...ofEnvironment, ...Object.fromEntries(own) };
  return Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

export function switchesOf({ settings }: Results, { setting }: CellResult): readonly (readonly [string, string | number | boolean])[] {
  return Object.entries(settings.find(({ name }) => name === setting)?.torch ?? {});
}

/** "env -u GONE NAME=value …", quoted for a POSIX shell; '' where there are none. */
export function shellPrefix(variables: Variables): string {
  if (variables.length === 0) return '';
  const away = variables.filter(([, value]) => value === null).map(([name]) => `-u ${name} `);
  const set = variables.flatMap(([name, value]) => (value === null ? [] : [`${name}=${quoted(value)} `]));
  return `${away.length === 0 ? '' : `env ${away.join('')}`}${set.join('')}`;
}

function quoted(value: string): string {
  return /^[\w.,:/+@%=-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
