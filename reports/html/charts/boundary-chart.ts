/**
 * The boundary over the versions, one chart for each shape that fails somewhere: the largest observed pass and the smallest observed failure of each
 * environment, and at each step from good to bad what changed there. Shapes of the marks tell them apart, colour only helps.
 */
import type { TopLevelSpec } from 'vega-lite';
import type { CellResult } from '../../../harness/model/results/results.ts';
import { boundaryWords } from '../../findings/lines/boundary-words.ts';
import type { LineView } from '../../findings/lines/lines.ts';
import { count, counted } from '../../findings/words/numbers.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import type { ShapeMap } from '../../findings/shapes.ts';
import { axisScale, chart, CHART_CONFIG, INK, longestLabel, numberAxis, rowLabel } from './chart-parts.ts';
import { VEGA_LITE, type Symbols } from '../page/vega-svg.ts';
import { html, nothing, type Markup } from '../page/markup.ts';
import { mark } from '../page/frame.ts';
import { LIGHT } from '../page/tones.ts';
import type { Page } from '../page/page.ts';
import { marked } from '../../findings/answers/notices.ts';

const MOST_CHARTS = 12;
const MOST_ROWS = 80;

export async function boundaryCharts(page: Page, symbols: Symbols): Promise<Markup> {
  const { shapes } = page;
  const telling = shapes.maps.filter((map) =>
    [...(page.linesByMap.get(map.id)?.values() ?? [])].some(({ smallestBad }) => smallestBad !== null),
  );
  const scale = axisScale(telling);
  if (page.results.searchAxis === null || scale === null || page.rows.length < 2) return nothing;
  const drawn = telling.slice(0, MOST_CHARTS);
  const figures: Markup[] = [];
  for (const map of drawn) {
    const lines = page.linesByMap.get(map.id) ?? new Map<string, LineView>();
    const spec = specOf(page, map, lines, scale.type);
    const title = map.title === '' ? 'All cells' : map.title;
    const words = [...lines]
      .filter(([, line]) => line.smallestBad !== null)
      .slice(0, 20)
      .map(([row, line]) => `${rowLabel(row)}: ${boundaryWords(line)}`)
      .join('; ');
    figures.push(html`<figure><figcaption><h3>${mark(page)}Boundary of ${title}</h3></figcaption>
${await chart(spec, symbols, `bound-${map.id}`, marked(page.simulated, `Boundary over the environments, ${title}`), words, longestLabel(map.rows))}<p class="peek" aria-hidden="true"></p></figure>
`);
  }
  const clean = shapes.maps.length - telling.length;
  const notes = [
    ...(clean > 0 ? [`${counted(clean, 'shape')} without a failure ${clean === 1 ? 'has' : 'have'} no chart.`] : []),
    ...(telling.length > drawn.length
      ? [`${counted(telling.length - drawn.length, 'more shape')} in the table below.`]
      : []),
    ...(page.rows.length > MOST_ROWS
      ? [`The first ${count(MOST_ROWS)} of ${count(page.rows.length)} rows are drawn.`]
      : []),
  ];
  return html`<p class="note"><strong>▲</strong> passes at every value tried, <strong>●</strong> largest observed pass, <strong>✕</strong> smallest observed ${page.words.noun}, <strong>◇</strong> the same but not confirmed in a fresh process; the bar between is not decided. Upright lines stand at each step between good and bad: dashed and labelled "both" where torch and ROCm change at once, so that the step does not say which of them is at fault; dotted and named where one of them changes alone. ${notes.join(' ')}</p>
<div class="maps charts">${figures}</div>
`;
}

interface Mark {
  readonly row: string;
  readonly value: number;
  readonly shape: string;
  readonly colour: string;
  readonly fill: string;
  /** Pixels from the left of its band: neighbours on the axis would hide each other. */
  readonly side: number;
  readonly link: string;
}

function specOf(page: Page, map: ShapeMap, lines: ReadonlyMap<string, LineView>, type: 'log' | 'linear'): TopLevelSpec {
  const rows = map.rows.slice(0, MOST_ROWS);
  const step = rows.length <= 20 ? 30 : 16;
  const points = rows.flatMap((row) => marksOf(page, map, row, lines.get(row), step));
  const gaps = rows.flatMap((row) => {
    const line = lines.get(row);
    return typeof line?.largestGood === 'number' && typeof line.smallestBad === 'number'
      ? [{ row: rowLabel(row), low: line.largestGood, high: line.smallestBad }]
      : [];
  });
  const values = map.columns.map(({ label }) => Number(label));
  const x = {
    field: 'row',
    type: 'ordinal' as const,
    scale: { type: 'band' as const, domain: rows.map(rowLabel), paddingInner: 0, paddingOuter: 0 },
    axis: { title: null, labelAngle: -55, labelLimit: 0, ticks: false, grid: false },
  };
  const { scale, axis } = numberAxis(values, type, plainLine(page.shapes.axisName ?? '', 64));
  const y = { field: 'value', type: 'quantitative' as const, scale, axis: { ...axis, grid: true } };
  const steps = stepsOf(page, rows, lines);
  const layer = [
    {
      data: { values: steps },
      mark: { type: 'rule' as const, aria: false, strokeWidth: 1.3 },
      encoding: {
        x: { ...x, bandPosition: 1 },
        color: { field: 'colour', type: 'nominal' as const, scale: null },
        strokeDash: { condition: { test: "datum.factor === 'both'", value: [7, 3] }, value: [1.5, 3] },
      },
    },
    {
      data: { values: steps },
      mark: { type: 'text' as const, aria: false, fontSize: 9.5, baseline: 'bottom' as const, dy: -1 },
      encoding: {
        x: { ...x, bandPosition: 1 },
        y: { value: 0 },
        text: { field: 'label', type: 'nominal' as const },
        color: { field: 'colour', type: 'nominal' as const, scale: null },
      },
    },
    {
      data: { values: gaps },
      mark: { type: 'rule' as const, aria: false, strokeWidth: 3, opacity: 0.55 },
      encoding: {
        x: { ...x, bandPosition: 0.5 },
        y: { ...y, field: 'low' },
        y2: { field: 'high' },
        color: { value: LIGHT.open.full },
      },
    },
    {
      data: { values: points },
      mark: { type: 'point' as const, aria: false, size: 62, strokeWidth: 1.8, opacity: 1 },
      encoding: {
        x: { ...x, bandPosition: 0 },
        xOffset: { field: 'side', type: 'quantitative' as const, scale: null },
        y,
        shape: { field: 'shape', type: 'nominal' as const, scale: null },
        fill: { field: 'fill', type: 'nominal' as const, scale: null },
        stroke: { field: 'colour', type: 'nominal' as const, scale: null },
        href: { field: 'link', type: 'nominal' as const },
      },
    },
  ];
  return {
    $schema: VEGA_LITE,
    background: 'transparent',
    padding: { top: 16, left: 5, right: 5, bottom: 5 },
    width: { step },
    height: 190,
    layer,
    config: CHART_CONFIG,
  };
}

function marksOf(page: Page, map: ShapeMap, row: string, line: LineView | undefined, step: number): Mark[] {
  if (line === undefined) return [];
  const { largestGood, smallestBad, boundary, confirmed } = line;
  const both = largestGood !== null && smallestBad !== null;
  const one = (value: LineView['largestGood'], shape: string, colour: string, fill: string, side: number): Mark[] => {
    const cell = typeof value === 'number' ? cellAt(map, row, value) : undefined;
    return cell === undefined || typeof value !== 'number'
      ? []
      : [
          {
            row: rowLabel(row),
            value,
            shape,
            colour,
            fill,
            side: step / 2 + (both ? side : 0),
            link: `#cell-${page.anchorOf(cell.id)}`,
          },
        ];
  };
  return [
    ...one(
      largestGood,
      boundary.kind === 'all-good' ? 'triangle-up' : 'circle',
      LIGHT.pass.full,
      LIGHT.pass.full,
      -step / 6,
    ),
    ...one(
      smallestBad,
      confirmed === false ? 'diamond' : CROSS,
      LIGHT.hang.full,
      confirmed === false ? 'transparent' : LIGHT.hang.full,
      step / 6,
    ),
  ];
}

/** A slanted cross of two strokes. */
const CROSS = 'M-0.8,-0.8L0.8,0.8M-0.8,0.8L0.8,-0.8';

function cellAt(map: ShapeMap, row: string, value: number): CellResult | undefined {
  const column = map.columns.find(({ label }) => Number(label) === value);
  return column === undefined ? undefined : map.cells.get(row)?.get(column.key);
}

interface ChartStep {
  readonly row: string;
  readonly factor: string;
  readonly label: string;
  readonly colour: string;
}

const FACTOR_LABEL = { both: 'both', torch: 'torch', rocm: 'ROCm', none: '?' } as const;

/** Where a failing row follows a passing one in this shape, or the other way round. Rows must be environments: only these are in order. */
function stepsOf(page: Page, rows: readonly string[], lines: ReadonlyMap<string, LineView>): ChartStep[] {
  if (page.shapes.rowKind !== 'environment') return [];
  const known = rows.flatMap((row) => {
    const line = lines.get(row);
    return line === undefined || (line.smallestBad === null && line.boundary.kind !== 'all-good')
      ? []
      : [{ row, bad: line.smallestBad !== null }];
  });
  return known.flatMap(({ row, bad }, index) => {
    const before = known[index - 1];
    if (before === undefined || before.bad === bad) return [];
    const found = (page.results.transitions ?? []).find(({ from, to }) => from === before.row && to === row);
    const factor = found?.factor ?? 'none';
    return [
      {
        row: rowLabel(before.row),
        factor,
        label: FACTOR_LABEL[factor],
        colour: factor === 'both' ? LIGHT.fail.full : INK,
      },
    ];
  });
}
