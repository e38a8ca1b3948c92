/**
 * The last pass over Markdown that is sent to GitHub: it notifies nobody, refers to no issue or commit, and hides nothing.
 * Not an escape of untrusted text: summary.md has done that. This one also holds for a summary that was edited by hand. Pure.
 */

/** Shows nothing and parts what GitHub would link. */
const GAP = '\u200b';

/** Blocks in which GitHub reads no Markdown, and comments that could hide text or pass for our marker. */
const RAW = /<(?=!--|[?!]|\/?(?:pre|script|style|textarea|xmp|iframe|plaintext)\b)/gi;

interface Fence {
  readonly mark: string;
  readonly length: number;
}

/** Lines inside fences stay as they are: GitHub links nothing there. */
export function tameMarkdown(markdown: string): string {
  let fence: Fence | null = null;
  let afterBlank = true;
  return markdown
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => {
      if (fence !== null) {
        if (closes(line, fence)) fence = null;
        afterBlank = false;
        return line;
      }
      // Right below other text it might not be a fence, so it gets no trust.
      fence = afterBlank ? opens(line) : null;
      afterBlank = line.trim() === '';
      return fence === null ? harmlessLine(line) : line;
    })
    .join('\n');
}

/** The fence that a text leaves open, as the line that closes it; null when none is open. */
export function openFence(markdown: string): string | null {
  let fence: Fence | null = null;
  for (const line of markdown.split('\n')) {
    if (fence === null) fence = opens(line);
    else if (closes(line, fence)) fence = null;
  }
  return fence === null ? null : fence.mark.repeat(fence.length);
}

function opens(line: string): Fence | null {
  const run = /^(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
  return run === undefined ? null : { mark: run.slice(0, 1), length: run.length };
}

function closes(line: string, { mark, length }: Fence): boolean {
  const text = line.trim();
  return text.length >= length && text === mark.repeat(text.length) && /^ {0,3}\S/.test(line);
}

function harmlessLine(line: string): string {
  return line
    .replace(RAW, '&lt;')
    .replace(
      /&(?:commat|num|sol|#0*(?:64|35|47)|#x0*(?:40|23|2f))(?:;(?!\u200b)|(?![;\u200b\w]))/gi,
      (entity) => `${entity}${GAP}`,
    )
    .replace(/(&#(?:\d{1,7}|x[0-9a-f]{1,6});)|([@＠])(?=[\w-])|(#)(?=\d)/gi, (found, entity: string | undefined) =>
      entity === undefined ? `${found}${GAP}` : found,
    )
    .replace(/\b(gh-)(?=\d)/gi, `$1${GAP}`)
    .replace(/(https?:)(?=\/\/\S*\/(?:issues?|pulls?|commits?|discussions?|compare|tree|blob)\b)/gi, `$1${GAP}`)
    .replace(/(?<![0-9a-z])([0-9a-f]{20})([0-9a-f]{20})(?![0-9a-z])/gi, `$1${GAP}$2`);
}
