/**
 * Reads many small files of /proc or /sys at once, each of which may block: one helper for all of them, and, when that one
 * blocks, one for each of the rest, so that a single bad file does not hide the others. See bounded-read.ts for why our own threads must not read them.
 */
import { runHelper } from '../processes/helper.ts';

const FILES_PER_HELPER = 256;
/** More than this many files that may each block are not worth a helper of their own. */
const MOST_SINGLE = 32;

export interface FilesRead {
  /** Text by path, without a last newline. Files that are absent, empty or not ours to read are not in it. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files that did not answer within the limit. */
  readonly blocked: readonly string[];
}

/** Takes at most twice `limitMs`. Never rejects. */
export async function readFiles(paths: readonly string[], limitMs: number): Promise<FilesRead> {
  const batches: string[][] = [];
  for (let start = 0; start < paths.length; start += FILES_PER_HELPER)
    batches.push(paths.slice(start, start + FILES_PER_HELPER));
  const read = await Promise.all(
    batches.map(async (batch) => {
      const first = await readTogether(batch, limitMs);
      // The first one blocked; whether those behind it answer is not known yet.
      const each = await Promise.all(first.blocked.slice(0, MOST_SINGLE).map((path) => readTogether([path], limitMs)));
      return {
        texts: [first, ...each].flatMap(({ texts }) => [...texts]),
        blocked: [...each.flatMap(({ blocked }) => blocked), ...first.blocked.slice(MOST_SINGLE)],
      };
    }),
  );
  return { texts: new Map(read.flatMap(({ texts }) => texts)), blocked: read.flatMap(({ blocked }) => blocked) };
}

/** One helper for all of them: the first that blocks keeps those behind it from being read. Never rejects. */
export async function readTogether(paths: readonly string[], limitMs: number): Promise<FilesRead> {
  if (paths.length === 0) return { texts: new Map(), blocked: [] };
  const texts = new Map<string, string>();
  // With /dev/null grep names the file even if it is the only one; -Z ends that name with a zero byte.
  const result = await runHelper('grep', ['-aHsZ', '--line-buffered', '-e', '', '--', '/dev/null', ...paths], {
    limitMs,
    encoding: 'utf8',
  });
  for (const line of result.text.split('\n')) {
    const end = line.indexOf('\0');
    if (end < 0) continue;
    const path = line.slice(0, end);
    const before = texts.get(path);
    texts.set(path, before === undefined ? line.slice(end + 1) : `${before}\n${line.slice(end + 1)}`);
  }
  const last = paths.findLastIndex((path) => texts.has(path));
  return { texts, blocked: result.kind === 'too-slow' ? paths.slice(last + 1) : [] };
}
