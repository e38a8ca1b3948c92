/**
 * Vega-Lite specifications of the heat maps: rows are environments in the matrix's order, columns the search axis.
 * Verdicts are told by a letter, observed from inferred by a full tile and a capital, what is doubtful by "?" and "!": colour only helps.
 */
import type { TopLevelSpec } from 'vega-lite';
import type { CellResult } from '../../../harness/model/results/results.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import type { ShapeMap } from '../../findings/shapes.ts';
import { markOf, certaintyOf } from '../../findings/words/cell-marks.ts';
import { VERDICTS } from '../../../harness/model/results/verdict.ts';
import { binned } from './map-bins.ts';
import type { Bins } from '../page/contents.ts';
import { tileColours } from '../page/tones.ts';
import type { Page } from '../page/page.ts';
import { distinctLabels, VEGA_LITE } from '../page/vega-svg.ts';

export interface HeatmapSpec {
  readonly map: ShapeMap;
  /** Null where every column stands for itself. */
  readonly bins: Bins | null;
  /** What the map shows, such as "channels 16→32". */
  readonly title: string;
  readonly spec: TopLevelSpec;
  /** Pixels by which Vega overrates the width of the row labels: it takes 0.8 em a character, fonts take at most 0.65. */
  readonly slack: number;
}

const MOST_LABEL = 60;
const LABEL_SIZE = 10.5;
const FONT = 'system-ui, sans-serif';

/** One specification for each map; a dense axis is put together into bins. */
export function heatmapSpecs(page: Page): HeatmapSpec[] {
  return page.shapes.maps.map((map) => mapSpec(page, map));
}

export function mapSpec(page: Page, whole: ShapeMap): HeatmapSpec {
  const { map, bins } = binned(whole, page.results.bad);
  const title = map.title === '' ? 'All cells' : map.title;
  const longest = Math.max(0, ...map.rows.map((row) => Math.min(row.length, MOST_LABEL)));
  return {
    map: whole,
    bins,
    title,
    slack: Math.floor(longest * LABEL_SIZE * 0.14),
    spec: spec(page, map, title),
  };
}

/** All maps as one specification, for a file that an editor for Vega-Lite opens. */
export function heatmapDocument(page: Page): object {
  const { simulated: notice } = page;
  const maps = heatmapSpecs(page).map(({ title, spec: { $schema: _schema, ...rest } }) => ({
    ...rest,
    title: notice === null ? title : `SIMULATED · ${title}`,
  }));
  return {
    $schema: VEGA_LITE,
    description: `${notice === null ? '' : `${notice}. `}Verdicts of ${plainLine(page.results.run.id, 120)}`,
    concat: maps,
    columns: 2,
  };
}

function spec(page: Page, map: ShapeMap, title: string): TopLevelSpec {
  const rows = distinctLabels(map.rows.map((row) => plainLine(row, MOST_LABEL)));
  const columns = distinctLabels(map.columns.map((column) => column.label));
  const values = map.rows.flatMap((row, y) =>
    map.columns.flatMap((column, x) => {
      const cell = map.cells.get(row)?.get(column.key);
      return cell === undefined
        ? []
        : [{ row: rows[y] ?? '', column: columns[x] ?? '', ...look(cell), link: `#cell-${page.anchorOf(cell.id)}` }];
    }),
  );
  const wide = columns.length <= 12;
  const longest = Math.max(0, ...columns.map((label) => label.length));
  // Every value is labelled, upright where it would not fit: a boundary that cannot be read is none.
  const step = wide ? 26 : 13;
  return {
    $schema: VEGA_LITE,
    description: `Verdict of each cell of ${plainLine(page.results.run.matrix, 64)}: ${title}`,
    background: 'transparent',
    data: { values },
    width: { step },
    height: { step: 15 },
    encoding: {
      x: {
        field: 'column',
        type: 'ordinal',
        scale: { domain: columns, paddingInner: 0.08, paddingOuter: 0.04 },
        axis: {
          title: page.shapes.axisName === null ? null : plainLine(page.shapes.axisName, 64),
          labelAngle: longest > (wide ? 4 : 1) ? -90 : 0,
          labelOverlap: false,
          labelLimit: 90,
          ticks: false,
          domain: false,
        },
      },
      y: {
        field: 'row',
        type: 'ordinal',
        scale: { domain: rows, paddingInner: 0.1, paddingOuter: 0.04 },
        axis: { title: null, labelLimit: 0, ticks: false, domain: false },
      },
    },
    layer: [
      {
        mark: { type: 'rect', aria: false },
        encoding: { color: { field: 'tile', type: 'nominal', scale: null }, href: { field: 'link' } },
      },
      {
        transform: [{ filter: "datum.mark !== ' '" }],
        mark: { type: 'text', aria: false, fontSize: 10, fontWeight: 700, baseline: 'middle', dy: 0.5 },
        encoding: { text: { field: 'mark', type: 'nominal' }, color: { field: 'ink', type: 'nominal', scale: null } },
      },
    ],
    config: {
      font: FONT,
      view: { stroke: null },
      axis: {
        labelFontSize: LABEL_SIZE,
        titleFontSize: 11,
        titleFontWeight: 500,
        labelColor: '#3d444d',
        titleColor: '#3d444d',
        labelPadding: 5,
      },
    },
  };
}

interface Look {
  readonly verdict: string;
  readonly basis: string;
  readonly mark: string;
  readonly tile: string;
  readonly ink: string;
}

function look(cell: CellResult): Look {
  const certainty = certaintyOf(cell);
  return {
    verdict: cell.verdict,
    basis: certainty === 'doubtful' ? certainty : cell.basis.kind,
    mark: markOf(cell.verdict, certainty),
    ...tileColours(VERDICTS[cell.verdict].tone, certainty),
  };
}
