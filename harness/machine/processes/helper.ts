/**
 * Runs a small program that is given up on when it takes too long: what it reads may block for ever, and a thread of ours that
 * waited there could not even let the harness exit.
 */
import { endGroup } from './end-group.ts';
import { giveUpOn } from './give-up.ts';
import { start } from './start.ts';

const LARGEST = 4 * 1024 * 1024;
/** For the end of one that was killed. */
const END_SECONDS = 5;

export interface HelperResult {
  /** missing: there is no such program. */
  readonly kind: 'done' | 'too-slow' | 'missing';
  /** What it printed until then, at most 4 MiB. */
  readonly text: string;
  /** The beginning of what it said on standard error; '' unless asked for. */
  readonly complaint: string;
  /** Exit code; null when it died or was given up on. */
  readonly code: number | null;
}

interface HelperOptions {
  readonly limitMs: number;
  readonly complaints?: boolean;
  readonly encoding?: 'latin1' | 'utf8';
  /** It may hold a process still: once it is given up on, its own end is waited for, or it would go on holding it behind our back. */
  readonly holds?: boolean;
  /** Given up on at once when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Never rejects, never waits much longer than the limit, unless the machine lets it or the helper not run. The helper sees PATH and nothing else of our environment. */
export async function runHelper(
  file: string,
  args: readonly string[],
  { limitMs, complaints = false, encoding = 'latin1', holds = false, signal }: HelperOptions,
): Promise<HelperResult> {
  const helper = start({
    command: [file, ...args],
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: complaints ? 'pipe' : 'ignore',
    // So that Ctrl-C at the terminal does not reach it while it holds a process.
    ownGroup: true,
  });
  let text = '';
  let complaint = '';
  helper.stdout?.setEncoding(encoding);
  helper.stdout?.on('data', (chunk: string) => {
    if (text.length < LARGEST) text += chunk;
  });
  helper.stderr?.setEncoding(encoding);
  helper.stderr?.on('data', (chunk: string) => {
    if (complaint.length < 4096) complaint += chunk;
  });
  let callOff: (() => void) | undefined;
  const tooSlow = new Promise<'too-slow'>((resolve) => {
    const end = (): void => resolve('too-slow');
    callOff = giveUpOn(helper.leader?.pid, limitMs, end);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
  });
  const ended = await Promise.race([helper.ended, tooSlow]);
  callOff?.();
  if (ended === 'too-slow') {
    await endGroup({ leader: helper.leader, graceSeconds: null, waitSeconds: holds ? END_SECONDS : 0 });
    helper.stdout?.destroy();
    helper.stderr?.destroy();
    helper.unref();
    return { kind: 'too-slow', text, complaint, code: null };
  }
  const isMissing = ended.kind === 'not-started' && (ended.code === 'ENOENT' || ended.code === 'EACCES');
  return { kind: isMissing ? 'missing' : 'done', text, complaint, code: ended.kind === 'exited' ? ended.code : null };
}
