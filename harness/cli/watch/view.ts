/** What a person sees while a run goes on: a live block on a terminal, plain lines elsewhere, nothing when quiet. Always on stderr. */
import { createLogUpdate } from 'log-update';
import { block, counts, elapsed, leftWords } from './live-block.ts';
import type { Shown } from '../text/cell-text.ts';
import { harmless } from '../text/harmless.ts';
import { widthFor } from '../text/layout.ts';
import { count, emptyTally, newsOf } from './tally.ts';
import type { Output } from '../streams.ts';
import type { Palette } from '../text/palette.ts';
import type { Observer } from '../../runner/observer.ts';
import type { SearchProgress } from '../../search/search.ts';
import type { OutcomeKind } from '../../model/outcome.ts';

export interface View {
  readonly observer: Observer;
  /** A line of its own that stays, whatever is drawn. */
  say(text: string): void;
  /** Ends the view and leaves the cursor on a line of its own. */
  close(): void;
}

export interface ViewOptions {
  /** Printed first: what runs on what, and where to. */
  readonly title: string;
  /** "SIMULATED" on a simulated card, before every line; '' on a real device. */
  readonly mark: string;
  /** As it stands now. */
  readonly progress: () => SearchProgress;
  readonly shown: Shown;
  readonly bad: readonly OutcomeKind[];
  readonly palette: Palette;
  readonly stream: Output;
}

const REFRESH_MILLISECONDS = 120;
const PLAIN_PROGRESS_MILLISECONDS = 10_000;
const NEWS_LINES = 6;
const NARROWEST = 20;
const USUAL = 80;

export function quietView(stream: Output): View {
  return { observer: () => {}, say: (text) => stream.write(`${text}\n`), close: () => {} };
}

/** Plain lines: the title, everything that is not good, and a progress line every ten seconds. */
export function plainView({ stream, shown, bad, title, mark, progress }: ViewOptions): View {
  const tally = emptyTally();
  const began = performance.now();
  const solvedBefore = progress().linesDone;
  const say = (text: string): void => {
    stream.write(`${text}\n`);
  };
  const marked = (text: string): void => say(mark === '' ? text : `${mark} ${text}`);
  const tell = (): void =>
    marked(
      `${elapsed(performance.now() - began)}: ${[...counts(tally, progress()), ...leftWords(progress(), solvedBefore, (performance.now() - began) / 1000)].join('   ')}`,
    );
  say(title);
  const timer = setInterval(tell, PLAIN_PROGRESS_MILLISECONDS);
  timer.unref();
  return {
    observer: (note) => {
      count(tally, note, shown, performance.now());
      const news = newsOf(note, shown, bad);
      if (news !== null) marked(news);
    },
    say,
    close: () => {
      clearInterval(timer);
      tell();
    },
  };
}

/** The title, and below it a block that is drawn again and again; the last lines that were not good stay in it. */
export function liveView({ stream, shown, bad, title, mark, progress, palette }: ViewOptions): View {
  stream.write(`${palette.bold(title)}\n`);
  const update = createLogUpdate(stream.bare);
  const tally = emptyTally();
  const began = performance.now();
  const solvedBefore = progress().linesDone;
  const news: string[] = [];
  const draw = (running: boolean): void => {
    // The last column stays free: some terminals go to the next line as soon as it is filled.
    const width = widthFor(stream.columns, USUAL, NARROWEST) - 1;
    const now = performance.now();
    const scene = { mark, tally, progress: progress(), news, began, now, running, solvedBefore };
    update(harmless(block(scene, width, palette)));
  };
  const timer = setInterval(() => draw(true), REFRESH_MILLISECONDS);
  return {
    observer: (note) => {
      count(tally, note, shown, performance.now());
      const line = newsOf(note, shown, bad);
      if (line === null) return;
      news.push(line);
      if (news.length > NEWS_LINES) news.shift();
    },
    say: (text) => {
      update.clear();
      stream.write(`${text}\n`);
      draw(true);
    },
    close: () => {
      clearInterval(timer);
      draw(false);
      update.done();
    },
  };
}
