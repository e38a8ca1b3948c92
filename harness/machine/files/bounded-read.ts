/**
 * Reads a file that may block for ever, such as sysfs of a sick card, through a helper program. A thread of our own that blocked
 * there would keep the harness itself from ending; a helper is given up on.
 */
import { runHelper } from '../processes/helper.ts';

const LARGEST = 256 * 1024;

type BoundedText =
  | { readonly kind: 'text'; readonly text: string }
  /** Not there, or not ours to read. */
  | { readonly kind: 'unreadable' }
  /** Did not answer within the limit. */
  | { readonly kind: 'too-slow' };

/** The first 256 KiB of a file, read within `limitMs` milliseconds. Never rejects; takes much longer only where the machine does not let the helper run. */
export async function readBounded(path: string, limitMs: number): Promise<BoundedText> {
  const read = await runHelper('head', ['-c', String(LARGEST), '--', path], { limitMs, encoding: 'utf8' });
  if (read.kind === 'too-slow') return { kind: 'too-slow' };
  return read.code === 0 ? { kind: 'text', text: read.text } : { kind: 'unreadable' };
}

/** The command line, arguments separated by spaces, at most 512 characters; null when it cannot be read within the limit. */
export async function readCommandLine(pid: number, limitMs: number): Promise<string | null> {
  const read = await readBounded(`/proc/${pid}/cmdline`, limitMs);
  const line = read.kind === 'text' ? read.text.slice(0, 512).replaceAll('\0', ' ').trim() : '';
  return line === '' ? null : line;
}
