/** What a matrix costs before it is run: attempts and seconds, by plain arithmetic under stated assumptions. */
import { enumerate } from './enumerate.ts';
import type { Matrix, Watchdog } from './schema.ts';

/** What the expected figures rest on. A real card needs about half a second for a passing attempt, a CPU some 35 ms. */
export const ASSUMED = {
  passSeconds: { card: 0.5, cpu: 0.05 },
  overheadOfHangSeconds: 3,
  /** Of a bad line, the half above its middle is bad. */
  shareOfBadLines: 0.5,
  /** Measured on random surfaces: 1.04 to 1.19. */
  hangsOfBadLine: 1.15,
  /** Spent on finding the place; 1.5 on average over the 98 lines of matrices/conv2d.yml, for lines tell of their neighbours. */
  passesOnTheWay: 2,
} as const;

export interface Cost {
  /** Confirmations among them. */
  readonly attempts: { readonly least: number; readonly expected: number; readonly most: number };
  readonly expectedSeconds: number;
  /** Every line is bad and every hang uses up every deadline. */
  readonly worstSeconds: number;
}

export interface Estimate {
  readonly environments: number;
  readonly settings: number;
  readonly lines: number;
  readonly cells: number;
  /** The longest an attempt can be silent altogether, with the kill, in seconds. */
  readonly hangSecondsWorst: number;
  /** Of a usual hang: one in the first run. */
  readonly hangSecondsExpected: number;
  readonly grid: Cost;
  /** null: without a search axis there is nothing to search along. */
  readonly line: Cost | null;
}

export function estimate(matrix: Matrix): Estimate {
  const { lineCount: lines, cellCount: cells } = enumerate(matrix);
  const hangs = { worst: worstHang(matrix.watchdog), expected: matrix.watchdog.deadlines['first-run'] + ASSUMED.overheadOfHangSeconds };
  return {
    environments: matrix.environments.length,
    settings: Object.keys(matrix.settings).length,
    lines,
    cells,
    hangSecondsWorst: hangs.worst,
    hangSecondsExpected: hangs.expected,
    grid: gridCost(matrix, lines, cells, hangs),
    line: matrix.search.axis === null ? null : lineCost(matrix, lines, cells, hangs),
  };
}

interface Hang {
  readonly worst: number;
  readonly expected: number;
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
    attempts: { least: lines, expected: Math.round(lines * passes + hangs), most: Math.round(lines * mostOfLine) },
    expectedSeconds: lines * passes * pass + hangs * hang.expected,
    worstSeconds: lines * ((1 + confirmations(matrix)) * hang.worst + (length + attempts - 2) * pass),
  };
}

/** Of each bad line. A fork server is believed only when a fresh process says the same. */
function confirmations({ isolation }: Matrix): number {
  return isolation === 'fork' ? 1 : 0;
}

function passSeconds({ device }: Matrix): number {
  return device === 'cpu' ? ASSUMED.passSeconds.cpu : ASSUMED.passSeconds.card;
}

/** A hang in the last phase after every earlier one took its time, then a process that ends on nothing but SIGKILL, late. */
function worstHang({ deadlines, term_grace, kill_wait }: Watchdog): number {
  return Object.values(deadlines).reduce((sum, seconds) => sum + seconds, 0) + term_grace + kill_wait;
}
