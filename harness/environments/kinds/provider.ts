/** From one environment of the matrix to its Python, whatever its kind. */
import type { Provisioned, ProvisionOptions } from '../provisioned.ts';
import type { findCpython } from './wheel/find-cpython.ts';

/** What makes one environment. Nothing rejects for what a Python, a package index or a full disk does. */
export interface Provider {
  /** It is installed here before it can be used: that takes long, takes room and can be done ahead. */
  readonly isBuilt: boolean;
  /** Finds or builds it. An aborted `signal` ends it at once. */
  provision(options: ProvisionOptions, signal: AbortSignal): Promise<Provisioned>;
  /** Whether it is here, for `bench plan`; null where nothing is ever downloaded. Builds, pulls and removes nothing. */
  availability(look: Look): Promise<Availability | null>;
  /** What a run would use or make, for `bench env show`. Builds, pulls and removes nothing. */
  describe(options: ProvisionOptions, signal: AbortSignal): Promise<Described>;
}

/** ready: nothing is downloaded · to-make: it is downloaded · cannot: a run would call it unavailable, for this reason. */
export type Availability =
  | { readonly kind: 'ready' }
  | { readonly kind: 'to-make' }
  | { readonly kind: 'cannot'; readonly reason: string };

export interface Look {
  readonly options: ProvisionOptions;
  readonly signal: AbortSignal;
  /** Each version is looked for once, in 20 s at most. */
  cpython(version: string): ReturnType<typeof findCpython>;
}

/** cannot: a run would call it unavailable. */
export type Described =
  | { readonly kind: 'known'; readonly lines: readonly string[]; readonly facts: Readonly<Record<string, unknown>> }
  | { readonly kind: 'cannot'; readonly reason: string };
