/**
 * Reads a file that may block for ever, such as sysfs of a sick card, through a helper program. A thread of our own that blocked
 * there would keep the harness itself from ending; a helper is given up on.
 */
import { spawn } from 'node:child_process';
import { giveUpOn } from '../processes/give-up.ts';

const LARGEST = 256 * 1024;

export type BoundedText =
  | { readonly kind: 'text'; readonly text: string }
  /** Not there, or not ours to read. */
  | { readonly kind: 'unreadable' }
  /** Did not answer within the limit. */
  | { readonly kind: 'too-slow' };

/** The first 256 KiB of a file, read within `limitMs` milliseconds. Never rejects; takes much longer only where the machine does not let the helper run. */
export function readBounded(path: string, limitMs: number): Promise<BoundedText> {
  return new Promise((resolve) => {
    const helper = spawn('head', ['-c', String(LARGEST), '--', path], { stdio: ['ignore', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    const end = (result: BoundedText): void => {
      callOff();
      resolve(result);
    };
    const callOff = giveUpOn(helper.pid, limitMs, () => {
      helper.kill('SIGKILL');
      helper.stdout.destroy();
      helper.unref();
      end({ kind: 'too-slow' });
    });
    helper.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    helper.on('error', () => end({ kind: 'unreadable' }));
    helper.on('close', (code) =>
      end(code === 0 ? { kind: 'text', text: Buffer.concat(chunks).toString() } : { kind: 'unreadable' }),
    );
  });
}
