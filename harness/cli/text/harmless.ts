/**
 * The one filter in front of a terminal. Names, reasons, paths and answers of servers may hold anything, what moves a cursor or renames a
 * window included, and whoever judges a stranger's run folder reads what the stranger wrote. Our own colours carry a mark that nobody outside of
 * this process knows; whatever else is unseen becomes a visible stand-in.
 */
import { randomInt } from 'node:crypto';
import { plainBlock } from '../../../reports/findings/words/plain-text.ts';

/** Numbers, as in any other style: what counts the visible characters of a text knows such sequences. */
const MARK = `${randomInt(1000, 10_000)};${randomInt(1000, 10_000)}`;
const OWN = new RegExp(`\u001b\\[(\\d+);${MARK}m`);

/** A sequence that sets a style, such as ESC[1m, as one of ours. */
export function ownStyle(sequence: string): string {
  return sequence.replace(/m$/, `;${MARK}m`);
}

/** Lines and tabs stay, and so do our own colours. */
export function harmless(text: string): string {
  // Of a split by a group every second part is what the group held.
  return text
    .split(OWN)
    .map((part, at) => (at % 2 === 0 ? plainBlock(part) : `\u001b[${part}m`))
    .join('');
}
