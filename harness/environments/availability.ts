/** What of a matrix's environments is here already, for `bench plan`. Asks interpreters for their version and podman or docker for images; builds, pulls and removes nothing. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { providerOf } from './kinds/kinds.ts';
import { findCpython } from './kinds/wheel/find-cpython.ts';
import type { Availability } from './kinds/provider.ts';
import type { ProvisionOptions } from './provisioned.ts';
import type { Environment } from '../matrix/kinds/kinds.ts';

/** By the environment's name. Those for which nothing is ever downloaded are left out. */
export async function availability(
  environments: readonly Environment[],
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Availability>> {
  const pythons = new Map<string, ReturnType<typeof findCpython>>();
  const cpython = (version: string): ReturnType<typeof findCpython> => {
    const asked = pythons.get(version) ?? findCpython(version, options, signal);
    pythons.set(version, asked);
    return asked;
  };
  const looked = environments.map(async (environment): Promise<readonly [string, Availability][]> => {
    const found = await providerOf(environment).availability({ options, signal, cpython });
    return found === null ? [] : [[environment.name, found]];
  });
  return new Map((await Promise.all(looked)).flat());
}

/** Bytes that may still be written where environments are kept, or will be; null when nobody tells. */
export async function freeBytes(folder: string): Promise<number | null> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await statfs(at).catch(() => null);
    if (found !== null) return found.bavail * found.bsize;
    if (at === dirname(at)) return null;
  }
}
