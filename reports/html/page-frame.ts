/** What every section of the page shares: headings and captions that say SIMULATED, tables with scopes, folded parts. */
import { html, nothing } from './markup.ts';
import type { Content, Markup } from './markup.ts';

export interface Frame {
  /** Every heading of a map or a table carries it. */
  readonly simulated: boolean;
}

/** "SIMULATED " before the words of a heading or a caption; nothing on a real device. */
export function mark(frame: Frame): Markup {
  return frame.simulated ? html`<span class="sim">SIMULATED</span> ` : nothing;
}

export function section(frame: Frame, id: string, title: string, ...content: readonly Content[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${mark(frame)}${title}</h2>
${content}</section>
`;
}

export interface ColumnHead {
  readonly title: string;
  readonly number?: boolean;
}

export interface TableCell {
  readonly content: Content;
  readonly className?: string;
  /** Cells with this heading a row. */
  readonly heading?: boolean;
}

/** A table in a box that scrolls sideways by mouse, touch and keyboard. Rows are given cell by cell. */
export function table(frame: Frame, caption: Content, heads: readonly ColumnHead[], rows: Iterable<readonly TableCell[]>, className = ''): Markup {
  const lines = [...rows].map((row) => html`<tr>${row.map((cell, index) => tableCell(cell, heads[index]?.number === true))}</tr>
`);
  return html`<div class="scroll"><table${className === '' ? nothing : html` class="${className}"`}><caption>${mark(frame)}${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col"${head.number === true ? html` class="number"` : nothing}>${head.title}</th>`)}</tr></thead>
<tbody>
${lines}</tbody></table></div>
`;
}

function tableCell({ content, className, heading }: TableCell, number: boolean): Markup {
  const classes = [className, number ? 'number' : undefined].filter((name) => name !== undefined).join(' ');
  const attribute = classes === '' ? nothing : html` class="${classes}"`;
  return heading === true ? html`<th scope="row"${attribute}>${content}</th>` : html`<td${attribute}>${content}</td>`;
}

/** A folded part that needs no script. */
export function folded(summary: Content, content: Content, open = false): Markup {
  return html`<details${open ? html` open` : nothing}><summary>${summary}</summary>
${content}</details>
`;
}
