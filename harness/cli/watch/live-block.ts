/** The live block as text: pure, so that it can be looked at without a terminal. */
import { duration } from '../../../reports/findings/words/numbers.ts';
import type { Palette } from '../text/palette.ts';
import type { Tally } from './tally.ts';
import type { SearchProgress } from '../../search/search.ts';

export interface Scene {
  /** "SIMULATED" on a simulated card, '' on a real device. */
  readonly mark: string;
  readonly tally: Tally;
  readonly progress: SearchProgress;
  /** The newest things that were not good, oldest first. */
  readonly news: readonly string[];
  /** Monotonic milliseconds. */
  readonly began: number;
  readonly now: number;
  /** false for the last picture, which stays. */
  readonly running: boolean;
  /** Lines that were solved when this session began. */
  readonly solvedBefore: number;
}

const WIDEST_BAR = 30;
/** What stands beside the bar: " 100 %  2 h 10 min". */
const BESIDE_BAR = 18;
const GAP = '   ';

/** Lines of at most `width` visible characters: one that wraps would make the block jump. */
export function block(
  { mark, tally, progress, news, began, now, running, solvedBefore }: Scene,
  width: number,
  palette: Palette,
): string {
  const seconds = (now - began) / 1000;
  const left = running ? leftWords(progress, solvedBefore, seconds) : [];
  return [
    ...(mark === '' ? [] : [palette.bold(clip(mark, width))]),
    `${bar(progress, Math.min(WIDEST_BAR, width - BESIDE_BAR), palette)}  ${elapsed(now - began)}`,
    ...flowed([...counts(tally, progress), ...left], width),
    ...(running ? happening(tally, now).map((line) => clip(line, width)) : []),
    ...news.map((line) => palette.bad(clip(`  ${line}`, width))),
  ].join('\n');
}

export function counts(tally: Tally, { linesDone, linesTotal }: SearchProgress): readonly string[] {
  const explaining = tally.explaining === 0 ? [] : [`explaining, probe ${tally.explaining}`];
  return [
    `lines ${linesDone} of ${linesTotal}`,
    ...explaining,
    `attempts ${tally.attempts}`,
    ...[...tally.byOutcome].map(([kind, times]) => `${kind} ${times}`),
  ];
}

/** In whole seconds: what is drawn again and again must not jump about. */
export function elapsed(milliseconds: number): string {
  return duration(Math.floor(milliseconds / 1000));
}

/** "about 3 min 5 s left", as a part among the counts; none while nothing can be said. */
export function leftWords(progress: SearchProgress, solvedBefore: number, seconds: number): readonly string[] {
  const left = secondsLeft(progress, solvedBefore, seconds);
  return left === null ? [] : [`about ${duration(Math.round(left))} left`];
}

/** Phase and time come first: they are what a narrow terminal must not lose. */
function happening(tally: Tally, now: number): readonly string[] {
  const since = (startedAt: number): string => elapsed(now - startedAt);
  if (tally.preparing !== null)
    return [`now  preparing ${since(tally.preparing.startedAt).padEnd(9)} ${tally.preparing.environment}`];
  if (tally.current.size === 0) return ['now  -'];
  return [...tally.current.values()].map(
    ({ text, phase, startedAt }) => `now  ${(phase ?? 'start').padEnd(9)} ${since(startedAt).padEnd(9)} ${text}`,
  );
}

function bar({ linesDone, linesTotal }: SearchProgress, width: number, palette: Palette): string {
  const share = linesTotal === 0 ? 1 : linesDone / linesTotal;
  // 100 % is said of a search that is over, and of nothing else.
  const full = Math.floor(share * width);
  return `${palette.good('█'.repeat(full))}${'░'.repeat(Math.max(0, width - full))} ${Math.floor(share * 100)} %`;
}

/** The parts one after the other, on as many lines as they need. */
function flowed(parts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const joined = `${lines.at(-1) ?? ''}${GAP}${part}`;
    if (lines.length > 0 && joined.length <= width) lines[lines.length - 1] = joined;
    else lines.push(clip(part, width));
  }
  return lines;
}

function clip(line: string, width: number): string {
  const characters = [...line];
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`;
}

/** Before this many lines and this share of them the first lines, which teach the search, decide too much. */
const FEWEST_LINES = 3;
const SMALLEST_SHARE = 0.05;

/**
 * How long a run still takes, told from how fast its lines were solved; null while nothing can be said.
 * `atStart`: lines that an earlier session had solved. `seconds`: since this session began.
 */
function secondsLeft({ linesDone, linesTotal }: SearchProgress, atStart: number, seconds: number): number | null {
  const solved = linesDone - atStart;
  if (linesDone >= linesTotal) return null;
  if (solved < FEWEST_LINES || solved < SMALLEST_SHARE * (linesTotal - atStart)) return null;
  return ((linesTotal - linesDone) * seconds) / solved;
}
