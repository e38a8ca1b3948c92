/**
 * Makes text from probes harmless to read: nothing invisible, nothing that turns the reading direction.
 * Not an escape for HTML, Markdown or XML: each report adds its own.
 */

const CONTROL = /\p{Control}/gu;
/**
 * Marks, overrides and isolates of reading direction, zero-width characters, line separators, byte order mark, tags; and what is no character at all,
 * which XML and so an SVG may not hold.
 */
const UNSEEN =
  /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Noncharacter_Code_Point}/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Text of several lines: LF and tab stay, CRLF and CR become LF, everything unseen becomes a visible stand-in. */
export function plainBlock(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(CONTROL, controlPicture)
    .replace(UNSEEN, codePoint)
    .replace(LONE_SURROGATE, '\ufffd');
}

/** JSON text as JSON of the same meaning in which nothing is unseen. */
export function escapedJson(json: string): string {
  return json.replace(CONTROL, (one) => (one === '\n' ? one : codeUnits(one))).replace(UNSEEN, codeUnits);
}

function codeUnits(text: string): string {
  return text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** Text of one line: as plainBlock, with line ends and tabs as single spaces, cut to `most` characters. */
export function plainLine(text: string, most = 300): string {
  const line = plainBlock(text.length > most * 4 ? text.slice(0, most * 4) : text)
    .replace(/[\n\t]+/g, ' ')
    .trim();
  return line.length > most ? `${wholeCharacters(line.slice(0, most - 1))}…` : line;
}

/** Of a text of several lines the first one that says something, as `plainLine`: it is what tells a message from others. */
export function firstLine(text: string, most = 160): string {
  return plainLine(text.trim().split('\n')[0] ?? '', most);
}

/** The first `most` characters in whole lines where possible, and how many characters were left out. */
export function head(text: string, most: number): { readonly text: string; readonly left: number } {
  if (text.length <= most) return { text, left: 0 };
  const end = text.lastIndexOf('\n', most);
  const kept = wholeCharacters(text.slice(0, end > most / 2 ? end : most));
  return { text: kept, left: text.length - kept.length };
}

/** The last `most` characters in whole lines where possible, and how many characters were left out. */
export function tail(text: string, most: number): { readonly text: string; readonly left: number } {
  if (text.length <= most) return { text, left: 0 };
  const from = text.length - most;
  const start = text.indexOf('\n', from);
  const cut = text.slice(start >= 0 && start < from + most / 2 ? start + 1 : from);
  const kept = /^[\udc00-\udfff]/.test(cut) ? cut.slice(1) : cut;
  return { text: kept, left: text.length - kept.length };
}

function controlPicture(one: string): string {
  const code = one.codePointAt(0) ?? 0;
  if (one === '\n' || one === '\t') return one;
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCodePoint(0x2400 + code) : codePoint(one);
}

function codePoint(one: string): string {
  return `⟨U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** A cut in the middle of a surrogate pair would leave half a character. */
function wholeCharacters(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
