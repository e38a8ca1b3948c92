/**
 * Conditions over a cell: the small language shared by `exclude`, `expect` and the rules of a simulated card.
 * Pure; knows nothing of any probe. Which names a subject has is decided by who builds the subject.
 */
import { satisfies, valid, validRange } from '@renovatebot/pep440';
import { z } from 'zod';

export const Scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: (issue) =>
    typeof issue.input === 'number'
      ? `${issue.input} is not a finite number; a value is text, a finite number, true or false`
      : undefined,
});
export type Scalar = z.infer<typeof Scalar>;

const Comparison = z
  .strictObject({
    gt: z.number().optional(),
    gte: z.number().optional(),
    lt: z.number().optional(),
    lte: z.number().optional(),
    power_of_two: z.boolean().optional(),
    multiple_of: z.number().int().positive().optional(),
    odd: z.boolean().optional(),
    not: z.union([Scalar, z.array(Scalar).min(1)]).optional(),
    /** A PEP 440 specifier such as ">=5.5,<6.2"; the subject's value is read as a version. */
    version: z
      .string()
      .refine((text) => text.trim() !== '' && validRange(text), {
        error: (issue) =>
          `"${String(issue.input)}" is not a version specifier; write one such as ">=5.5,<6.2" or "==5.2"`,
      })
      .optional(),
  })
  .refine((value) => Object.keys(value).length > 0, {
    message: 'is an empty condition; write a value, a list of values or operators such as {gte: 32}',
  });
type Comparison = z.infer<typeof Comparison>;

/** One value, any of several values, or a comparison: every operator in it must hold. */
export const Condition = z.union([Scalar, z.array(Scalar).min(1), Comparison], {
  error: 'a condition is a value, a list of values or operators such as {gte: 32}',
});
export type Condition = z.infer<typeof Condition>;

/** All entries must hold. An empty object holds for every subject. */
export const Where = z.record(z.string(), Condition);
export type Where = z.infer<typeof Where>;

/** Names to values. A name that is absent makes every condition on it false. */
export type Subject = Readonly<Record<string, Scalar | null | undefined>>;

/** Whether every condition of `where` holds for `subject`. */
export function matches(where: Where, subject: Subject): boolean {
  return Object.entries(where).every(([name, condition]) => holds(condition, subject[name]));
}

function holds(condition: Condition, value: Scalar | null | undefined): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(condition)) return condition.some((one) => same(one, value));
  if (typeof condition === 'object') return compare(condition, value);
  return same(condition, value);
}

/** YAML reads 5.2 as a number and "5.2" as a string; to a person they are the same version. */
function same(wanted: Scalar, value: Scalar): boolean {
  return String(wanted) === String(value);
}

function compare(comparison: Comparison, value: Scalar): boolean {
  const { not, version } = comparison;
  if (not !== undefined && (Array.isArray(not) ? not : [not]).some((one) => same(one, value))) return false;
  if (version !== undefined && !inVersions(String(value), version)) return false;
  const needsNumber = Object.keys(comparison).some((key) => key !== 'not' && key !== 'version');
  if (!needsNumber) return true;
  return typeof value === 'number' && compareNumber(comparison, value);
}

/** Nightlies are pre-releases: a condition such as ">=2.0.0.dev1" is meant to see them. */
function inVersions(value: string, specifier: string): boolean {
  return valid(value) !== null && satisfies(value, specifier, { prereleases: true });
}

function compareNumber(comparison: Comparison, value: number): boolean {
  const { gt, gte, lt, lte, power_of_two: powerOfTwo, multiple_of: multipleOf, odd } = comparison;
  return (
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte) &&
    (powerOfTwo === undefined || isPowerOfTwo(value) === powerOfTwo) &&
    (multipleOf === undefined || value % multipleOf === 0) &&
    (odd === undefined || (Math.abs(value % 2) === 1) === odd)
  );
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && Number.isInteger(Math.log2(value));
}
