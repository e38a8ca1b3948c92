/** Cached environments as a person and as a program read them. */
import { humanBytes } from '../../matrix/file/disk-size.ts';
import type { Kept } from '../../environments/store/kept-environments.ts';

export function keptLine(one: Kept): string {
  const state = one.inUse
    ? 'in use'
    : one.marker === null
      ? 'unfinished'
      : `used ${one.lastUsed.toISOString().slice(0, 10)}`;
  return `${one.key.padEnd(48)} ${humanBytes(one.bytes).padStart(8)}  ${state}`;
}

export function keptJson({ key, folder, marker, bytes, lastUsed, inUse }: Kept): object {
  return {
    key,
    folder,
    state: marker === null ? 'unfinished' : 'complete',
    requirement: marker?.requirement ?? null,
    python: marker?.interpreter?.version ?? null,
    installer: marker?.installer ?? null,
    bytes,
    buildSeconds: marker?.seconds ?? null,
    lastUsed: lastUsed.toISOString(),
    inUse,
  };
}

export function keptBytes(kept: readonly Kept[]): number {
  return kept.reduce((bytes, one) => bytes + one.bytes, 0);
}
