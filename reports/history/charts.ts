/** The two charts of a series: boundaries as bars over time, run times as lines. Drawn at build time; every bar carries its words. */
import type { TopLevelSpec } from 'vega-lite';
import type { LineHistory, Series, TimeHistory } from '../../harness/model/results/history.ts';
import { plainLine } from '../findings/words/plain-text.ts';
import { LIGHT } from '../html/page/tones.ts';
import { lineLabel } from './changes.ts';
import { distinctLabels, VEGA_LITE } from '../html/page/vega-svg.ts';

const WIDTH = 760;
const FONT = 'system-ui, sans-serif';
const DAY = 86_400_000;
const LETTER = 6.2;

/** Null where no line ever changed. `most`: rows; further ones are in the table. */
export function boundaryChart(
  series: Series,
  most: number,
): { readonly spec: TopLevelSpec; readonly left: number } | null {
  const moving = series.lines.filter((line) => new Set(line.spans.map(({ side }) => JSON.stringify(side))).size > 1);
  if (moving.length === 0) return null;
  const { at, first, end } = clock(series);
  const rows = moving.slice(0, most);
  const labels = distinctLabels(rows.map((line) => lineLabel(series, line)));
  const values = rows.flatMap((line, index) =>
    line.spans.map((span) => {
      const [from, to] = [at(span.from), Math.min(at(span.to + 1), at(span.to) + 4 * DAY)];
      const text = words(line, span.side);
      const fits = ((to - from) / (end - first)) * WIDTH > text.length * LETTER;
      return { row: labels[index] ?? '', from, to, tone: toneOf(span.side), text: fits ? text : '' };
    }),
  );
  return {
    left: moving.length - rows.length,
    spec: {
      ...base(`Boundaries of the lines that changed, ${series.nights.length} nights`),
      data: { values },
      height: { step: 22 },
      encoding: {
        x: { field: 'from', type: 'temporal', scale: { type: 'utc', domain: [first, end] }, axis: dates(end - first) },
        y: {
          field: 'row',
          type: 'ordinal',
          sort: labels,
          axis: { title: null, labelLimit: 480, domain: false, ticks: false },
        },
      },
      layer: [
        {
          mark: { type: 'bar', height: 18 },
          encoding: {
            x2: { field: 'to' },
            color: toned('pale'),
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 4, fontSize: 11 },
          encoding: {
            text: { field: 'text' },
            color: toned('onPale'),
          },
        },
      ],
      resolve: { scale: { color: 'independent' } },
    },
  };
}

/** One small chart; `domain` is shared by all of a series, so that they can be compared. */
export function timeChart(series: Series, { points }: TimeHistory, domain: readonly [number, number]): TopLevelSpec {
  const { at, first, end } = clock(series);
  return {
    ...base('Run time against the first night'),
    data: { values: points.map(({ night, ratio }) => ({ at: at(night), ratio })) },
    height: 64,
    encoding: {
      x: { field: 'at', type: 'temporal', scale: { type: 'utc', domain: [first, end] }, axis: dates(end - first) },
    },
    layer: [
      {
        mark: { type: 'rule', color: LIGHT.open.full, strokeDash: [3, 3] },
        encoding: { x: { value: 0 }, x2: { value: WIDTH }, y: { datum: 1 } },
      },
      {
        mark:
          points.length === 1
            ? { type: 'point', color: LIGHT.open.full }
            : { type: 'line', color: LIGHT.open.full, strokeWidth: 1.5 },
        encoding: {
          y: {
            field: 'ratio',
            type: 'quantitative',
            scale: { type: 'log', domain: [...domain], nice: false },
            axis: { title: null, values: ticks(domain), format: '.2~f', grid: false },
          },
        },
      },
    ],
  };
}

export function timeDomain(times: readonly TimeHistory[]): readonly [number, number] {
  const all = times.flatMap(({ points }) => points.map(({ ratio }) => ratio));
  return [Math.min(0.8, ...all) * 0.98, Math.max(1.25, ...all) * 1.02];
}

function ticks([low, high]: readonly [number, number]): number[] {
  return [0.1, 0.25, 0.5, 0.8, 1, 1.25, 2, 4, 10].filter((value) => value >= low && value <= high);
}

/** Days alone do not tell nights apart where all of them lie within a few days. */
function dates(span: number): { title: null; format: string; tickCount: number; labelOverlap: true; grid: false } {
  return {
    title: null,
    format: span < 4 * DAY ? '%m-%d %H:%M' : '%Y-%m-%d',
    tickCount: 8,
    labelOverlap: true,
    grid: false,
  };
}

function base(description: string): {
  $schema: string;
  description: string;
  background: string;
  width: number;
  config: NonNullable<TopLevelSpec['config']>;
} {
  return {
    $schema: VEGA_LITE,
    description,
    background: 'transparent',
    width: WIDTH,
    config: {
      view: { stroke: null },
      font: FONT,
      axis: {
        labelColor: LIGHT.open.full,
        labelFontSize: 11,
        domainColor: LIGHT.open.pale,
        tickColor: LIGHT.open.pale,
      },
    },
  };
}

function words({ axis }: LineHistory, side: LineHistory['spans'][number]['side']): string {
  if (side === null) return '? no verdict';
  if (side.shape === 'not-monotone') return 'mixed';
  if (side.smallestBad === null) return 'pass';
  return axis === null ? 'fail' : plainLine(`≥ ${side.smallestBad} fail`, 40);
}

const TONES = ['pass', 'hang', 'flaky', 'none'] as const;

/** The colour of a mark by its tone. */
function toned(colour: 'pale' | 'onPale') {
  const scale = { domain: [...TONES], range: TONES.map((tone) => LIGHT[tone][colour]) };
  return { field: 'tone', type: 'nominal' as const, legend: null, scale };
}

function toneOf(side: LineHistory['spans'][number]['side']): (typeof TONES)[number] {
  if (side === null) return 'none';
  return side.shape === 'not-monotone' ? 'flaky' : side.smallestBad === null ? 'pass' : 'hang';
}

/** Milliseconds at which a night began; the one after the last is a usual interval later. */
function clock({ nights }: Series): { at: (night: number) => number; first: number; end: number } {
  const starts = nights.map(({ startedAt }) => Date.parse(startedAt));
  const gaps = starts
    .slice(1)
    .map((start, index) => start - (starts[index] ?? start))
    .toSorted((a, b) => a - b);
  const usual = Math.max(60_000, gaps[Math.floor(gaps.length / 2)] ?? DAY);
  const [first = 0, last = 0] = [starts[0], starts.at(-1)];
  return { at: (night) => starts[night] ?? last + usual, first, end: last + usual };
}
