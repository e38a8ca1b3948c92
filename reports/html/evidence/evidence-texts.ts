/** Long texts of probes for one page: each said once, cut to a length, within a budget for the whole page. */
import { count } from '../../findings/words/numbers.ts';
import { head, plainBlock, tail } from '../../findings/words/plain-text.ts';
import { html, type Markup } from '../page/markup.ts';
import { mark, type Frame } from '../page/frame.ts';

const MOST_EACH = 6000;
const MOST_PAGE = 300_000;

export class EvidenceTexts {
  readonly #seen = new Map<string, { readonly anchor: string; readonly name: string; readonly text: string }>();
  #used = 0;
  readonly #frame: Frame;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /**
   * `keep`: which end matters, the first lines of a stack or the last of a log.
   * `anchor` and `name` are those of the cell it belongs to, for cells that have the same text later.
   */
  block(
    title: string,
    text: string,
    keep: 'head' | 'tail',
    cell: { readonly anchor: string; readonly name: string },
    attempt: string,
  ): Markup {
    // Thread and object addresses differ from process to process and tell a reader nothing.
    const key = text.replace(/0x[0-9a-f]{6,}/g, '0x…');
    const known = this.#seen.get(key);
    if (known !== undefined) {
      const where =
        known.anchor === cell.anchor
          ? html`the attempt above`
          : html`<a href="#cell-${known.anchor}">${known.name}</a>`;
      return html`<h3>${mark(this.#frame)}${title}</h3><p>The same as in ${where}${known.text === text ? '' : ', but for addresses'}.</p>`;
    }
    const cut = keep === 'head' ? head(text, MOST_EACH) : tail(text, MOST_EACH);
    const shown = plainBlock(cut.text);
    if (this.#used + shown.length > MOST_PAGE) {
      return html`<h3>${mark(this.#frame)}${title}</h3><p>Left out to keep this page small: ${count(text.length)} characters, in evidence/${attempt}/.</p>`;
    }
    this.#used += shown.length;
    this.#seen.set(key, { ...cell, text });
    const left =
      cut.left === 0
        ? ''
        : ` (${keep === 'head' ? 'first' : 'last'} part; ${count(cut.left)} characters left out, in evidence/${attempt}/)`;
    return html`<h3>${mark(this.#frame)}${title}${left}</h3><pre tabindex="0">${shown}</pre>`;
  }
}
