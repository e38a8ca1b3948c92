/** What a matrix costs before it is run: attempts and seconds, by plain arithmetic under stated assumptions. */
import { enumerate } from '../space/enumerate.ts';
import { extrasOf, type Extra } from './estimate-extras.ts';
import type { Cost, Hang } from './cost.ts';
import type { Matrix, Watchdog } from '../file/schema.ts';
import { natureOf } from '../../model/makers.ts';
import type { Strategy } from '../../model/strategy.ts';

/** What the expected figures rest on. A real card needs about half a second for a passing attempt, a CPU some 35 ms. */
const ASSUMED = {
  passSeconds: { card: 0.5, cpu: 0.05 },
  overheadOfHangSeconds: 3,
  /** Of a bad line, the half above its middle is bad. */
  shareOfBadLines: 0.5,
  /** Measured on random surfaces: 1.04 to 1.19. */
  hangsOfBadLine: 1.15,
  /** Spent on finding the place; 1.5 on average over the 98 lines of matrices/conv2d.yml, for lines tell of their neighbours. */
  passesOnTheWay: 2,
  /** Of the grid's attempts and time: what `audit: sample` of the map spends besides the boundaries, at least one hang and six passes. */
  shareOfAudits: 0.04,
  /** A fresh process imports torch first. */
  freshSeconds: { card: 6, cpu: 3 },
} as const;

/** By strategy; null: without a search axis there is nothing to search along. */
type Costs = Readonly<Record<Strategy, Cost | null>> & { readonly grid: Cost };

export interface Estimate extends Costs {
  readonly environments: number;
  readonly settings: number;
  readonly lines: number;
  readonly cells: number;
  /** The longest an attempt can be silent altogether, with the kill, in seconds. */
  readonly hangSecondsWorst: number;
  /** Of a usual hang: one in the first run. */
  readonly hangSecondsExpected: number;
  /** What comes on top of the search, each part that the matrix asks for. */
  readonly extras: readonly Extra[];
}

export function estimate(matrix: Matrix): Estimate {
  const { lineCount: lines, cellCount: cells } = enumerate(matrix);
  const hangs = {
    worst: worstHang(matrix.watchdog),
    expected: matrix.watchdog.deadlines['first-run'] + ASSUMED.overheadOfHangSeconds,
  };
  const isSearchable = matrix.search.axis !== null;
  const costs: Costs = {
    grid: gridCost(matrix, lines, cells, hangs),
    line: isSearchable ? lineCost(matrix, lines, cells, hangs) : null,
    map: isSearchable ? mapCost(matrix, lines, cells, hangs) : null,
    versions:
      isSearchable && (matrix.search.every ?? true)
        ? mapCost({ ...matrix, search: { ...matrix.search, audit: 'none', prove: 'boundary' } }, lines, cells, hangs)
        : versionsCost(matrix, cells, hangs),
  };
  return {
    environments: matrix.environments.length,
    settings: Object.keys(matrix.settings).length,
    lines,
    cells,
    hangSecondsWorst: hangs.worst,
    hangSecondsExpected: hangs.expected,
    ...costs,
    extras: extrasOf(matrix, costs[matrix.search.strategy] ?? costs.grid, {
      pass: passSeconds(matrix),
      fresh: freshSeconds(matrix),
      hang: hangs,
    }),
  };
}

/** The first bad attempt decides a cell, a good one takes `attempts`. The cell where a line turns bad is confirmed. */
function gridCost(matrix: Matrix, lines: number, cells: number, hang: Hang): Cost {
  const { attempts } = matrix;
  const pass = passSeconds(matrix);
  const badLines = lines * ASSUMED.shareOfBadLines;
  // A line of one cell has no good part.
  const bad = (badLines + Math.max(0, cells - lines) * ASSUMED.shareOfBadLines) / (cells > lines ? 2 : 1);
  const confirmed = confirmations(matrix);
  return {
    bad: { expected: bad + badLines * confirmed, most: cells + lines * confirmed },
    attempts: {
      least: cells,
      expected: Math.round((cells - bad) * attempts + bad + badLines * confirmed),
      most: cells * attempts + lines * confirmed,
    },
    expectedSeconds: (cells - bad) * attempts * pass + (bad + badLines * confirmed) * hang.expected,
    worstSeconds: (cells + lines * confirmed) * hang.worst + cells * (attempts - 1) * pass,
  };
}

/**
 * A line needs its certificate: a good cell, `attempts` times, and the bad one right above it. Good cells on the
 * way are cheap, so some are spent on finding the place. All lines together meet about one hang each at most, confirmations aside.
 */
function lineCost(matrix: Matrix, lines: number, cells: number, hang: Hang): Cost {
  const { attempts } = matrix;
  const pass = passSeconds(matrix);
  const length = lines === 0 ? 1 : cells / lines;
  const passes = attempts + Math.min(length - 1, ASSUMED.passesOnTheWay);
  const hangs = lines * ASSUMED.shareOfBadLines * Math.min(ASSUMED.hangsOfBadLine + confirmations(matrix), length * 2);
  const mostOfLine = length + attempts - 1 + confirmations(matrix);
  return {
    bad: { expected: hangs, most: lines * (1 + confirmations(matrix)) },
    attempts: { least: lines, expected: Math.round(lines * passes + hangs), most: Math.round(lines * mostOfLine) },
    expectedSeconds: lines * passes * pass + hangs * hang.expected,
    worstSeconds: lines * ((1 + confirmations(matrix)) * hang.worst + (length + attempts - 2) * pass),
  };
}

/** The boundaries of a line search, and audits; with `all-safe` every cell that passes besides. A line that turns out broken is tried cell by cell. */
function mapCost(matrix: Matrix, lines: number, cells: number, hang: Hang): Cost {
  const line = lineCost(matrix, lines, cells, hang);
  const grid = gridCost(matrix, lines, cells, hang);
  const { audit = 'sample', prove = 'boundary' } = matrix.search;
  const most = { attempts: grid.attempts.most, seconds: grid.worstSeconds };
  const pass = passSeconds(matrix);
  if (audit === 'all-safe' || prove === 'safe-side') {
    const passing = Math.max(0, grid.attempts.expected - grid.bad.expected - lines * matrix.attempts);
    return {
      bad: { expected: line.bad.expected, most: grid.bad.most },
      attempts: {
        least: line.attempts.least,
        expected: Math.min(most.attempts, Math.round(line.attempts.expected + passing)),
        most: most.attempts,
      },
      expectedSeconds: line.expectedSeconds + passing * pass,
      worstSeconds: most.seconds,
    };
  }
  if (audit === 'none')
    return {
      ...line,
      bad: { ...line.bad, most: grid.bad.most },
      attempts: { ...line.attempts, most: most.attempts },
      worstSeconds: most.seconds,
    };
  const hangs = Math.max(1, (ASSUMED.shareOfAudits / 3) * grid.bad.expected);
  const looks = Math.max(Math.min(6, cells), ((2 * ASSUMED.shareOfAudits) / 3) * grid.attempts.expected);
  return {
    bad: { expected: line.bad.expected + hangs, most: grid.bad.most },
    attempts: {
      least: line.attempts.least,
      expected: Math.min(most.attempts, Math.round(line.attempts.expected + hangs + looks)),
      most: most.attempts,
    },
    expectedSeconds: Math.min(most.seconds, line.expectedSeconds + hangs * hang.expected + looks * pass),
    worstSeconds: most.seconds,
  };
}

/**
 * Along the environments: with `every` all of them, else both ends and a bisection of each setting and case. Expected: half of these change
 * once, and half of what is tried there is bad.
 */
function versionsCost(matrix: Matrix, cells: number, hang: Hang): Cost {
  const { attempts, environments, search } = matrix;
  const columns = environments.length === 0 ? 0 : cells / environments.length;
  const ends = Math.min(2, environments.length);
  const halves = Math.ceil(Math.log2(Math.max(1, environments.length - 1)));
  const every = search.every ?? true;
  const [unchanged, changed] = every
    ? [environments.length, environments.length]
    : [ends, Math.min(environments.length, ends + halves)];
  const turning = columns * ASSUMED.shareOfBadLines;
  const bad = turning * (changed / 2 + confirmations(matrix));
  const good = (columns - turning) * unchanged + turning * (changed / 2);
  const most = columns * (every ? environments.length * (1 + confirmations(matrix)) : changed + confirmations(matrix));
  return {
    bad: { expected: bad, most },
    attempts: {
      least: Math.round(columns * (every ? environments.length : ends)),
      expected: Math.round(bad + good * attempts),
      most: Math.round(most + columns * changed * (attempts - 1)),
    },
    expectedSeconds: bad * hang.expected + good * attempts * passSeconds(matrix),
    worstSeconds: most * hang.worst + columns * changed * (attempts - 1) * passSeconds(matrix),
  };
}

/** Of each bad line. A fork server is believed only when a fresh process says the same. */
function confirmations({ isolation }: Matrix): number {
  return isolation === 'fork' ? 1 : 0;
}

export function passSeconds({ device }: Pick<Matrix, 'device'>): number {
  return ASSUMED.passSeconds[natureOf(device) === 'processor' ? 'cpu' : 'card'];
}

function freshSeconds({ device }: Matrix): number {
  return ASSUMED.freshSeconds[natureOf(device) === 'processor' ? 'cpu' : 'card'];
}

/** A hang in the last phase after every earlier one took its time, then a process that ends on nothing but SIGKILL, late. */
function worstHang({ deadlines, term_grace, kill_wait }: Watchdog): number {
  return Object.values(deadlines).reduce((sum, seconds) => sum + seconds, 0) + term_grace + kill_wait;
}
