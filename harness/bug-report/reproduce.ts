/** How one cell is made to happen again without bench, as far as its probe is known: in bug reports, and in the reports of a run. Pure. */
import type { Command, Driver, Nothing } from '../knowledge/knowledge.ts';
import { knowledgeOf } from '../knowledge/probes.ts';
import { MAKERS } from '../model/makers.ts';
import type { CellResult, Results } from '../model/results/results.ts';
import type { ReproducerOf } from '../../reports/findings/reproducer.ts';
import { variablesOf } from '../../reports/findings/words/variables.ts';
import { reproducer, type ReproducerParts } from './reproducer.ts';
import { shellPrefix, switchesOf } from './variables.ts';

/** Longer than any passing run that was seen, and short enough to wait for. */
const LIMIT_SECONDS = 60;

export function programFor(
  results: Results,
  cell: CellResult,
  limits: Pick<ReproducerParts, 'limitSeconds' | 'simulated'>,
  knowledge = knowledgeOf(results.run.probe),
): { readonly kind: 'program'; readonly shape: string; readonly text: string } | Nothing {
  const operation = knowledge.reproduction(cell.case);
  if (operation.kind === 'nothing') return operation;
  const [variables, switches] = [variablesOf(results, cell), switchesOf(results, cell)];
  const text = reproducer({ device: results.device.kind, operation, variables, switches, ...limits });
  return { kind: 'program', shape: operation.shape, text };
}

/** With the variables of the cell; null where the probe has no such program. */
export function driverFor(
  results: Results,
  cell: CellResult,
  { driver } = knowledgeOf(results.run.probe),
): (Omit<Driver, 'commandOf'> & { readonly command: Command | Nothing }) | null {
  if (driver === null) return null;
  const { commandOf, ...told } = driver;
  const command = commandOf(cell.case);
  if (command.kind === 'nothing') return { ...told, command };
  return { ...told, command: { ...command, line: `${shellPrefix(variablesOf(results, cell))}${command.line}` } };
}

/** For the reports of a run. */
export function reproducers(results: Results): ReproducerOf {
  const { simulation } = results.device;
  const simulated = simulation === null ? null : 'SIMULATED: the hang was made by a model, no card was used';
  return (cell) => {
    const program = programFor(results, cell, { limitSeconds: LIMIT_SECONDS, simulated });
    if (program.kind === 'nothing') return null;
    const driver = driverFor(results, cell);
    return {
      shape: program.shape,
      program: program.text,
      driver:
        driver?.command.kind === 'command' && driver.library === MAKERS[results.device.kind].dnn
          ? { name: driver.name, line: driver.command.line }
          : null,
    };
  };
}
