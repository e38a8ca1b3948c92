/** Removes kept environments by hand: unfinished builds always, the others by age and by what all may take. Never one that is used or built. */
import { listKept, removeKept, type Kept } from './kept-environments.ts';

export interface PruneRequest {
  /** null: none goes for its age. */
  readonly olderThanDays: number | null;
  /** Most bytes that all may take afterwards; null for no limit. */
  readonly maxDisk: number | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly dryRun: boolean;
}

export interface Pruned {
  readonly removed: readonly Kept[];
  readonly kept: readonly Kept[];
}

export async function prune(root: string, { olderThanDays, maxDisk, now, dryRun }: PruneRequest): Promise<Pruned> {
  const all = await listKept(root);
  const removed: Kept[] = [];
  let left = all.reduce((bytes, one) => bytes + one.bytes, 0);
  for (const one of all) {
    const isOld = olderThanDays !== null && now - one.lastUsed.getTime() > olderThanDays * 86_400_000;
    const isTooMuch = maxDisk !== null && left > maxDisk;
    if (one.inUse || !(one.marker === null || isOld || isTooMuch)) continue;
    if (!dryRun && (await removeKept(one.folder)) !== 'removed') continue;
    removed.push(one);
    left -= one.bytes;
  }
  return { removed, kept: all.filter((one) => !removed.includes(one)) };
}
