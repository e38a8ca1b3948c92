/** Versions of torch, ROCm and Python: their order and what a person means by one. As PEP 440 orders them. */
import { compare, satisfies, valid, validRange } from '@renovatebot/pep440';

/** Negative when `a` is older. What is no version comes last, by text. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [valid(a), valid(b)];
  if (left !== null && right !== null) return compare(left, right);
  if (left === null && right === null) return a < b ? -1 : a > b ? 1 : 0;
  return left === null ? 1 : -1;
}

/** The same version, however many zeros it is written with: "2.10" and "2.10.0". */
export function sameVersion(a: string, b: string): boolean {
  return a === b || (valid(a) !== null && valid(b) !== null && compareVersions(a, b) === 0);
}

/** Oldest first, each once. */
export function distinctVersions(versions: readonly string[]): readonly string[] {
  return [...new Set(versions)].toSorted(compareVersions);
}

export function isOlder(version: string, limit: string): boolean {
  return valid(version) !== null && compareVersions(version, limit) < 0;
}

/** Whether `text` is a version or a specifier such as ">=5.2,<6.3". */
export function isVersionOrRange(text: string): boolean {
  return valid(text) !== null || isRange(text);
}

export function isRange(text: string): boolean {
  return /^\s*(?:[<>]=?|[=!]=|~=)/.test(text) && validRange(text);
}

/**
 * Which of `known` a person means. A specifier means what satisfies it, pre-releases too. A version that is one of them means that one
 * alone; any other means all that begin with it: "2.1" is 2.1.0, 2.1.1 and 2.1.2, but not 2.10.0.
 */
export function meant(wanted: string, known: readonly string[]): ReadonlySet<string> {
  if (isRange(wanted))
    return new Set(
      known.filter((version) => valid(version) !== null && satisfies(version, wanted, { prereleases: true })),
    );
  const exact = known.filter((version) => version === wanted);
  return new Set(
    exact.length > 0
      ? exact
      : known.filter((version) => version.startsWith(`${wanted}.`) || sameVersion(version, wanted)),
  );
}

/** "3.10", "3.10.13" and "cp310" → "cp310"; null for what is no Python 3. */
export function pythonTag(python: string): string | null {
  const [, minor] = /^(?:3\.|cp3)(\d{1,2})(?:\.\d+)*$/.exec(python) ?? [];
  return minor === undefined ? null : `cp3${Number(minor)}`;
}

/** "cp310" → "3.10" */
export function pythonVersion(tag: string): string {
  return tag.replace(/^cp3/, '3.');
}

export function compareTags(a: string, b: string): number {
  return compareVersions(pythonVersion(a), pythonVersion(b));
}

/** "3.10.12" → "3.10". */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
