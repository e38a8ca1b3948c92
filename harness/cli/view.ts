/** What a person sees while a run goes on: a live block on a terminal, plain lines elsewhere, nothing when quiet. Always on stderr. */
import { createLogUpdate } from 'log-update';
import { duration } from './describe.ts';
import { count, emptyTally, newsOf, type Tally } from './tally.ts';
import type { Palette } from './palette.ts';
import type { Observer } from '../runner/observer.ts';
import type { SearchProgress } from '../search/search.ts';
import type { OutcomeKind } from '../verdicts/outcome.ts';

export interface View {
  readonly observer: Observer;
  /** Ends the view and leaves the cursor on a line of its own. */
  close(): void;
}

export interface ViewOptions {
  /** Printed first and repeated in the live block: what runs on what. */
  readonly title: string;
  /** As it stands now. */
  readonly progress: () => SearchProgress;
  /** Case parameters that tell cells of this matrix apart. */
  readonly parameters: readonly string[];
  readonly bad: readonly OutcomeKind[];
  readonly palette: Palette;
  readonly stream: NodeJS.WriteStream;
}

const REFRESH_MILLISECONDS = 120;
const PLAIN_PROGRESS_MILLISECONDS = 10_000;
const NEWS_LINES = 6;

export function quietView(): View {
  return { observer: () => {}, close: () => {} };
}

/** Plain lines: the title, everything that is not good, and a progress line every ten seconds. */
export function plainView(options: ViewOptions): View {
  const { stream, parameters, bad } = options;
  const tally = emptyTally();
  const began = performance.now();
  stream.write(`${options.title}\n`);
  const timer = setInterval(() => {
    stream.write(`${duration((performance.now() - began) / 1000)}: ${counts(tally, options.progress())}\n`);
  }, PLAIN_PROGRESS_MILLISECONDS);
  timer.unref();
  return {
    observer: (note) => {
      count(tally, note, parameters, performance.now());
      const news = newsOf(note, parameters, bad);
      if (news !== null) stream.write(`${news}\n`);
    },
    close: () => {
      clearInterval(timer);
      stream.write(`${duration((performance.now() - began) / 1000)}: ${counts(tally, options.progress())}\n`);
    },
  };
}

/** A block that is drawn again and again; the last lines that were not good stay in it. */
export function liveView(options: ViewOptions): View {
  const { stream, parameters, bad, palette } = options;
  const draw = createLogUpdate(stream);
  const tally = emptyTally();
  const began = performance.now();
  const news: string[] = [];
  const block = (): string => {
    const now = performance.now();
    return fit(
      [
        palette.bold(options.title),
        `${bar(options.progress(), palette)}  ${duration((now - began) / 1000)}`,
        counts(tally, options.progress()),
        ...happening(tally, now),
        ...news.map((line) => palette.bad(`  ${line}`)),
      ],
      stream.columns,
    );
  };
  const timer = setInterval(() => draw(block()), REFRESH_MILLISECONDS);
  return {
    observer: (note) => {
      count(tally, note, parameters, performance.now());
      const line = newsOf(note, parameters, bad);
      if (line === null) return;
      news.push(line);
      if (news.length > NEWS_LINES) news.shift();
    },
    close: () => {
      clearInterval(timer);
      draw(block());
      draw.done();
    },
  };
}

function happening(tally: Tally, now: number): string[] {
  if (tally.preparing !== null) return [`now    preparing ${tally.preparing}`];
  const current = [...tally.current.values()];
  if (current.length === 0) return ['now    -'];
  return current.map(
    ({ text, phase, startedAt }) => `now    ${text}  ${phase ?? 'starting'} ${duration((now - startedAt) / 1000)}`,
  );
}

function counts(tally: Tally, { linesDone, linesTotal }: SearchProgress): string {
  const outcomes = [...tally.byOutcome].map(([kind, times]) => `${kind} ${times}`);
  return [`lines ${linesDone} of ${linesTotal}`, `attempts ${tally.attempts}`, ...outcomes].join('   ');
}

function bar({ linesDone, linesTotal }: SearchProgress, palette: Palette): string {
  const width = 30;
  const share = linesTotal === 0 ? 1 : linesDone / linesTotal;
  const full = Math.round(share * width);
  return `${palette.good('█'.repeat(full))}${'░'.repeat(width - full)} ${Math.round(share * 100)} %`;
}

/** A line that wraps would make the block jump. */
function fit(lines: readonly string[], columns: number | undefined): string {
  const width = Math.max(20, columns ?? 80) - 1;
  return lines.map((line) => clip(line, width)).join('\n');
}

/** Cuts to `width` visible characters; colour codes take no room. */
function clip(line: string, width: number): string {
  let seen = 0;
  let out = '';
  // eslint-disable-next-line no-control-regex -- ESC begins a colour code
  for (const part of line.split(/(\u001B\[[0-9;]*m)/)) {
    if (part.startsWith('\u001B[')) {
      out += part;
      continue;
    }
    const characters = [...part];
    out += characters.slice(0, Math.max(0, width - seen)).join('');
    seen += characters.length;
  }
  return out;
}
