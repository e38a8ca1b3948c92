/** Reproducers for the reports: those of `bench issue`, for any cell. */
import { readConvolution, shapeLine } from '../github/upstream/convolution.ts';
import { miopenDriverLine } from '../github/upstream/miopen-driver.ts';
import { reproducer } from '../github/upstream/reproducer.ts';
import { shellPrefix, switchesOf } from '../github/upstream/variables.ts';
import { variablesOf } from '../../reports/findings/variables.ts';
import type { Results } from '../verdicts/results.ts';
import type { ReproducerOf } from '../../reports/findings/reproducer.ts';

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
    const driver = results.device.kind === 'cuda' ? null : miopenDriverLine(convolution);
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
