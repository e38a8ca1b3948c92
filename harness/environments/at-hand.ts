/** What of a matrix's environments is here already, for `bench plan`. Asks interpreters for their version and podman or docker for images; builds, pulls and removes nothing. */
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findImage } from './kinds/container/container.ts';
import { findCpython } from './kinds/wheel/find-cpython.ts';
import { readMarker } from './store/kept.ts';
import type { ProvisionOptions } from './provisioned.ts';
import { environmentsFolder, planWheel } from './kinds/wheel/wheel-plan.ts';
import type { Environment } from '../matrix/file/schema.ts';

/** ready: nothing is downloaded · to-make: it is downloaded · cannot: a run would call it unavailable, for this reason. */
export type AtHand =
  | { readonly kind: 'ready' }
  | { readonly kind: 'to-make' }
  | { readonly kind: 'cannot'; readonly reason: string };

/** By the environment's name. Interpreters are left out: nothing is downloaded for them. Each Python is looked for once, in 20 s at most. */
export async function atHand(
  environments: readonly Environment[],
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, AtHand>> {
  const pythons = new Map<string, ReturnType<typeof findCpython>>();
  const root = environmentsFolder(options.ambient ?? process.env);
  const looked = environments.map(async (environment): Promise<readonly [string, AtHand] | null> => {
    switch (environment.kind) {
      case 'interpreter':
        return null;
      case 'container':
        return [environment.name, await imageAtHand(environment.image, options, signal)];
      case 'wheel': {
        const { name, python } = environment;
        const asked = pythons.get(python) ?? findCpython(python, options, signal);
        pythons.set(python, asked);
        const found = await asked;
        if (found.kind === 'unavailable') return [name, { kind: 'cannot', reason: found.reason }];
        const { key } = planWheel(environment, found.interpreter);
        return [name, { kind: (await readMarker(join(root, key))) === null ? 'to-make' : 'ready' }];
      }
    }
  });
  return new Map((await Promise.all(looked)).filter((one) => one !== null));
}

async function imageAtHand(image: string, options: ProvisionOptions, signal: AbortSignal): Promise<AtHand> {
  const found = await findImage(image, options, signal);
  if (found.kind === 'here') return { kind: 'ready' };
  return found.kind === 'unavailable' ? { kind: 'cannot', reason: found.reason } : { kind: 'to-make' };
}

/** Bytes that may still be written where environments are kept, or will be; null when nobody tells. */
export async function freeBytes(folder: string): Promise<number | null> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await statfs(at).catch(() => null);
    if (found !== null) return found.bavail * found.bsize;
    if (at === dirname(at)) return null;
  }
}
