/** The kernel log by journalctl and by dmesg, for users who may not read /dev/kmsg. New lines are told by their time. */
import { runHelper } from '../../../machine/processes/helper.ts';
import { last, type KernelLines, type KernelMark } from './kernel-lines.ts';

const LIMIT_MS = 2000;
/** The kernel's stamps drift from the clock by some millionths; an old line too many does less harm than a new one too few. */
const SLACK_SECONDS = 2;

/** null when the journal may not be read or holds no kernel log at all. */
export async function fromJournal(mark: KernelMark): Promise<KernelLines | null> {
  const since = `--since=@${Math.floor(mark.at / 1000)}`;
  const result = await runHelper('journalctl', ['-k', '--no-pager', '--quiet', '--output=cat', since], {
    limitMs: LIMIT_MS,
    complaints: true,
    encoding: 'utf8',
  });
  if (result.kind !== 'done' || result.code !== 0 || result.complaint !== '') return null;
  const lines = linesOf(result.text);
  if (lines.length > 0) return last('journalctl -k', lines);
  // Nothing new, or nothing for us to see: without the right group journalctl shows an empty log.
  const any = await runHelper('journalctl', ['-k', '--no-pager', '--quiet', '--output=cat', '--lines=1'], {
    limitMs: LIMIT_MS,
    encoding: 'utf8',
  });
  return linesOf(any.text).length > 0 ? last('journalctl -k', []) : null;
}

/** null when dmesg may not be read. */
export async function fromDmesg(mark: KernelMark): Promise<KernelLines | null> {
  const result = await runHelper('dmesg', [], { limitMs: LIMIT_MS, encoding: 'utf8' });
  if (result.kind !== 'done' || result.code !== 0) return null;
  const lines = linesOf(result.text).flatMap((line) => {
    const [, stamp = '', message] = /^\[\s*(\d+\.\d+)\] ?(.*)$/.exec(line) ?? [];
    return message !== undefined && Number(stamp) >= mark.uptime - SLACK_SECONDS ? [message] : [];
  });
  return last('dmesg', lines);
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
