/**
 * What is known of the libraries that environments load: of which it was told, and which environments are the same experiment. The first
 * environment of a pair stays the first, whatever is resumed. Pure.
 */
import type { Fold } from './fold.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { MappedLibrary, NewEvent } from '../../model/events.ts';
import { siteKey, type Site } from '../../model/site.ts';

export class SameLibraries implements Fold {
  readonly #variables: (site: Site) => Readonly<Record<string, string>>;
  /** First environment with these libraries and variables, by setting and key. */
  readonly #first = new Map<string, string>();
  /** By site; null for one that is like no other. */
  readonly #same = new Map<string, string | null>();
  /** Sites of which an attempt has told. */
  readonly #told = new Set<string>();

  /** `variables` that the matrix gives: where they differ, equal libraries are two experiments. */
  constructor(variables: (site: Site) => Readonly<Record<string, string>>) {
    this.#variables = variables;
  }

  apply(event: NewEvent): void {
    if (event.event !== 'environment-libraries') return;
    if (event.after === 'attempt') this.#told.add(siteKey(event));
    else if (event.sameAs !== null || this.twin(event, event.libraries) === null)
      this.#same.set(siteKey(event), event.sameAs);
  }

  /** The environment that was the first with these libraries; null for that one itself, which it is from now on. */
  twin(site: Site, libraries: readonly MappedLibrary[]): string | null {
    const key = libraryKey(libraries);
    if (key === null) return null;
    const whole = `${site.setting}\n${canonicalJson(this.#variables(site))}\n${key}`;
    const first = this.#first.get(whole);
    if (first === undefined) this.#first.set(whole, site.environment);
    return first === undefined || first === site.environment ? null : first;
  }

  /** Whether a worker has started there and its libraries are recorded. */
  isKnown(site: Site): boolean {
    return this.#same.has(siteKey(site));
  }

  /** Whether an attempt there has told what it had mapped. */
  isTold(site: Site): boolean {
    return this.#told.has(siteKey(site));
  }

  /** An earlier environment that is the same experiment under this setting; null when none is known. */
  sameAs(site: Site): string | null {
    return this.#same.get(siteKey(site)) ?? null;
  }

  get known(): unknown {
    return { first: this.#first, same: this.#same, told: this.#told };
  }
}

/**
 * One text for one set of libraries; null when it is not known of every one which file it is, or when there are none. Paths do not count: an
 * interpreter may be reached by several.
 */
export function libraryKey(libraries: readonly MappedLibrary[]): string | null {
  if (libraries.length === 0 || libraries.some(({ id }) => id === null)) return null;
  return libraries
    .map(({ name, id, bytes }) => `${name} ${id} ${bytes}`)
    .toSorted()
    .join('\n');
}
