/** Torch switches of a cell, and its variables as a shell wants them. Pure. */
import type { Variables } from '../../reports/findings/words/variables.ts';
import type { CellResult, Results } from '../model/results/results.ts';

export function switchesOf(
  { settings }: Results,
  { setting }: CellResult,
): readonly (readonly [string, string | number | boolean])[] {
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
