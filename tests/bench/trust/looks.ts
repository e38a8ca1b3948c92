/** Looks: attempts of cells whose verdict already followed from others of their line when they were made. Where they fell. */
import type { Run } from './drive.ts';
import type { Surface } from './surface.ts';
import { siteKey } from '../../../harness/model/site.ts';

interface Reach {
  largestGood: number;
  smallestBad: number;
}

/**
 * Of each environment and setting: whether anything was looked at there, and whether a line of it is said to hang from some size on, above which
 * nothing was looked at on any line.
 */
export function looksOf({ lines }: Surface, { events, results }: Run): Record<string, number> {
  const reach = new Map(
    lines.map(({ id, cells }): [string, Reach] => [id, { largestGood: -1, smallestBad: cells.length }]),
  );
  const outcomes = new Map(
    events.flatMap((event) =>
      event.event === 'attempt-finished' ? [[event.attempt, event.report.outcome.kind] as const] : [],
    ),
  );
  const sites = new Map(lines.map((line) => [siteKey(line), { looks: 0, inside: 0, hangs: false }]));
  for (const event of events) {
    if (event.event !== 'attempt-started') continue;
    const [own, site] = [reach.get(event.cell.line), sites.get(siteKey(event.cell))];
    const outcome = outcomes.get(event.attempt);
    if (own === undefined || site === undefined || (outcome !== 'pass' && outcome !== 'hang')) continue;
    const { position } = event.cell;
    if (position < own.largestGood) site.looks += 1;
    if (position > own.smallestBad) {
      site.looks += 1;
      site.inside += 1;
    }
    if (outcome === 'pass') own.largestGood = Math.max(own.largestGood, position);
    else own.smallestBad = Math.min(own.smallestBad, position);
  }
  for (const { verdict, basis, ...cell } of results.cells) {
    const site = sites.get(siteKey(cell));
    if (site !== undefined && verdict === 'hang' && basis.kind === 'inferred') site.hangs = true;
  }
  const all = [...sites.values()];
  return {
    sites: all.length,
    'sites without a look': all.filter(({ looks }) => looks === 0).length,
    'sites with a region': all.filter(({ hangs }) => hangs).length,
    'regions without a look': all.filter(({ hangs, inside }) => hangs && inside === 0).length,
  };
}
