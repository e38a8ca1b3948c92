/**
 * A machine as one text: what its /sys, /proc and /dev hold, as discovery sees them. A line at the margin names a folder; below it, indented,
 * stand its entries, later ones in place of earlier ones:
 *
 *     /sys/class/drm/renderD128/device
 *       vendor = 0x1002            a file of one line
 *       mem_banks/0/properties:    a file of the lines that follow, indented by four
 *         heap_type 1
 *       node -> ../../node0        a link, as it is written
 *       render (empty)             a file that holds nothing; also (closed) to this user, (absent) after all
 *
 * `\x07` stands for a byte, `\\` for a backslash; `#` at the margin begins a comment.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Machine } from '../../harness/makers/found.ts';

type Entry =
  | { readonly kind: 'file'; readonly bytes: Buffer }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'closed' };

const LINE =
  /^ {2}(?<name>\S+?)(?:(?<opens>:)| \((?<state>empty|closed|absent)\)| -> (?<target>.+)| =(?: (?<value>.*))?)$/;
const MOST_LINKS = 40;

/** The text of tests/fixtures/machines/<name>.txt, and `more` after it: what is otherwise there. */
export function recorded(name: string, more = ''): string {
  return `${readFileSync(join(import.meta.dirname, '..', 'fixtures', 'machines', `${name}.txt`), 'utf8')}\n${more}`;
}

export function machineOf(text: string): Machine {
  const entries = parse(text);
  const names = (path: string): readonly string[] | 'closed' | 'absent' => {
    const real = follow(entries, path);
    const entry = entries.get(real);
    if (entry === undefined || entry.kind === 'file') return 'absent';
    // A link that is left is one of a ring: the kernel refuses that too.
    if (entry.kind !== 'folder') return 'closed';
    const below = [...entries.keys()].filter((one) => one !== '/' && posix.dirname(one) === real);
    return below.map((one) => posix.basename(one)).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  };
  const content = (path: string): Buffer | null => {
    const entry = entries.get(follow(entries, path));
    return entry?.kind === 'file' ? entry.bytes : null;
  };
  return {
    read: async (path) => {
      const bytes = content(path);
      return bytes === null ? { kind: 'unreadable' } : { kind: 'text', text: bytes.toString() };
    },
    lines: async (paths) => {
      const lines = paths.map((path) => [path, content(path)?.toString().split('\n')[0]?.trim() ?? ''] as const);
      return { lines: new Map(lines.filter(([, line]) => line !== '')), answered: true };
    },
    list: async (path) => {
      const found = names(path);
      return typeof found === 'string' ? [] : found;
    },
    entries: async (path) => names(path),
    link: async (path) => {
      const entry = entries.get(posix.join(follow(entries, posix.dirname(path)), posix.basename(path)));
      return entry?.kind === 'link' ? entry.target : null;
    },
    access: async (path) => {
      const entry = entries.get(follow(entries, path));
      if (entry === undefined) return 'absent';
      return entry.kind === 'file' || entry.kind === 'folder' ? 'usable' : 'denied';
    },
  };
}

/** Writes the machine below `root` as real files, for tests of how they are read. What is closed is written without its content. */
export function layOut(text: string, root: string): void {
  for (const [path, entry] of parse(text)) {
    const real = join(root, path);
    mkdirSync(entry.kind === 'folder' ? real : dirname(real), { recursive: true });
    if (entry.kind === 'link') symlinkSync(entry.target, real);
    if (entry.kind === 'file') writeFileSync(real, entry.bytes);
    if (entry.kind === 'closed') writeFileSync(real, '', { mode: 0o000 });
  }
}

/** Every path of the machine, folders between them included. */
function parse(text: string): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  let folder = '/';
  let file: { readonly path: string; readonly lines: Buffer[] } | null = null;
  for (const line of text.split('\n')) {
    const entry = LINE.exec(line)?.groups;
    if (line.startsWith('/')) {
      folder = line;
      put(found, folder, { kind: 'folder' });
    } else if (line.startsWith('    ') && file !== null) {
      file.lines.push(bytesOf(line.slice(4)));
      put(found, file.path, { kind: 'file', bytes: Buffer.concat(file.lines) });
    } else if (entry !== undefined) {
      const path = posix.join(folder, entry['name'] ?? '');
      file = entry['opens'] === undefined ? null : { path, lines: [] };
      if (entry['state'] === 'absent') remove(found, path);
      else put(found, path, entryOf(entry));
    } else if (line !== '' && !line.startsWith('#')) throw new Error(`not a line of a machine: ${line}`);
  }
  return found;
}

function entryOf({ state, target, value }: Readonly<Record<string, string | undefined>>): Entry {
  if (state === 'closed') return { kind: 'closed' };
  if (target !== undefined) return { kind: 'link', target };
  return { kind: 'file', bytes: state === 'empty' ? Buffer.alloc(0) : bytesOf(value ?? '') };
}

/** The line with its end. Escapes are bytes, so they are undone in bytes. */
function bytesOf(line: string): Buffer {
  const bytes = Buffer.from(`${line}\n`).toString('latin1');
  return Buffer.from(
    bytes.replaceAll(/\\(?:x([0-9a-f]{2})|\\)/g, (_all, hex?: string) =>
      hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  );
}

function put(entries: Map<string, Entry>, path: string, entry: Entry): void {
  entries.set(path, entry);
  for (let above = posix.dirname(path); !entries.has(above); above = posix.dirname(above)) {
    entries.set(above, { kind: 'folder' });
  }
}

function remove(entries: Map<string, Entry>, path: string): void {
  for (const one of entries.keys()) if (one === path || one.startsWith(`${path}/`)) entries.delete(one);
}

/** Where the path leads when every link on it is followed; a path that is not there leads to itself. */
function follow(entries: ReadonlyMap<string, Entry>, path: string): string {
  let [done, left] = ['/', path.split('/').filter((part) => part !== '')];
  for (let links = 0; left.length > 0;) {
    const [part = '', ...rest] = left;
    const next = posix.join(done, part);
    const entry = entries.get(next);
    if (entry?.kind !== 'link' || links === MOST_LINKS) [done, left] = [next, rest];
    else {
      links += 1;
      const target = posix.resolve(done, entry.target);
      [done, left] = ['/', [...target.split('/').filter((one) => one !== ''), ...rest]];
    }
  }
  return done;
}
