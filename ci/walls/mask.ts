/**
 * Blanks comments, string contents and regular expressions out of TypeScript source, so that what is left is code and can be
 * searched by plain patterns. Length and line breaks stay, so offsets point into the source as well. Pure.
 * Not a parser: it knows where text begins and ends, nothing else.
 */

/** Words after which a slash begins a regular expression, not a division. */
const BEFORE_REGEX = new Set(
  'return typeof case in of delete void throw new else do instanceof yield await default'.split(' '),
);

/** Same length as `source`. Quotes stay; what is between them becomes spaces, but for the code in `${}` of a template. `comments`: blanks those alone. */
export function mask(source: string, what: 'all' | 'comments' = 'all'): string {
  /** UTF-16 units, as offsets count them. */
  const out = source.split('');
  /** Brace depths at which an open template goes on. */
  const templates: number[] = [];
  let depth = 0;
  let at = 0;

  const blank = (from: number, to: number): void => {
    for (let index = from; index < to; index += 1) if (out[index] !== '\n') out[index] = ' ';
  };
  const blankTo = (from: number, to: number): number => {
    blank(from, to);
    return to;
  };
  const textTo = (from: number, to: number): number => (what === 'all' ? blankTo(from, to) : to);
  const template = (from: number): number => {
    const end = templateEnd(source, from);
    textTo(from, end.at);
    if (end.kind === 'closed') return end.at + 1;
    templates.push(depth);
    depth += 1;
    return end.at + 2;
  };

  while (at < source.length) {
    const char = source[at];
    if (char === '/' && source[at + 1] === '/') at = blankTo(at, lineEnd(source, at));
    else if (char === '/' && source[at + 1] === '*') at = blankTo(at, after(source, '*/', at + 2));
    else if (char === '"' || char === "'") {
      const end = quoteEnd(source, at + 1, char);
      at = textTo(at + 1, end) + 1;
    } else if (char === '`') at = template(at + 1);
    else if (char === '/' && startsRegex(out, at)) at = textTo(at + 1, regexEnd(source, at));
    else {
      if (char === '{') depth += 1;
      if (char === '}') {
        depth -= 1;
        if (templates.at(-1) === depth) {
          templates.pop();
          at = template(at + 1);
          continue;
        }
      }
      at += 1;
    }
  }
  return out.join('');
}

/** 1-based line of an offset. */
export function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

function after(source: string, text: string, from: number): number {
  const end = source.indexOf(text, from);
  return end < 0 ? source.length : end + text.length;
}

/** Offset of the closing quote. */
function quoteEnd(source: string, from: number, quote: string): number {
  let at = from;
  while (at < source.length && source[at] !== quote) {
    if (source[at] === '\n') throw new Error(`line ${lineOf(source, from)}: a string does not end`);
    at += source[at] === '\\' ? 2 : 1;
  }
  return at;
}

function templateEnd(source: string, from: number): { kind: 'closed' | 'code'; at: number } {
  let at = from;
  while (at < source.length) {
    if (source[at] === '`') return { kind: 'closed', at };
    if (source[at] === '$' && source[at + 1] === '{') return { kind: 'code', at };
    at += source[at] === '\\' ? 2 : 1;
  }
  throw new Error(`line ${lineOf(source, from)}: a template does not end`);
}

/** `out` is masked up to `at`, so the last thing that is not blank decides. */
function startsRegex(out: readonly string[], at: number): boolean {
  const before = out
    .slice(Math.max(0, at - 200), at)
    .join('')
    .trimEnd();
  const word = /[\w$]+$/.exec(before)?.[0];
  if (word !== undefined) return BEFORE_REGEX.has(word);
  return before === '' || !/[)\]}"'`]$/.test(before);
}

/** Offset of the closing slash; the opening one plus 1 when there is none on the line: then it was a division. */
function regexEnd(source: string, open: number): number {
  let inClass = false;
  for (let at = open + 1; at < source.length && source[at] !== '\n'; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '[') inClass = true;
    else if (source[at] === ']') inClass = false;
    else if (source[at] === '/' && !inClass) return at + 1;
  }
  return open + 1;
}
