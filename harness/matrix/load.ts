/** Text of a matrix file → a validated matrix, or every problem in it with its place. Reads no file: the caller has the text. */
import { BUILT_IN } from '../catalogue/rows/built-in.ts';
import { enumerate } from './space/enumerate.ts';
import { listEnvironments } from './file/environment-list.ts';
import { nameEnvironments } from './file/environment-names.ts';
import { explainIssue, findingsOf } from './file/explain.ts';
import { atKey, atValue, MatrixError, pathText, type Finding, type Path, type Problem } from './file/problem.ts';
import { checkAxes } from './rules/axes.ts';
import { checkConditions } from './rules/conditions.ts';
import { draftOf } from './rules/draft.ts';
import { checkEnvironments } from './rules/environments.ts';
import { checkSearch, defaultSearchAxis } from './rules/search.ts';
import { MatrixFile, type Matrix } from './file/schema.ts';
import { checkTries, triesOf } from './cost/tries.ts';
import { readYaml, type YamlTree } from './file/yaml-tree.ts';
import type { Catalogue } from '../catalogue/types.ts';

/** Nobody reads more, and finding the places of a million takes minutes. */
const MOST_PROBLEMS = 1000;

/**
 * `fileName` only names the file in messages. Wheels that `catalogue` does not have are refused, unless they name an index of their own.
 * Throws MatrixError with every problem found (at most 1000), in the order of the file; nothing else for any text.
 */
export function loadMatrix(text: string, fileName: string, catalogue: Catalogue = BUILT_IN): Matrix {
  const tree = readYaml(text);
  const broken = tree.broken.map(({ line, column, message }) => ({ line, column, path: '', message }));
  if (broken.length > 0) throw new MatrixError(fileName, broken);
  const parsed = parseMatrix(tree.value, catalogue, tree.findings);
  if (parsed.kind === 'matrix') return parsed.matrix;
  throw new MatrixError(fileName, placed(parsed.findings, tree));
}

export type ParsedMatrix =
  | { readonly kind: 'matrix'; readonly matrix: Matrix }
  | { readonly kind: 'wrong'; readonly findings: readonly Finding[] };

/**
 * Plain values → a matrix. `found` is what is known to be wrong already. Without a catalogue (a matrix that was resolved before) wheels are
 * not looked up, and what older versions let pass is let pass.
 */
export function parseMatrix(value: unknown, catalogue: Catalogue | null, found: readonly Finding[] = []): ParsedMatrix {
  const entriesFrom = catalogue ?? BUILT_IN;
  const shape = shapeFault(value);
  if (shape !== null) return { kind: 'wrong', findings: found.length > 0 ? found : [shape] };
  const parsed = MatrixFile.safeParse(value, { error: explainIssue });
  const schema = parsed.success
    ? []
    : findingsOf(parsed.error.issues).filter(({ path }) => !found.some((fault) => isWithin(path, fault)));
  const draft = draftOf(
    value,
    [...found, ...schema].map(({ path }) => path),
  );
  const axes = draft === null ? [] : checkAxes(draft);
  const rules =
    draft === null
      ? []
      : [
          ...checkEnvironments(draft, entriesFrom, catalogue),
          ...axes,
          ...checkSearch(draft),
          ...(catalogue === null ? [] : checkTries(draft)),
          ...(axes.length === 0 ? checkConditions(draft, entriesFrom) : []),
        ];
  const findings = [...found, ...schema, ...rules];
  if (findings.length > 0 || !parsed.success) return { kind: 'wrong', findings };
  const matrix = complete(parsed.data, entriesFrom);
  if (enumerate(matrix).cellCount > 0) return { kind: 'matrix', matrix };
  return {
    kind: 'wrong',
    findings: [atKey(['exclude'], 'leaves no cell to try; take a condition away or make one narrower')],
  };
}

function complete(file: MatrixFile, catalogue: Catalogue): Matrix {
  const { axis, ...search } = file.search;
  return {
    ...file,
    environments: nameEnvironments(
      listEnvironments(file.environments, catalogue).map(({ environment }) => environment),
    ),
    ...triesOf(file),
    search: { ...search, axis: axis === undefined ? defaultSearchAxis(file.axes) : axis },
  };
}

function shapeFault(value: unknown): Finding | null {
  const wanted = 'a matrix is a map of fields that begins with "schema: 1"';
  if (value === null || value === undefined) return atValue([], `the file is empty; ${wanted}`);
  if (Array.isArray(value)) return atValue([], `the file is a list; ${wanted}`);
  return typeof value === 'object'
    ? null
    : atValue([], `the file is ${typeof value === 'string' ? 'plain text' : `a ${typeof value}`}; ${wanted}`);
}

/** What YAML could not make a value of, the schema misses: that is said once. */
function isWithin(path: Path, fault: Finding): boolean {
  return fault.at === 'value' && fault.path.every((part, depth) => path[depth] === part);
}

function placed(findings: readonly Finding[], tree: YamlTree): readonly Problem[] {
  const problems = findings
    .slice(0, MOST_PROBLEMS)
    .map(({ path, at, message }) => ({ ...tree.locate(path, at), path: pathText(path), message }));
  const seen = new Set<string>();
  return problems
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .filter((problem) => {
      const key = JSON.stringify(problem);
      return seen.has(key) ? false : seen.add(key);
    });
}
