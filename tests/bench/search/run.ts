/**
 * `npm run bench:search`: what the map costs against other algorithms, on surfaces of known truth, and what it gets wrong. No device, no
 * process, no clock in the figures. Words choose kinds of surfaces ("rules",
 * "two-" for all that begin so), --modes ways of the map ("plain,audits");
 * --seeds, --costs and --fork as shown below.
 */
import { parseArgs } from 'node:util';
import { measureMap, type Conditions } from './measure.ts';
import { Random } from './random.ts';
import { binary, certificate, gallop, grid, optimal, type Spent } from './rivals.ts';
import { isMonotone, KINDS, MONOTONE, type Kind, type Surface } from './surfaces.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '40' },
    costs: { type: 'string', default: '5,20,100' },
    modes: { type: 'string' },
    fork: { type: 'boolean', default: false },
  },
});
const seeds = Number(values.seeds);
const isolation = values.fork ? 'fork' : 'spawn';

const MODES: readonly { readonly name: string; readonly conditions: (hang: number, seed: number) => Conditions }[] = [
  { name: 'plain', conditions: (hang) => ({ hang, isolation }) },
  { name: 'audits', conditions: (hang) => ({ hang, isolation, options: { audit: 'sample' } }) },
  { name: 'all-safe', conditions: (hang) => ({ hang, isolation, options: { audit: 'all-safe' } }) },
  { name: 'safe-side', conditions: (hang) => ({ hang, isolation, options: { prove: 'safe-side' } }) },
  { name: '4 slots', conditions: (hang) => ({ hang, isolation, slots: 4 }) },
  { name: 'wedged', conditions: (hang, seed) => ({ hang, isolation, outcome: wedging(seed) }) },
];

/** A hang leaves the device wedged three times in ten: whatever comes next hangs too. The canary after a hang tells; the attempt is void and made again. */
function wedging(seed: number): NonNullable<Conditions['outcome']> {
  const random = new Random(seed + 5000);
  return (bad) => {
    if (!bad) return 'pass';
    return random.chance(0.3) ? 'cancelled' : 'hang';
  };
}

console.log(
  `cost as a multiple of the certificate, over ${seeds} seeds; a certificate in ${isolation} isolation${values.fork ? ' counts the confirmation of each boundary' : ''}`,
);
for (const kind of kinds()) {
  const surfaces = Array.from({ length: kind === 'founding-notes' || kind === 'measured' ? 1 : seeds }, (_, seed) =>
    KINDS[kind](seed + 1),
  );
  for (const hang of values.costs.split(',').map(Number)) compare(kind, surfaces, hang);
}

function kinds(): readonly Kind[] {
  const all = Object.keys(KINDS).filter((name): name is Kind => name in KINDS);
  return all.filter((kind) =>
    positionals.length === 0
      ? !kind.includes('-lines-')
      : positionals.includes(kind) || positionals.some((word) => word.endsWith('-') && kind.startsWith(word)),
  );
}

function compare(kind: Kind, surfaces: readonly Surface[], hang: number): void {
  const cost = ({ passes, hangs }: Spent): number => passes + hang * hangs;
  // Where every bad cell of a boundary is confirmed, the oracle and the rivals pay for it too.
  const bounds = (surface: Surface): number =>
    values.fork ? surface.bad.filter((line) => line.includes(true)).length * hang : 0;
  const least = surfaces.map((surface) => cost(certificate(surface)) + bounds(surface));
  const grids = surfaces.map((surface) => cost(grid(surface)) + bounds(surface));
  const rivals: readonly (readonly [string, (surface: Surface) => Spent])[] = [
    ['grid', grid],
    ['binary', binary],
    ['optimal', (surface) => optimal(surface, hang)],
    ['gallop', gallop],
  ];
  const ratios = (costs: readonly number[]): readonly number[] => costs.map((one, index) => one / (least[index] ?? 1));
  const said: string[] = [];
  for (const [name, algorithm] of rivals)
    said.push(
      `${name} ${mean(ratios(surfaces.map((surface) => cost(algorithm(surface)) + bounds(surface)))).toFixed(2)}`,
    );
  console.log(`\n${kind}, a hang costs ${hang}: ${said.join(', ')}`);
  const binaries = surfaces.map((surface) => cost(binary(surface)) + bounds(surface));
  const broken = surfaces.filter(({ bad }) => !bad.every(isMonotone)).length;
  const wanted = values.modes?.split(',');
  for (const { name, conditions } of MODES) {
    if (wanted !== undefined && !wanted.includes(name)) continue;
    const runs = surfaces.map((surface, index) => measureMap(surface, conditions(hang, index)));
    const costs = runs.map(cost);
    const all = ratios(costs);
    const share = mean(costs.map((one, index) => one / (grids[index] ?? 1)));
    const parts = [
      `mean ${mean(all).toFixed(3)}`,
      `p90 ${quantile(all, 0.9).toFixed(3)}`,
      `grid ${(100 * share).toFixed(1)} %`,
      `wrong ${mean(runs.map(({ wrong }) => wrong)).toFixed(2)}`,
      `dangerous ${mean(runs.map(({ dangerous }) => dangerous)).toFixed(2)}`,
    ];
    const dear = costs.flatMap((one, index) =>
      one > (binaries[index] ?? 0)
        ? [`${index + 1} by ${(100 * (one / (binaries[index] ?? 1) - 1)).toFixed(1)} %`]
        : [],
    );
    if (MONOTONE.has(kind))
      parts.push(
        `above binary ${dear.length}${dear.length === 0 || dear.length > 20 ? '' : ` (seeds ${dear.join(', ')})`}`,
      );
    parts.push(`flagged ${runs.filter(({ flagged }) => flagged > 0).length} of ${broken} broken`);
    console.log(`  ${`map, ${name}`.padEnd(15)} ${parts.join('  ')}`);
  }
}

function mean(all: readonly number[]): number {
  return all.reduce((sum, one) => sum + one, 0) / all.length;
}

function quantile(all: readonly number[], share: number): number {
  return all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN;
}
