/** What a simulated card is told of the circumstances of an attempt, so that it can act out its model. */
import type { Fates } from './pool/attempt-maker.ts';
import type { SimulatedCard } from '../makers/simulated/fate-of.ts';
import type { Circumstances } from '../makers/simulated/subject.ts';
import { featuresOf, knowledgeOf } from '../knowledge/probes.ts';
import type { Matrix } from '../matrix/file/schema.ts';
import { environmentOf, variablesFor } from '../matrix/space/subject.ts';
import type { Case } from '../model/cell.ts';
import type { Site } from '../model/site.ts';

export function fatesOf(card: SimulatedCard, matrix: Matrix): Fates {
  const circumstances = ({ environment, setting }: Site, parameters: Case): Circumstances => ({
    environment: environmentOf(matrix, environment),
    setting,
    variables: variablesFor(matrix, environment, setting),
    switches: matrix.settings[setting]?.torch ?? {},
    case: parameters,
    features: featuresOf(knowledgeOf(matrix.probe), parameters),
  });
  return {
    attempt: (cell, attempt) => card.fate(circumstances(cell, cell.case), attempt),
    probe: (site, parameters, probe, check) => card.probeFate(circumstances(site, parameters), probe, check),
  };
}
