/** Draws Vega-Lite specifications as SVG text, small enough for thousands of cells in one page. Vega is loaded on first use. */
import type { TopLevelSpec } from 'vega-lite';
import { trusted, type Markup } from './markup.ts';

export const VEGA_LITE = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Shapes that many cells share: written once a page, used by reference. */
export class Symbols {
  readonly #ids = new Map<string, string>();
  readonly #prefix: string;

  /** Ids begin with `prefix`, so that several sets fit into one page. */
  constructor(prefix = 's') {
    this.#prefix = prefix;
  }

  /** `drawing` is an SVG element with `%` in place of its id attribute. */
  use(drawing: string): string {
    const known = this.#ids.get(drawing);
    if (known !== undefined) return known;
    const id = `${this.#prefix}${this.#ids.size.toString(36)}`;
    this.#ids.set(drawing, id);
    return id;
  }

  /** For a page. */
  definitions(): Markup {
    return trusted(
      `<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false">${this.list().toString()}</svg>`,
    );
  }

  /** For a picture of its own. */
  list(): Markup {
    const drawings = [...this.#ids].map(([drawing, id]) => drawing.replace('%', `id="${id}"`));
    return trusted(`<defs>${drawings.join('')}</defs>`);
  }
}

/**
 * The same specification always gives the same text. `trimLeft`, `trimBottom`: pixels to take off the margins, because
 * without a canvas Vega takes text to be wider than it is.
 */
export async function drawSvg(spec: TopLevelSpec, symbols: Symbols, trimLeft = 0, trimBottom = 0): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const quiet = vega.logger(vega.Error);
  const view = new vega.View(vega.parse(compile(spec, { logger: quiet }).spec), { renderer: 'none', logger: quiet });
  try {
    return trimmed(compact(await view.toSVG(), symbols), trimLeft, trimBottom);
  } finally {
    view.finalize();
  }
}

function trimmed(svg: string, left: number, bottom: number): string {
  return svg.replace(
    /width="([\d.]+)" height="([\d.]+)" viewBox="0 0 [\d. ]+"/,
    (_all, width: string, height: string) => {
      const [w, h] = [Math.ceil(Number(width)) - left, Math.ceil(Number(height)) - bottom];
      return `width="${w}" height="${h}" viewBox="${left} 0 ${w} ${h}"`;
    },
  );
}

const TILE =
  /<a xlink:href="([^"]*)"><path d="M(-?[\d.]+),(-?[\d.]+)(h[\d.]+v[\d.]+h-[\d.]+Z)" fill="([^"]*)"\/><\/a>/g;
const LETTER =
  /<text text-anchor="middle" transform="translate\((-?[\d.]+),(-?[\d.]+)\)" font-family="[^"]*" font-size="([^"]*)" font-weight="([^"]*)" fill="([^"]*)">([^<]*)<\/text>/g;

/** Points of charts, grid lines and bars. */
const PLACED =
  /<(path|line)(?: role="[^"]*"| aria-[a-z]+="[^"]*")* transform="translate\((-?[\d.]+),(-?[\d.]+)\)"((?: [a-z0-9-]+="[^"]*")*)\/>/g;

/**
 * Vega writes every mark in full, 200 to 300 bytes each. Text and attributes are escaped by Vega, so no `<` or `"` in a pattern
 * below can come from a label; what a pattern does not know stays as it is.
 */
function compact(svg: string, symbols: Symbols): string {
  return svg
    .replace(TILE, (_all, link: string, x: string, y: string, outline: string, fill: string) => {
      const id = symbols.use(`<path % d="M0,0${outline}" fill="${fill}"/>`);
      return `<a href="${link}"><use href="#${id}"${at('x', x)}${at('y', y)}/></a>`;
    })
    .replace(
      LETTER,
      (all: string, x: string, y: string, size: string, weight: string, fill: string, letter: string) => {
        if ([...letter].length !== 1) return all;
        const id = symbols.use(
          `<text % text-anchor="middle" font-size="${size}" font-weight="${weight}" fill="${fill}">${letter}</text>`,
        );
        return `<use href="#${id}"${at('x', x)}${at('y', y)}/>`;
      },
    )
    .replace(PLACED, (_all, kind: string, x: string, y: string, rest: string) => {
      const id = symbols.use(`<${kind} %${rest.replace(/ (?:role|aria-[a-z]+)="[^"]*"/g, '')}/>`);
      return `<use href="#${id}"${at('x', x)}${at('y', y)}/>`;
    })
    .replace(/xlink:href="/g, 'href="')
    .replace(/<text [^>]*\bopacity="0"[^>]*>[^<]*<\/text>/g, '')
    .replace(/<path class="(?:background|foreground)"[^>]*\/>/g, '')
    .replace(
      / (?:role|aria-[a-z]+|font-family|xmlns|xmlns:xlink|version|pointer-events|opacity|stroke-miterlimit)="[^"]*"/g,
      '',
    )
    .replace(/ class="(?:mark-[^"]*|marks)"/g, '')
    .replace(/<g>(\s*)<\/g>/g, '');
}

function at(name: 'x' | 'y', value: string): string {
  const rounded = Math.round(Number(value) * 10) / 10;
  return rounded === 0 ? '' : ` ${name}="${rounded}"`;
}

/** Two names may look the same once they are made plain and cut; a scale would put them in one row. */
export function distinctLabels(labels: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return labels.map((label) => {
    const times = (seen.get(label) ?? 0) + 1;
    seen.set(label, times);
    return times === 1 ? label : `${label} (${times})`;
  });
}
