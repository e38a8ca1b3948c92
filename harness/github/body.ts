/** The text of the sticky comment: marker, links to the files, summary.md. Always short enough for GitHub. Pure. */
import { tameMarkdown, openFence } from '../../reports/markdown/tame-markdown.ts';

/** GitHub takes 65,536; the rest is for its own counting of what is not ASCII. */
export const MOST_CHARACTERS = 60_000;

export interface Link {
  readonly name: string;
  readonly url: string;
}

export interface CommentParts {
  readonly marker: string;
  /** Of summary.md. */
  readonly summary: string;
  readonly run: string;
  readonly machine: string;
  readonly links: readonly Link[];
  /** Of the release that holds the files; null where none were sent. */
  readonly release: string | null;
}

export function commentBody(parts: CommentParts): string {
  const head = `${parts.marker}\n`;
  const tail = `\n${closing(parts)}\n`;
  return `${head}${fit(tameMarkdown(parts.summary).trim(), MOST_CHARACTERS - head.length - tail.length)}\n${tail}`;
}

function closing({ links, release, run, machine }: CommentParts): string {
  const files = links.map(({ name, url }) => `[${name}](${url})`).join(' · ');
  const where = release === null || links.length === 0 ? '' : ` (all in [one release](${release}))`;
  return [
    '---',
    ...(links.length === 0 ? [] : [`**Files:** ${files}${where}`, '']),
    `<sub>Run ${tameMarkdown(run.replaceAll(/[^\w.+-]/g, '-'))}, machine ${machine}. This comment is made by bench and replaced by the next run of the same matrix on the same machine.</sub>`,
  ].join('\n');
}

/** Cut between paragraphs where that loses little. What is open at the cut is closed. */
function fit(text: string, most: number): string {
  if (text.length <= most) return text;
  const notice = '\n\n**Cut here: the comment would be too long for GitHub.** The whole summary is in report.html.';
  const rest = text.slice(0, most - notice.length - 200).replace(/[\ud800-\udbff]$/, '');
  const end = rest.lastIndexOf('\n\n');
  const kept =
    end > rest.length * 0.8 ? rest.slice(0, end) : rest.slice(0, Math.max(rest.lastIndexOf('\n'), 0) || rest.length);
  const fence = openFence(kept);
  const open = Math.min(8, count(kept, /^<details>/gm) - count(kept, /<\/details>$/gm));
  return `${kept}${fence === null ? '' : `\n${fence}`}${'\n\n</details>'.repeat(Math.max(0, open))}${notice}`;
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
