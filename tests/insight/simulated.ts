/** Observed cells of a simulated model without processes: a search is driven through a matrix and every question answered by the model's rule. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attemptRandom } from '../../harness/makers/simulated/chance.ts';
import { fateOf } from '../../harness/makers/simulated/fate-of.ts';
import { parseModel } from '../../harness/makers/simulated/parse-model.ts';
import { subjectOf } from '../../harness/makers/simulated/subject.ts';
import { featuresOf, knowledgeOf } from '../../harness/knowledge/probes.ts';
import type { Observation } from '../../harness/insight/ranking/observation-table.ts';
import { enumerate } from '../../harness/matrix/space/enumerate.ts';
import { loadMatrix } from '../../harness/matrix/load.ts';
import { environmentOf, variablesFor } from '../../harness/matrix/space/subject.ts';
import type { Cell } from '../../harness/model/cell.ts';
import type { Matrix } from '../../harness/matrix/file/schema.ts';
import { createSearch } from '../../harness/search/create.ts';
import type { Answer, Question } from '../../harness/search/search.ts';
import type { OutcomeKind } from '../../harness/model/outcome.ts';
import { grade } from '../../harness/model/grade.ts';

const MATRICES = join(import.meta.dirname, '..', '..', 'matrices');

export function shippedMatrix(name: string, changes: Partial<Matrix> = {}): Matrix {
  const file = join(MATRICES, `${name}.yml`);
  return { ...loadMatrix(readFileSync(file, 'utf8'), file), ...changes };
}

export interface Driven {
  readonly answers: readonly Answer[];
  /** Each cell once; bad if any attempt was. */
  readonly observations: readonly Observation[];
}

/** `told`: answers of an earlier run of the same search. Stops after `most` answers in all. */
export function drive(
  matrix: Matrix,
  modelName: string,
  told: readonly Answer[] = [],
  most = Number.POSITIVE_INFINITY,
): Driven {
  const file = join(MATRICES, 'models', `${modelName}.yml`);
  const model = parseModel(readFileSync(file, 'utf8'), file);
  const outcomeOf = ({ environment, setting, case: parameters }: Cell, attempt: string): OutcomeKind => {
    const circumstances = {
      environment: environmentOf(matrix, environment),
      setting,
      variables: variablesFor(matrix, environment, setting),
      switches: matrix.settings[setting]?.torch ?? {},
      case: parameters,
      features: featuresOf(knowledgeOf(matrix.probe), parameters),
    };
    const { kind } = fateOf(model, subjectOf(circumstances), attemptRandom(1, attempt));
    return kind === 'slow-search' ? 'pass' : kind === 'no-binary' ? 'error' : kind;
  };
  const search = createSearch(matrix, enumerate(matrix));
  const answers: Answer[] = [...told];
  for (const answer of told) search.tell(answer);
  const ask = (question: Question): void => {
    const outcome = outcomeOf(question.cell, `${question.cell.id}.${answers.length}`);
    const verdict = grade(outcome, matrix.bad);
    const answer: Answer = { ...question, outcome, grade: verdict, seconds: verdict === 'bad' ? 60 : 0.5 };
    answers.push(answer);
    search.tell(answer);
  };
  while (answers.length < most) {
    const questions = search.next(1);
    if (questions.length === 0) break;
    for (const question of questions) ask(question);
  }
  return { answers, observations: observationsOf(answers) };
}

function observationsOf(answers: readonly Answer[]): readonly Observation[] {
  const seen = new Map<string, Observation>();
  for (const { cell, grade: verdict } of answers) {
    if (verdict !== 'untestable')
      seen.set(cell.id, { place: cell, bad: verdict === 'bad' || seen.get(cell.id)?.bad === true });
  }
  return [...seen.values()];
}
