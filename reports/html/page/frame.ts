/** What every section of the page shares: headings and captions that say SIMULATED, tables with scopes, folded parts. */
import type { Findings } from '../../findings/findings.ts';
import { html, nothing, type Content, type Markup } from './markup.ts';

/** Every heading of a map or a table carries it. */
export type Frame = Pick<Findings, 'simulated'>;

/** "SIMULATED " before the words of a heading or a caption; nothing on a real device. */
export function mark(frame: Frame): Markup {
  return frame.simulated !== null ? html`<span class="sim">SIMULATED</span> ` : nothing;
}

export function section(frame: Frame, id: string, title: string, ...content: readonly Content[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${mark(frame)}${title}</h2>
${content}</section>
`;
}

/** The words over a column, or with them that the column holds numbers. */
export type ColumnHead = string | { readonly title: string; readonly number?: true };

/** The head of a column of numbers. */
export function figures(title: string): ColumnHead {
  return { title, number: true };
}

function isOfNumbers(head: ColumnHead | undefined): boolean {
  return typeof head === 'object' && head.number === true;
}

export interface TableCell {
  readonly content: Content;
  readonly className?: string;
  /** Cells with this heading a row. */
  readonly heading?: boolean;
  /** What the column is sorted by, where that is not the text. */
  readonly key?: number;
}

/** What the page's filters look at; what is left out matches anything. */
export interface RowTags {
  /** What is counted, in the plural: "lines". */
  readonly of: string;
  /** Indexes in results.environments and results.settings. */
  readonly environment?: number;
  readonly setting?: number;
  readonly verdicts?: readonly string[];
}

/** As attributes of a row or of a folded part. */
export function tags({ of, environment, setting, verdicts }: RowTags): Markup {
  return html` data-f="${of}"${environment === undefined ? nothing : html` data-e="${environment}"`}${setting === undefined ? nothing : html` data-s="${setting}"`}${verdicts === undefined ? nothing : html` data-v="${verdicts.join(' ')}"`}`;
}

export interface TableOptions {
  /** Makes the headings sort; the name under which the address keeps it: a-z, 0-9 and "-". */
  readonly sort?: string;
  /** Id of the body, for the page's script. */
  readonly body?: string;
  /** By row index. */
  readonly tags?: (row: number) => RowTags;
}

/** A table in a box that scrolls sideways by mouse, touch and keyboard. Rows are given cell by cell. */
export function table(
  frame: Frame,
  caption: Content,
  heads: readonly ColumnHead[],
  rows: Iterable<readonly TableCell[]>,
  className = '',
  options: TableOptions = {},
): Markup {
  const lines = [...rows].map(
    (
      row,
      at,
    ) => html`<tr${options.tags === undefined ? nothing : tags(options.tags(at))}>${row.map((cell, index) => tableCell(cell, isOfNumbers(heads[index])))}</tr>
`,
  );
  // What can be focused in it scrolls it; a table without buttons needs a stop of its own.
  const stop =
    options.sort === undefined ? html` tabindex="0" role="group" aria-label="Table, scrolls sideways"` : nothing;
  return html`<div class="scroll"${stop}><table${className === '' ? nothing : html` class="${className}"`}${options.sort === undefined ? nothing : html` data-sort="${options.sort}"`}><caption>${mark(frame)}${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col"${isOfNumbers(head) ? html` class="number"` : nothing}>${typeof head === 'string' ? head : head.title}</th>`)}</tr></thead>
<tbody${options.body === undefined ? nothing : html` id="${options.body}"`}>
${lines}</tbody></table></div>
`;
}

function tableCell({ content, className, heading, key }: TableCell, number: boolean): Markup {
  const classes = [className, number ? 'number' : undefined].filter((name) => name !== undefined).join(' ');
  const attribute = html`${classes === '' ? nothing : html` class="${classes}"`}${key === undefined ? nothing : html` data-k="${key}"`}`;
  return heading === true ? html`<th scope="row"${attribute}>${content}</th>` : html`<td${attribute}>${content}</td>`;
}

/** A folded part that needs no script. */
export function folded(summary: Content, content: Content, open = false): Markup {
  return html`<details${open ? html` open` : nothing}><summary>${summary}</summary>
${content}</details>
`;
}
