/**
 * `matrix.resolved.json`: a matrix with every default and name spelled out. It is a matrix file itself (JSON is YAML), so it can be
 * run again; its hash tells whether a run is resumed with the matrix it began with.
 */
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { messageOf, UsageError } from '../../model/errors.ts';
import { parseMatrix } from '../load.ts';
import { pathText } from './problem.ts';
import type { Json } from '../../model/canonical-json.ts';
import { MatrixFile, type Matrix } from './schema.ts';

/** The same text for matrices that mean the same. The order of environments, settings, axes and values is kept, for it means something. */
export function resolvedJson(matrix: Matrix): string {
  return `${JSON.stringify(written(matrix), null, 2)}\n`;
}

/** SHA-256 of the resolved matrix, 64 hex digits. */
export function matrixHash(matrix: Matrix): string {
  return resolvedHash(resolvedJson(matrix));
}

/** The same of the text of a `matrix.resolved.json`: of what was written, for a later version may know more fields. */
export function resolvedHash(text: string): string {
  return hash('sha256', text, 'hex');
}

/** Reads what resolvedJson wrote. Throws UsageError when it is not that: the file was changed or cut. */
export function parseResolved(text: string): Matrix {
  const parsed = parseMatrix(json(text), null);
  if (parsed.kind === 'matrix') return parsed.matrix;
  const [first] = parsed.findings;
  throw damaged(first === undefined ? 'it is not a matrix' : `${pathText(first.path)}: ${first.message}`);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(messageOf(error));
  }
}

function damaged(what: string): UsageError {
  return new UsageError(
    'resolved-matrix-damaged',
    `matrix.resolved.json of the run cannot be used: ${what}`,
    'restore the file as the run wrote it, or start a new run from the matrix',
  );
}

/** Fields that came later: at their default they are left out, so that hashes of older matrices stay what they were. */
const LEFT_OUT_AT_DEFAULT: ReadonlySet<string> = new Set([
  'same_libraries',
  'include_no_binary',
  'explain',
  'search.every',
  'search.audit',
  'search.prove',
]);

const SMALLEST = MatrixFile.parse({
  schema: 1,
  name: 'smallest',
  probe: './probe.py',
  environments: [{ kind: 'interpreter', python: 'python3' }],
  axes: {},
});

/** A part of a file. Fields without a value are not written. */
type Part = Json | readonly Part[] | { readonly [name: string]: Part | undefined };
type Fields = Readonly<Record<string, Part | undefined>>;

/** Everything that the schema knows, as a person would write it. Where the order of names means nothing, they are sorted. */
function written(matrix: Matrix): Fields {
  const { environments, search, ...rest } = matrix;
  const file = z.encode(MatrixFile, {
    ...rest,
    environments: [...environments],
    search: { ...SMALLEST.search, ...search },
  });
  return {
    ...withoutDefaults(file, z.encode(MatrixFile, SMALLEST), ''),
    environments: sorted(file.environments),
    env: sorted(file.env),
    settings: mapped(file.settings),
    axes: mapped(file.axes),
    constants: sorted(file.constants),
    include: sorted(file.include),
    exclude: sorted(file.exclude),
    expect: file.expect?.map(({ where, ...within }) => ({ where: sorted(where), ...within })),
  };
}

function withoutDefaults(part: Fields, defaults: Fields, path: string): Fields {
  const kept = Object.entries(part).flatMap(([name, value]) => {
    const usual = defaults[name];
    if (LEFT_OUT_AT_DEFAULT.has(path + name) && isDeepStrictEqual(value, usual)) return [];
    return [[name, isFields(value) && isFields(usual) ? withoutDefaults(value, usual, `${path}${name}.`) : value]];
  });
  return Object.fromEntries(kept);
}

function mapped(part: Fields | undefined): Fields {
  return Object.fromEntries(Object.entries(part ?? {}).map(([name, value]) => [name, sorted(value)]));
}

function sorted(part: Part | undefined): Part | undefined {
  if (isList(part)) return part.map((one) => sorted(one) ?? null);
  if (!isFields(part)) return part;
  return mapped(Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

function isList(part: Part | undefined): part is readonly Part[] {
  return Array.isArray(part);
}

function isFields(part: Part | undefined): part is Fields {
  return typeof part === 'object' && part !== null && !isList(part);
}
