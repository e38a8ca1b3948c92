/** How long the passing cells ran, with spread: by the search axis for each shape, and by version at the value that most versions were timed at. */
import { quantileSorted } from 'simple-statistics';
import type { TopLevelSpec } from 'vega-lite';
import { counted, duration } from '../../findings/words/numbers.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import type { ShapeMap } from '../../findings/shapes.ts';
import { axisScale, chart, CHART_CONFIG, INK, longestLabel, numberAxis, rowLabel } from './chart-parts.ts';
import { VEGA_LITE, type Symbols } from '../page/vega-svg.ts';
import { html, nothing, type Markup } from '../page/markup.ts';
import { folded, mark } from '../page/frame.ts';
import { LIGHT } from '../page/tones.ts';
import type { Page } from '../page/page.ts';
import { marked } from '../../findings/answers/notices.ts';

const MOST_CHARTS = 10;
const MOST_POINTS = 1200;

interface Timed {
  readonly row: string;
  readonly value: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly runs: number;
  readonly link: string;
}

export async function timingCharts(page: Page, symbols: Symbols): Promise<Markup> {
  const spread = spreadByCell(page);
  const scale = axisScale(page.shapes.maps);
  if (spread.size === 0 || scale === null) return nothing;
  const figures: Markup[] = [];
  let room = MOST_POINTS;
  let left = 0;
  for (const map of page.shapes.maps) {
    const timed = timedOf(page, map, spread);
    if (timed.length === 0) continue;
    if (figures.length >= MOST_CHARTS || timed.length > room) {
      left += 1;
      continue;
    }
    room -= timed.length;
    const title = map.title === '' ? 'All cells' : map.title;
    const words = `${counted(timed.length, 'timed cell')}, medians from ${duration(Math.min(...timed.map(({ median }) => median)))} to ${duration(Math.max(...timed.map(({ median }) => median)))}. The table below says the same in numbers.`;
    const id = `time-${map.id}`;
    const name = marked(page.simulated, `Times, ${title}`);
    const unit = unitOf(timed);
    const common = mostCommon(timed);
    const across = timed.filter(({ value }) => value === common);
    const versions = new Set(across.map(({ row }) => row)).size > 1;
    const axis = `${plainLine(page.shapes.axisName ?? 'value', 40)} ${common}`;
    figures.push(html`<figure><figcaption><h3>${mark(page)}Times of ${title}</h3></figcaption>
<div class="pair"><div>${await chart(bySize(page, inUnit(timed, unit), unit.name, scale.type), symbols, id, name, words)}</div>${versions ? html`<div><p class="note">by version, at ${axis}</p>${await chart(byVersion(map, inUnit(across, unit), unit.name), symbols, `${id}-v`, `${name}, by version at ${axis}`, 'The table below says the same in numbers.', longestLabel(map.rows))}</div>` : nothing}</div>
<p class="peek" aria-hidden="true"></p></figure>
`);
  }
  const note = html`<p class="note">Point: median of the repeated runs; bar: from the first to the third quartile. Left by ${plainLine(page.shapes.axisName ?? 'value', 40)}, every version; right by version at one value.${page.simulated !== null ? " These times are the model's, not a card's." : ''}${left > 0 ? ` ${counted(left, 'more shape')} in the table.` : ''}</p>`;
  return folded(
    `Times drawn: ${counted(figures.length, 'shape')}`,
    html`${note}<div class="maps charts">${figures}</div>
`,
    figures.length <= 3,
  );
}

/** Runs of all passing attempts of a cell, sorted. */
function spreadByCell({ results }: Page): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { cell, credit, report } of results.attempts) {
    if (report.outcome.kind !== 'pass' || credit === 'void' || report.timing === null) continue;
    const runs = report.timing.runs.filter((one) => one > 0);
    if (runs.length > 0) found.set(cell, [...(found.get(cell) ?? []), ...runs]);
  }
  for (const runs of found.values()) runs.sort((a, b) => a - b);
  return found;
}

function timedOf(page: Page, map: ShapeMap, spread: ReadonlyMap<string, readonly number[]>): Timed[] {
  return map.rows.flatMap((row) =>
    map.columns.flatMap(({ key, label }): Timed[] => {
      const cell = map.cells.get(row)?.get(key);
      const runs = cell === undefined ? undefined : spread.get(cell.id);
      if (cell === undefined || runs === undefined) return [];
      return [
        {
          row: rowLabel(row),
          value: Number(label),
          median: fourDigits(quantileSorted(runs, 0.5)),
          low: fourDigits(quantileSorted(runs, 0.25)),
          high: fourDigits(quantileSorted(runs, 0.75)),
          runs: runs.length,
          link: `#cell-${page.anchorOf(cell.id)}`,
        },
      ];
    }),
  );
}

/** More would only make the page larger. */
function fourDigits(seconds: number): number {
  return Number(seconds.toPrecision(4));
}

function bySize(page: Page, timed: readonly Timed[], unit: string, type: 'log' | 'linear'): TopLevelSpec {
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    ...numberAxis(
      timed.map(({ value }) => value),
      type,
      plainLine(page.shapes.axisName ?? '', 64),
    ),
  };
  const y = timeAxis(timed, unit);
  const line = {
    mark: { type: 'line' as const, aria: false, strokeWidth: 0.7, opacity: 0.5 },
    encoding: {
      x,
      y: { ...y, field: 'median' },
      detail: { field: 'row', type: 'nominal' as const },
      color: { value: INK },
    },
  };
  return {
    $schema: VEGA_LITE,
    background: 'transparent',
    data: { values: [...timed] },
    width: 235,
    height: 150,
    layer: [line, ...barsAndPoints(x, y)],
    config: CHART_CONFIG,
  };
}

function byVersion(map: ShapeMap, across: readonly Timed[], unit: string): TopLevelSpec {
  const x = {
    field: 'row',
    type: 'ordinal' as const,
    scale: { domain: map.rows.map(rowLabel) },
    axis: { title: null, labelAngle: -55, labelLimit: 0, ticks: false, grid: false },
  };
  const y = timeAxis(across, unit);
  return {
    $schema: VEGA_LITE,
    background: 'transparent',
    data: { values: [...across] },
    width: { step: 14 },
    height: 150,
    layer: barsAndPoints(x, y),
    config: CHART_CONFIG,
  };
}

/** A bar between the quartiles and a point at the median. */
function barsAndPoints<X extends object>(x: X, y: ReturnType<typeof timeAxis>) {
  return [
    {
      mark: { type: 'rule' as const, aria: false, strokeWidth: 2.2, opacity: 0.55 },
      encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: { value: LIGHT.open.full } },
    },
    {
      mark: { type: 'point' as const, aria: false, filled: true, size: 26, opacity: 1 },
      encoding: {
        x,
        y: { ...y, field: 'median' },
        color: { value: LIGHT.pass.full },
        href: { field: 'link', type: 'nominal' as const },
      },
    },
  ];
}

function timeAxis(
  timed: readonly Timed[],
  unit: string,
): ReturnType<typeof numberAxis> & { readonly type: 'quantitative' } {
  const { scale, axis } = numberAxis(
    timed.flatMap(({ low, high }) => [low, high]),
    'log',
    `one run, ${unit}`,
  );
  return { type: 'quantitative', scale, axis: { ...axis, grid: true, format: '~g' } };
}

interface Unit {
  readonly name: string;
  readonly perSecond: number;
}

function unitOf(timed: readonly Timed[]): Unit {
  const most = timed.reduce((found, { median }) => Math.max(found, median), 0);
  return most < 1e-3
    ? { name: 'µs', perSecond: 1e6 }
    : most < 1
      ? { name: 'ms', perSecond: 1e3 }
      : { name: 's', perSecond: 1 };
}

function inUnit(timed: readonly Timed[], { perSecond }: Unit): Timed[] {
  const scaled = (seconds: number): number => Number((seconds * perSecond).toPrecision(4));
  return timed.map((one) => ({ ...one, median: scaled(one.median), low: scaled(one.low), high: scaled(one.high) }));
}

/** The value that most rows were timed at; the largest of these. */
function mostCommon(timed: readonly Timed[]): number {
  const rows = new Map<number, number>();
  for (const { value } of timed) rows.set(value, (rows.get(value) ?? 0) + 1);
  return [...rows].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}
