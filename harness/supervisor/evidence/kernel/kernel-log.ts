/**
 * The lines of the kernel log since a moment. /dev/kmsg where it may be read: it never blocks and numbers its records, so "new" is
 * exact. Else the journal, else dmesg, both by a helper and by time.
 */
import { Kmsg } from './kmsg.ts';
import { last, type KernelLines, type KernelMark } from './kernel-lines.ts';
import { runHelper } from '../../../machine/processes/helper.ts';

export interface KernelLog {
  /** Costs microseconds. */
  mark(): KernelMark;
  /** Never rejects; bounded. */
  since(mark: KernelMark): Promise<KernelLines>;
}

/** `path`: of /dev/kmsg, or of a file that stands in for it. */
export function kernelLogAt(path: string): KernelLog {
  const kmsg = new Kmsg(path);
  return {
    mark: () => ({ record: kmsg.count(), at: Date.now(), uptime: Number(process.hrtime.bigint()) / 1e9 }),
    since: async (mark) => {
      const lines = kmsg.since(mark.record);
      if (lines !== null) return last('/dev/kmsg', lines);
      return (
        (await fromJournal(mark)) ??
        (await fromDmesg(mark)) ?? {
          kind: 'not-allowed',
          note: 'neither /dev/kmsg nor journalctl -k nor dmesg may be read by this user; the groups adm and systemd-journal may read the journal',
        }
      );
    },
  };
}

let shared: KernelLog | null = null;

/** This machine's, opened when first asked for. */
export function systemKernelLog(): KernelLog {
  shared ??= kernelLogAt('/dev/kmsg');
  return shared;
}

const LIMIT_MS = 2000;
/** The kernel's stamps drift from the clock by some millionths; an old line too many does less harm than a new one too few. */
const SLACK_SECONDS = 2;

/** By journalctl; null when the journal may not be read or holds no kernel log at all. */
async function fromJournal(mark: KernelMark): Promise<KernelLines | null> {
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

/** By dmesg; null when it may not be read. */
async function fromDmesg(mark: KernelMark): Promise<KernelLines | null> {
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
