/** Model text → validated model, or every problem at once with its line and column. Pure. */
import { CardModel } from './model.ts';
import { RESERVED_NAMES, SWITCH_PREFIX, VARIABLE_PREFIX } from './subject.ts';
import { UsageError } from '../../model/errors.ts';
import { FEATURES, PARAMETERS } from '../../knowledge/probes.ts';
import { explainIssue, findingsOf } from '../../matrix/file/explain.ts';
import { hint } from '../../matrix/file/nearest.ts';
import { pathText, problemText, type Finding, type Path, type Problem } from '../../matrix/file/problem.ts';
import { TorchSwitches } from '../../matrix/file/schema.ts';
import type { Where } from '../../model/conditions.ts';
import { readYaml } from '../../matrix/file/yaml-tree.ts';

const SWITCHES = Object.keys(TorchSwitches.shape).map((name) => `${SWITCH_PREFIX}${name}`);

/** The model file cannot be used. `problems` are in the order of the file, at least one. */
export class ModelError extends UsageError {
  readonly problems: readonly Problem[];

  constructor(fileName: string, problems: readonly Problem[]) {
    const head = `${fileName} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`;
    super(
      'model-invalid',
      [head, ...problems.map((problem) => problemText(fileName, problem))].join('\n'),
      'correct the model of the simulated card',
    );
    this.problems = problems;
  }
}

/** Throws ModelError. `fileName` is for the messages only. */
export function parseModel(text: string, fileName: string): CardModel {
  const tree = readYaml(text);
  if (tree.broken.length > 0)
    throw new ModelError(
      fileName,
      tree.broken.map((problem) => ({ ...problem, path: '' })),
    );
  const parsed = CardModel.safeParse(tree.value, { error: explainIssue });
  const wrong = parsed.success ? unknownNames(parsed.data) : findingsOf(parsed.error.issues);
  const problems = [...tree.findings, ...wrong]
    .map(({ path, at, message }) => ({ ...tree.locate(path, at), path: pathText(path), message }))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
  if (!parsed.success || problems.length > 0) throw new ModelError(fileName, problems);
  return parsed.data;
}

function unknownNames(model: CardModel): readonly Finding[] {
  const known = [...RESERVED_NAMES, ...PARAMETERS, ...FEATURES, ...SWITCHES, ...model.parameters];
  return model.rules.flatMap(({ when }, index) =>
    Array.isArray(when)
      ? when.flatMap((where, place) => unknownIn(where, known, ['rules', index, 'when', place]))
      : unknownIn(when, known, ['rules', index, 'when']),
  );
}

function unknownIn(where: Where, known: readonly string[], path: Path): readonly Finding[] {
  return Object.keys(where)
    .filter((name) => !known.includes(name) && !/^env\.[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map((name) => ({
      path: [...path, name],
      at: 'key',
      message: `unknown name in a condition; ${hint(name, known, known.length)}, ${VARIABLE_PREFIX}NAME for an environment variable; a custom probe's own go into "parameters"`,
    }));
}
