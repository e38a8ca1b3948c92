/**
 * `matrix.resolved.json`: a matrix with every default and name spelled out. It is a matrix file itself (JSON is YAML), so it can be
 * run again; its hash tells whether a run is resumed with the matrix it began with.
 */
import { hash } from 'node:crypto';
import { UsageError } from '../../model/errors.ts';
import { bytesText } from './bytes.ts';
import { diskSizeText } from './disk-size.ts';
import { durationText } from './duration.ts';
import { parseMatrix } from './load.ts';
import { pathText } from './problem.ts';
import type { Json } from '../../model/canonical-json.ts';
import type { Matrix } from './schema.ts';

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
    throw damaged(error instanceof Error ? error.message : String(error));
  }
}

function damaged(what: string): UsageError {
  return new UsageError(
    'resolved-matrix-damaged',
    `matrix.resolved.json of the run cannot be used: ${what}`,
    'restore the file as the run wrote it, or start a new run from the matrix',
  );
}

function written(matrix: Matrix): Json {
  const { deadlines, hard_limit, adaptive, term_grace, kill_wait, output_limit, native_stacks } = matrix.watchdog;
  const { strategy, axis, every = true, audit = 'sample', prove = 'boundary' } = matrix.search;
  return {
    schema: matrix.schema,
    name: matrix.name,
    description: matrix.description,
    probe: matrix.probe,
    device: matrix.device,
    ...(matrix.simulate === undefined ? {} : { simulate: matrix.simulate }),
    environments: matrix.environments.map((environment) => sorted({ ...environment, env: sorted(environment.env) })),
    env: sorted(matrix.env),
    settings: mapped(matrix.settings, ({ description, env, torch }) => ({
      ...(description === undefined ? {} : { description }),
      env: sorted(env),
      torch: sorted(torch),
    })),
    axes: mapped(matrix.axes, (spec) => (Array.isArray(spec) ? spec : sorted(spec))),
    constants: sorted(matrix.constants),
    include: matrix.include.map(sorted),
    exclude: matrix.exclude.map(conditions),
    ...(matrix.provision === undefined ? {} : { provision: provisionText(matrix.provision) }),
    isolation: matrix.isolation,
    cache: matrix.cache,
    ...(matrix.same_libraries === 'report' ? {} : { same_libraries: matrix.same_libraries }),
    attempts: matrix.attempts,
    ...(matrix.flaky === undefined ? {} : { flaky: { ...matrix.flaky } }),
    measure: { ...matrix.measure, budget: durationText(matrix.measure.budget) },
    watchdog: {
      deadlines: mapped(deadlines, durationText),
      hard_limit: durationText(hard_limit),
      adaptive: adaptive === false ? false : { ...adaptive, at_least: durationText(adaptive.at_least) },
      term_grace: durationText(term_grace),
      kill_wait: durationText(kill_wait),
      output_limit: bytesText(output_limit),
      native_stacks,
    },
    health: {
      ...matrix.health,
      deadline: durationText(matrix.health.deadline),
      cool_down: durationText(matrix.health.cool_down),
    },
    ...(matrix.include_no_binary ? { include_no_binary: true } : {}),
    controls: matrix.controls,
    search: {
      strategy,
      axis,
      ...(every ? {} : { every }),
      ...(audit === 'sample' ? {} : { audit }),
      ...(prove === 'boundary' ? {} : { prove }),
    },
    ...(matrix.explain.probes === 0 ? {} : { explain: { probes: matrix.explain.probes } }),
    bad: matrix.bad,
    expect: matrix.expect.map(({ where, first_run_within }) => ({
      where: conditions(where),
      first_run_within: durationText(first_run_within),
    })),
  };
}

function provisionText({ max_disk, ...rest }: NonNullable<Matrix['provision']>): Json {
  return { ...rest, ...(max_disk === undefined ? {} : { max_disk: diskSizeText(max_disk) }) };
}

function conditions(where: Matrix['exclude'][number]): Json {
  return sorted(
    mapped(where, (condition) =>
      typeof condition === 'object' && !Array.isArray(condition) ? sorted(condition) : condition,
    ),
  );
}

function mapped<Value>(record: Readonly<Record<string, Value>>, write: (value: Value) => Json): Record<string, Json> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, write(value)]));
}

/** Fields without a value are left out. */
function sorted(record: { readonly [name: string]: Json | undefined }): Record<string, Json> {
  const entries = Object.entries(record).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
