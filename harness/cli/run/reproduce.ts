/** Reproducers for the reports: those of `bench issue`, for any cell. */
import { readConvolution, shapeLine } from '../../bug-report/convolution.ts';
import { miopenDriverLine } from '../../bug-report/miopen-driver.ts';
import { reproducer } from '../../bug-report/reproducer.ts';
import { shellPrefix, switchesOf } from '../../bug-report/variables.ts';
import { variablesOf } from '../../../reports/findings/variables.ts';
import { MAKERS } from '../../model/makers.ts';
import type { Results } from '../../model/results/results.ts';
import type { ReproducerOf } from '../../../reports/findings/reproducer.ts';

/** Longer than any passing run that was seen, and short enough to wait for. */
const LIMIT_SECONDS = 60;

export function reproducers(results: Results): ReproducerOf {
  const { simulation } = results.device;
  const simulated = simulation === null ? null : 'SIMULATED: the hang was made by a model, no card was used';
  return (cell) => {
    const read = readConvolution(results.run.probe, cell.case);
    if (read.kind !== 'convolution') return null;
    const { convolution } = read;
    const variables = variablesOf(results, cell);
    const driver = MAKERS[results.device.kind].dnn === 'MIOpen' ? miopenDriverLine(convolution) : null;
    return {
      shape: shapeLine(convolution),
      program: reproducer({
        convolution,
        variables,
        switches: switchesOf(results, cell),
        limitSeconds: LIMIT_SECONDS,
        simulated,
      }),
      driver: driver === null ? null : `${shellPrefix(variables)}${driver}`,
    };
  };
}
