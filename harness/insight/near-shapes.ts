/**
 * Shapes near observed ones, for telling explanations apart: one or two parameters changed. Only parameters that the case has are
 * changed, for nobody knows what else a probe takes, unless bench knows more of the probe.
 */
import { NO_KNOWLEDGE, type Change, type ProbeKnowledge } from '../knowledge/knowledge.ts';
import type { Case } from '../model/cell.ts';
import type { Scalar } from '../model/conditions.ts';

/** Of one axis: the ones nearest to the value at hand. */
const NEAREST = 10;

/** `seen`: the values that the matrix knows for each parameter. Each shape once, those with one change first. */
export function nearShapes(
  knowledge: ProbeKnowledge,
  base: Case,
  seen: ReadonlyMap<string, readonly Scalar[]>,
): readonly Case[] {
  const known = knowledge.derive(base) === null ? NO_KNOWLEDGE : knowledge;
  const single = changesOf(known, base, seen);
  const pairs = single.flatMap((one, index) =>
    single.slice(index + 1).flatMap((other) => (disjoint(one, other) ? [{ ...one, ...other }] : [])),
  );
  const shapes = new Map<string, Case>();
  for (const change of [...single, ...pairs]) {
    const shape = changed(base, change);
    if (known.derive(shape) === null) continue;
    shapes.set(JSON.stringify(Object.entries(shape).toSorted(([a], [b]) => (a < b ? -1 : 1))), shape);
  }
  return [...shapes.values()];
}

function changesOf(known: ProbeKnowledge, base: Case, seen: ReadonlyMap<string, readonly Scalar[]>): readonly Change[] {
  return Object.entries(base).flatMap(([name, value]) => {
    const told = known.near(name, base);
    const others = told?.others === false ? [] : otherValues(value, seen.get(name) ?? []);
    const all = [...others.map((one): Change => ({ [name]: one })), ...(told?.changes ?? [])];
    return all.filter((change) => change[name] !== value);
  });
}

function otherValues(value: Scalar, known: readonly Scalar[]): readonly Scalar[] {
  if (typeof value !== 'number') return known;
  if (!Number.isInteger(value)) return nearest(known, value);
  const around = [value - 1, value + 1, value + 2, value + 4, value * 2, value * 1.5, Math.floor(value / 2)].filter(
    (one) => one >= 1 && Number.isInteger(one),
  );
  return [...new Set([...around, ...nearest(known, value)])];
}

function nearest(known: readonly Scalar[], value: number): readonly number[] {
  const numbers = known.filter((one) => typeof one === 'number');
  return numbers.toSorted((a, b) => Math.abs(a - value) - Math.abs(b - value) || a - b).slice(0, NEAREST);
}

function disjoint(one: Change, other: Change): boolean {
  return Object.keys(one).every((name) => !(name in other));
}

function changed(base: Case, change: Change): Case {
  return Object.fromEntries(
    Object.entries({ ...base, ...change }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
