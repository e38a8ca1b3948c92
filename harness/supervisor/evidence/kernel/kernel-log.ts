/**
 * The lines of the kernel log since a moment. /dev/kmsg where it may be read: it never blocks and numbers its records, so "new" is
 * exact. Else the journal, else dmesg, both by a helper and by time.
 */
import { Kmsg } from './kmsg.ts';
import { fromDmesg, fromJournal } from './kernel-log-tools.ts';
import { last, type KernelLines, type KernelMark } from './kernel-lines.ts';

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
