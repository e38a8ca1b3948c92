/**
 * The first lines of many small files at once, such as a folder of sysfs, through one helper program (grep) that is given up on
 * when a file does not answer. See bounded-read.ts for why our own threads must not read them.
 */
import { spawn } from 'node:child_process';
import { giveUpOn } from '../processes/give-up.ts';

export interface BoundedLines {
  /** Path to first line, without white space around it. Files that are absent, empty or closed to us are left out. */
  readonly lines: ReadonlyMap<string, string>;
  /** false: some file did not answer within the limit; what was read before it counts. */
  readonly answered: boolean;
}

const LONGEST_LINE = 4096;

/** `limitMs` is for all of them together. Never rejects; takes much longer only where the machine does not let the helper run. */
export function readFirstLines(paths: readonly string[], limitMs: number): Promise<BoundedLines> {
  if (paths.length === 0) return Promise.resolve({ lines: new Map(), answered: true });
  return new Promise((resolve) => {
    // -Z ends the file's name with a NUL, which no name holds; -a takes binary files for text.
    const options = ['-a', '-s', '-H', '-Z', '-m', '1', '--line-buffered', '-e', '', '--'];
    const helper = spawn('grep', [...options, ...paths], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
    });
    const chunks: Buffer[] = [];
    const end = (answered: boolean): void => {
      callOff();
      resolve({ lines: parse(Buffer.concat(chunks).toString()), answered });
    };
    const callOff = giveUpOn(helper.pid, limitMs, () => {
      helper.kill('SIGKILL');
      helper.stdout.destroy();
      helper.unref();
      end(false);
    });
    helper.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    helper.on('error', () => end(true));
    helper.on('close', () => end(true));
  });
}

function parse(output: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of output.split('\n')) {
    const end = line.indexOf('\0');
    const value = line.slice(end + 1, end + 1 + LONGEST_LINE).trim();
    if (end > 0 && value !== '') found.set(line.slice(0, end), value);
  }
  return found;
}
