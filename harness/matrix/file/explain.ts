/** The schema's complaints in plain words: what is wrong, then what is allowed. Unions are told by the branch that was meant. */
import { z } from 'zod';
import { hint } from './nearest.ts';
import { atKey, atValue, type Finding, type Path } from './problem.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of fields',
  record: 'a map of names to values',
  null: 'null',
};

/** For safeParse: words for every complaint that the schema itself has none for. */
export function explainIssue(issue: RawIssue): string {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return typeMessage(KINDS[issue.expected] ?? issue.expected, input);
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      if (input === undefined) return `is missing; write one of: ${allowed.join(', ')}`;
      return `${shown(input)} is not allowed; ${typeof input === 'string' ? hint(input, allowed) : `known: ${allowed.join(', ')}`}`;
    }
    case 'too_small':
      return limitMessage(issue.origin, 'at least', issue.minimum, issue.inclusive ?? true, input);
    case 'too_big':
      return limitMessage(issue.origin, 'at most', issue.maximum, issue.inclusive ?? true, input);
    case 'invalid_format':
      return issue.format === 'url'
        ? `${shown(input)} is not a URL; write one such as "https://host/path"`
        : `${shown(input)} is not allowed here`;
    case 'unrecognized_keys':
      // Not shown as it stands: findingsOf reads the known names from here, for the schema is gone by then.
      return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape).join(' ') : '';
    case 'invalid_union':
      return unionMessage(issue, input);
    default:
      return `${shown(input)} is not allowed here`;
  }
}

/** One finding for each thing that is wrong; `base` leads from the file's root to the parsed value. */
export function findingsOf(issues: readonly Issue[], base: Path = []): readonly Finding[] {
  // A refinement sees a map without its unknown fields, and may call empty what only has a misspelt one.
  const misspelt = new Set(
    issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? [issue.path.join('.')] : [])),
  );
  return issues
    .filter((issue) => issue.code !== 'custom' || !misspelt.has(issue.path.join('.')))
    .flatMap((issue) => findingOf(issue, base));
}

function findingOf(issue: Issue, base: Path): readonly Finding[] {
  const path: Path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = issue.message.split(' ').filter((name) => name !== '');
      return issue.keys.map((key) => atKey([...path, key], `unknown field; ${hint(key, known)}`));
    }
    case 'invalid_key':
      return issue.issues.map(({ message }) => atKey(path, message));
    case 'invalid_union': {
      const meant = meantBranch(issue);
      return meant === null ? [atValue(path, issue.message)] : findingsOf(meant, path);
    }
    default:
      return [atValue(path, issue.message)];
  }
}

/**
 * The branch that a person meant is the one that takes a value of this kind and has least to complain about.
 * null when no branch takes a value of this kind.
 */
function meantBranch(issue: z.core.$ZodIssueInvalidUnion): readonly Issue[] | null {
  const branches = issue.errors
    .filter((branch) => !branch.every(isAboutTheKind))
    .toSorted((a, b) => weight(a) - weight(b));
  return branches[0] ?? null;
}

function isAboutTheKind(issue: Issue): boolean {
  return (
    issue.path.length === 0 &&
    ((issue.code === 'invalid_type' && issue.expected !== 'int') ||
      (issue.code === 'invalid_union' && meantBranch(issue) === null))
  );
}

function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function typeMessage(wanted: string, input: unknown): string {
  if (input === undefined) return `is missing; it must be ${wanted}`;
  if (input === null) return `is empty; it must be ${wanted}, or left out where it has a default`;
  if (wanted === 'text' && typeof input !== 'object')
    return `${String(input)} is not text; put it in quotes: "${String(input)}"`;
  if (typeof input === 'number' && !Number.isFinite(input)) return `${input} is not a finite number`;
  return `${shown(input)} is not ${wanted}; it must be ${wanted}`;
}

function limitMessage(
  origin: string,
  side: string,
  limit: number | bigint,
  inclusive: boolean,
  input: unknown,
): string {
  const bound = inclusive ? `${side} ${limit}` : `${side === 'at least' ? 'above' : 'below'} ${limit}`;
  const size = Array.isArray(input) || typeof input === 'string' ? input.length : null;
  if (size === 0)
    return `is empty; it needs at least ${limit} ${origin === 'string' ? 'character' : 'value'}${Number(limit) === 1 ? '' : 's'}`;
  if (size !== null) return `has ${size} ${origin === 'string' ? 'characters' : 'values'}; it needs ${bound}`;
  return `${shown(input)} is out of range; it must be ${bound}`;
}

function unionMessage(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>, input: unknown): string {
  const { discriminator, options } = issue;
  if (typeof discriminator === 'string' && Array.isArray(options)) {
    const allowed = options.map(String);
    const written = typeof input === 'object' && input !== null ? Reflect.get(input, discriminator) : undefined;
    if (written === undefined) return `is missing; write one of: ${allowed.join(', ')}`;
    return `${shown(written)} is not allowed; ${hint(String(written), allowed)}`;
  }
  if (input === undefined) return 'is missing; a value is text, a number, true or false';
  if (input === null) return 'is empty; a value is text, a number, true or false';
  return `${shown(input)} is not allowed here; a value is text, a number, true or false`;
}

/** A value as a message may quote it: one line, not too long. */
function shown(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object' && input !== null) return 'a map';
  const text = JSON.stringify(input) ?? String(input);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}
