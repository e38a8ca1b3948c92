/** Room for one more environment: the least recently used that nobody uses go, and what cannot fit is refused with figures before anything is fetched. */
import { statfs } from 'node:fs/promises';
import { listKept, removeKept, type Kept } from './kept-environments.ts';
import { humanBytes } from '../../matrix/file/disk-size.ts';

/** A disk is not filled to the last byte: the run folder has to be written, too. */
const SPARE_BYTES = 256e6;

export interface RoomRequest {
  /** Of all environments. */
  readonly root: string;
  /** Folder that is to be built: never removed for itself. */
  readonly folder: string;
  /** What it will take; null when nobody knows. */
  readonly need: number | null;
  /** Most that all may take together; null for no limit. */
  readonly maxDisk: number | null;
  /** What builds that are running will still take. */
  readonly reserved: number;
  /** May others be removed? A build that is only a guess at what comes next may not. */
  readonly mayRemove: boolean;
  readonly tell: (text: string) => void;
}

/** null when there is room now; else why there is none, with figures and the next step. */
export async function makeRoom({
  root,
  folder,
  need,
  maxDisk,
  reserved,
  mayRemove,
  tell,
}: RoomRequest): Promise<string | null> {
  const wanted = (need ?? 0) + reserved;
  for (;;) {
    const kept = await listKept(root);
    const { bavail, bsize } = await statfs(root);
    const free = bavail * bsize;
    const others = kept.filter((one) => one.folder !== folder);
    const taken = sum(others);
    const lacksDisk = need !== null && wanted + SPARE_BYTES > free;
    const lacksBudget = maxDisk !== null && taken + wanted > maxDisk;
    if (!lacksDisk && !lacksBudget) return null;
    // Nothing is removed for what cannot fit however much goes.
    const most = sum(others.filter(({ inUse }) => !inUse));
    const isVain =
      need !== null && ((maxDisk !== null && taken - most + wanted > maxDisk) || wanted + SPARE_BYTES > free + most);
    const oldest = mayRemove && !isVain ? others.find(({ inUse }) => !inUse) : undefined;
    if (oldest === undefined || !(await removed(oldest, others, tell)))
      return refusal({ need, wanted, free, taken, maxDisk, lacksDisk, others, root });
  }
}

/** The oldest, or one after it when somebody has just begun to use or build that. */
async function removed(oldest: Kept, all: readonly Kept[], tell: (text: string) => void): Promise<boolean> {
  for (const one of [oldest, ...all.filter((other) => other !== oldest && !other.inUse)]) {
    if ((await removeKept(one.folder)) === 'removed') {
      tell(
        `removed ${one.key} (${humanBytes(one.bytes)}, last used ${one.lastUsed.toISOString().slice(0, 10)}) to make room`,
      );
      return true;
    }
  }
  return false;
}

interface Figures {
  readonly need: number | null;
  readonly wanted: number;
  readonly free: number;
  readonly taken: number;
  readonly maxDisk: number | null;
  readonly lacksDisk: boolean;
  readonly others: readonly Kept[];
  readonly root: string;
}

function refusal({ need, wanted, free, taken, maxDisk, lacksDisk, others, root }: Figures): string {
  const used = others.filter(({ inUse }) => inUse);
  const needs = need === null ? 'its size is not known' : `it needs about ${humanBytes(need)}`;
  const beside = need !== null && wanted > need ? `, builds that are running ${humanBytes(wanted - need)}` : '';
  const held = `environments take ${humanBytes(taken)}, ${used.length === 0 ? 'none of them' : humanBytes(sum(used))} in use`;
  return lacksDisk
    ? `no room: ${needs}${beside}, and ${humanBytes(free)} of the disk of ${root} are free (${humanBytes(SPARE_BYTES)} are left alone); ${held}; free some room, or point XDG_CACHE_HOME to a larger disk`
    : `no room: ${needs}${beside}, and all environments may take ${humanBytes(maxDisk ?? 0)} (max_disk); ${held}; raise max_disk`;
}

function sum(kept: readonly Kept[]): number {
  return kept.reduce((bytes, one) => bytes + one.bytes, 0);
}
