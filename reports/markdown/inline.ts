/** Untrusted text inside Markdown for GitHub: shown as written, pings nobody, links nothing, ends no table cell and no fence. */
import { plainBlock, plainLine } from '../findings/words/plain-text.ts';

/** A character reference that shows nothing and parts what GitHub would link. */
const GAP = '&#8203;';

/** One line of prose or a table cell. `@name`, `#123`, `GH-123` and addresses stay readable and stay text. */
export function inline(text: string, most = 200): string {
  return unlinked(
    escaped(plainLine(text, most))
      .replace(/[\\`*_{}[\]|~$]/g, '\\$&')
      .replace(/^([-+=])/, '\\$1')
      // Of "1." only the point can be escaped: a backslash before a digit is shown.
      .replace(/^(\d+)([.)])/, '$1\\$2'),
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unlinked(text: string): string {
  return text
    .replace(/([@#])/g, `$1${GAP}`)
    .replace(/\b(gh-)(?=\d)/gi, `$1${GAP}`)
    .replace(/:\/\//g, `:${GAP}//`)
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}${GAP}.`);
}

/** A fenced block whose fence is longer than any run of backticks in the text. */
export function fenced(text: string): string {
  const shown = plainBlock(text).replace(/\n+$/, '');
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${shown}\n${fence}`;
}

/** A folded part; GitHub keeps details and summary. Between those tags Markdown is not read, so the title gets no backslashes. */
export function foldedPart(title: string, content: string): string {
  return `<details><summary>${unlinked(escaped(plainLine(title)))}</summary>\n\n${content}\n\n</details>`;
}

/** Rows of cells that are inline already. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableLine(heads), tableLine(heads.map(() => '---')), ...rows.map(tableLine)].join('\n');
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell || ' ').join(' | ')} |`;
}
