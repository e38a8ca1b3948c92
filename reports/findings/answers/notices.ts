/** What every reader must know before anything else: a simulation, a run that is no full answer, a machine that went down. */
import type { Results } from '../../../harness/model/results/results.ts';
import { isStarved } from '../../../harness/model/grade.ts';
import { counted, listed } from '../words/numbers.ts';
import { plainLine } from '../words/plain-text.ts';
import { VERDICTS } from '../../../harness/model/results/verdict.ts';
import type { OrderKind } from '../../../harness/model/results/order.ts';
import type { Statement } from './statement.ts';

/** Null on a real device. */
export function simulationNotice(results: Results): string | null {
  const { simulation } = results.device;
  return simulation === null ? null : noCard(simulation.model);
}

export function noCard(model: string): string {
  return `SIMULATED: no real card was used; model ${plainLine(model, 80)}`;
}

/** Every heading of a simulated run says so. */
export function marked(simulated: string | null, text: string): string {
  return simulated === null ? text : `SIMULATED: ${text}`;
}

/** Anything that keeps the run from being a full answer, then what was amiss on the machine; empty for a complete run on a quiet one. */
export function runNotices(results: Results): Statement[] {
  return [...statusNotice(results), ...lostHosts(results), ...crowded(results), ...inOrder(results)];
}

/** Hangs of processes that were hardly let run count for nothing, but a reader must know what they cost and what may be missing. */
function crowded({ attempts }: Results): Statement[] {
  const starved = attempts.filter(({ report }) => isStarved(report.outcome)).length;
  if (starved === 0) return [];
  return [
    {
      tone: 'warn',
      text: `CROWDED: ${counted(starved, 'attempt')} seemed to hang while other programs held the cores. ${starved === 1 ? 'It is' : 'They are'} only suspected and ${starved === 1 ? 'bounds' : 'bound'} nothing; where it mattered the cell was tried again in patience, in a fresh process.`,
    },
  ];
}

const FOLLOW: Readonly<Record<OrderKind, readonly [more: string, less: string]>> = {
  'after-hang': ['come right after other hangs', 'come less often right after other hangs'],
  'after-larger': ['come after attempts of larger cases', 'come after attempts of smaller cases'],
  'since-hang': ['come long after the last hang', 'come soon after the last hang'],
};

/** Where the order decides, a boundary may be the order's and not the shape's. */
function inOrder({ order }: Results): Statement[] {
  if (order === undefined || order.found.length === 0) return [];
  const how = listed(
    order.found.map(({ kind, more }) => FOLLOW[kind][more ? 0 : 1]),
    3,
  );
  return [
    {
      tone: 'warn',
      text: `ORDER: in cells that both pass and hang, the hangs ${how} (${counted(order.cells, 'cell')}, ${counted(order.attempts, 'attempt')}; by chance in less than one run of a hundred). What was done before decides too, so boundaries here may not be the shape's: run again in another order, with isolation: spawn.`,
    },
  ];
}

/** What took the machine down is what a reader must know before starting anything. */
function lostHosts({ cells }: Results): Statement[] {
  const lost = cells.filter(({ verdict }) => VERDICTS[verdict].tookHost).map(({ id }) => plainLine(id, 120));
  if (lost.length === 0) return [];
  return [
    {
      tone: 'bad',
      text: `HOST LOST: the machine went down during ${listed(lost, 3)}. Not started again unless --retry-host-lost is given.`,
    },
  ];
}

function statusNotice(results: Results): Statement[] {
  const warnings = (results.warnings ?? []).map((text): Statement => ({
    tone: 'warn',
    text: `WARNING: ${plainLine(text, 600)}`,
  }));
  return [...standing(results), ...warnings];
}

function standing(results: Results): Statement[] {
  const { status, quarantineReason } = results.run;
  switch (status) {
    case 'complete':
      return [];
    case 'interrupted':
      return [
        {
          tone: 'warn',
          text: 'INTERRUPTED: the run was stopped before it was done. Cells without a verdict were not reached; resume the run to go on.',
        },
      ];
    case 'quarantined':
      return [
        {
          tone: 'bad',
          text: `QUARANTINED: the device was taken out of use during the run: ${plainLine(quarantineReason ?? 'no reason recorded', 400)}. Nothing was run after that.`,
        },
      ];
    case 'unfinished':
      return [
        {
          tone: 'warn',
          text: 'UNFINISHED: the journal has no end. The run is still going, or it was killed. Resume it to go on.',
        },
      ];
  }
}
