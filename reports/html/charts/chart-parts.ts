/** What the charts share: a scale for the search axis, the looks, and the frame around a drawing. */
import type { TopLevelSpec } from 'vega-lite';
import { plainLine } from '../../findings/words/plain-text.ts';
import type { ShapeMap } from '../../findings/shapes.ts';
import { html, trusted, type Markup } from '../page/markup.ts';
import { drawSvg, type Symbols } from '../page/vega-svg.ts';

/** The style sheet turns these into its own. */
export const INK = '#3d444d';
export const GRID = '#d9dde1';

export const CHART_CONFIG = {
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    labelFontSize: 10.5,
    titleFontSize: 11,
    titleFontWeight: 500,
    labelColor: INK,
    titleColor: INK,
    gridColor: GRID,
    domainColor: GRID,
    tickColor: GRID,
    labelPadding: 4,
  },
} as const;

/** Null where the axis has values that are no numbers: nothing can be drawn to scale then. */
export function axisScale(maps: readonly ShapeMap[]): { readonly type: 'log' | 'linear' } | null {
  const values = [...new Set(maps.flatMap((map) => map.columns.map(({ label }) => Number(label))))];
  if (values.length === 0 || values.some((value) => !Number.isFinite(value))) return null;
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return { type: least > 0 && most / least >= 16 ? 'log' : 'linear' };
}

/** A scale over the values and an axis with few ticks: 1, 2 and 5 of each decade for `log`. */
export function numberAxis(
  values: readonly number[],
  type: 'log' | 'linear',
  title: string,
): {
  readonly scale: { type: 'log' | 'linear'; domain: number[]; nice: false; padding: number; zero?: false };
  readonly axis: { title: string; values?: number[]; tickCount?: number; format: string; grid: boolean };
} {
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  if (type === 'linear')
    return {
      scale: { type, domain: [least, most], nice: false, padding: 8, zero: false },
      axis: { title, tickCount: 6, format: 'd', grid: false },
    };
  // Values that are all alike still need a scale to stand on.
  const domain = most < least * 1.5 ? [least / 1.6, most * 1.6] : [least, most];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(domain[0] ?? 1)); power <= Math.ceil(Math.log10(domain[1] ?? 1)); power++) {
    for (const digit of [1, 2, 5]) {
      const tick = Number((digit * 10 ** power).toPrecision(2));
      if (tick >= (domain[0] ?? 0) * 0.95 && tick <= (domain[1] ?? 0) * 1.05) ticks.push(tick);
    }
  }
  const few =
    ticks.length > 8
      ? ticks.filter((tick) => /^10*$/.test(String(tick / 10 ** Math.floor(Math.log10(tick) + 1e-9)).replace('.', '')))
      : ticks;
  return {
    scale: { type, domain, nice: false, padding: 8 },
    axis: { title, values: few.length > 1 ? few : [least, most], format: 'd', grid: false },
  };
}

/** Characters of the longest row label that is drawn. */
export function longestLabel(rows: readonly string[]): number {
  return rows.reduce((most, row) => Math.max(most, rowLabel(row).length), 0);
}

/**
 * A drawing with a name for screen readers; it scrolls in its own box. `id` is that of its title. `slanted`: characters of the longest slanted label
 * below it, whose length Vega overrates.
 */
export async function chart(
  spec: TopLevelSpec,
  symbols: Symbols,
  id: string,
  name: string,
  description: string,
  slanted = 0,
): Promise<Markup> {
  const svg = await drawSvg(spec, symbols, 0, Math.floor(slanted * LABEL_SIZE * 0.18));
  const open = html`<svg class="chart" role="group" aria-labelledby="${id}-t" aria-describedby="${id}-d"`;
  const words = html`<title id="${id}-t">${name}</title><desc id="${id}-d">${description}</desc>`;
  return html`<div class="scroll">${trusted(svg.replace('<svg', () => open.toString()).replace('>', () => `>${words.toString()}`))}</div>
`;
}

const LABEL_SIZE = 10.5;

export function rowLabel(row: string): string {
  return plainLine(row, 40);
}
