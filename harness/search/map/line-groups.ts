/**
 * Which lines are alike: sets of lines by their environment, their parameters and by what sort of numbers these are. Generic: it
 * knows names and values, and nothing of what they mean.
 */
import type { Line } from '../../model/cell.ts';
import type { Scalar } from '../../model/conditions.ts';

/** A set of lines that a line belongs to. Sets of one kind earn trust together. */
export interface Group {
  readonly kind: string;
  readonly key: string;
}

/** What sort of number: a text or a boolean stands for itself. */
type Sort = (value: number) => Scalar;

const SORTS: Readonly<Record<string, Sort>> = {
  'power of two': isPowerOfTwo,
  odd: (value) => value % 2 !== 0,
  'multiple of 8': (value) => value % 8 === 0,
  'multiple of 16': (value) => value % 16 === 0,
  'multiple of 32': (value) => value % 32 === 0,
  'multiple of 64': (value) => value % 64 === 0,
  magnitude,
  sort: (value) => `${twos(value)} ${isPowerOfTwo(value)}`,
};

/** Wider before narrower. `constants` names parameters in which no lines differ. */
export function groupsOf({ environment, setting, fixed }: Line, constants: ReadonlySet<string>): readonly Group[] {
  const unit = [environment, setting];
  const own = Object.entries(fixed).filter(([name]) => !constants.has(name));
  const groups: Group[] = [
    { kind: 'all', key: '' },
    { kind: 'setting', key: JSON.stringify(setting) },
    { kind: 'unit', key: JSON.stringify(unit) },
  ];
  const add = (kind: string, what: unknown): void => {
    groups.push(
      { kind, key: JSON.stringify([setting, what]) },
      { kind: `${kind} in unit`, key: JSON.stringify([unit, what]) },
    );
  };
  if (own.some(([, value]) => typeof value === 'number')) {
    for (const [kind, sort] of Object.entries(SORTS))
      add(
        kind,
        own.map(([, value]) => (typeof value === 'number' ? sort(value) : value)),
      );
  }
  if (own.length > 1) for (const [name, value] of own) add(`parameter ${name}`, value);
  groups.push({ kind: 'parameters', key: JSON.stringify([setting, own]) });
  return groups;
}

/** 0 for the same parameters; grows with how far numbers are apart and with every other difference. */
export function distance(a: Line['fixed'], b: Line['fixed']): number {
  return Object.keys(a).reduce((sum, name) => sum + apart(a[name], b[name]), 0);
}

function apart(a: Scalar | undefined, b: Scalar | undefined): number {
  if (a === b) return 0;
  if (typeof a !== 'number' || typeof b !== 'number') return 1;
  return Math.abs(a - b) / (Math.abs(a) + Math.abs(b));
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && 2 ** twos(value) === value;
}

/** How often it can be halved, at most 30 times. */
function twos(value: number): number {
  if (!Number.isInteger(value) || value === 0) return 0;
  let count = 0;
  for (let rest = value; rest % 2 === 0 && count < 30; rest /= 2) count += 1;
  return count;
}

/** Powers of two, by steps of halves. */
function magnitude(value: number): number {
  let step = 0;
  for (let size = Math.abs(value); size >= 2 && step < 60; size /= 2) step += 1;
  return step;
}
