/**
 * Looks up and records which libraries each environment really loads, once for each setting: after the import, which tells environments that
 * are the same experiment before a probe is spent on them, and after the first attempt, when the device has been opened.
 */
import { warn, type NotePorts } from './environment-notes.ts';
import type { SameLibraries } from '../state/same-libraries.ts';
import type { MappedLibrary } from '../../model/events.ts';
import { siteKey, type Site } from '../../model/site.ts';

export interface LibraryPorts {
  /** What is recorded of libraries so far. */
  readonly known: SameLibraries;
  /** What is done about equal environments: for the sentence. */
  readonly merged: boolean;
  /** Which files the libraries are that a worker or an attempt has mapped. Never rejects; bounded. */
  identify(paths: readonly string[]): Promise<MappedLibrary[]>;
}

export class LibraryRecorder {
  readonly #ports: LibraryPorts;
  readonly #notes: NotePorts;
  /** Sites that this session has looked at, after an import and after an attempt; of some there was nothing to record. */
  readonly #imported = new Set<string>();
  readonly #attempted = new Set<string>();
  readonly #warned = new Set<string>();

  constructor(ports: LibraryPorts, notes: NotePorts) {
    this.#ports = ports;
    this.#notes = notes;
  }

  /** After the first worker of a site has started. `paths`: what it has mapped. */
  async imported(site: Site, paths: readonly string[]): Promise<void> {
    if (this.knows(site)) return;
    const libraries = await this.#ports.identify(paths);
    const sameAs = this.#ports.known.twin(site, libraries);
    this.#imported.add(siteKey(site));
    if (libraries.length === 0) return;
    await this.#record(site, 'import', libraries, sameAs);
    if (sameAs !== null) await this.#warn(site.environment, sameAs);
  }

  /** Whether the next attempt is to tell what it has mapped. */
  wants(site: Site): boolean {
    return !this.#ports.known.isTold(site) && !this.#attempted.has(siteKey(site));
  }

  /** `paths`: what an attempt told, or what was seen of one that hung; null for nothing. */
  async attempted(site: Site, paths: readonly string[] | null): Promise<void> {
    if (paths === null || paths.length === 0 || !this.wants(site)) return;
    this.#attempted.add(siteKey(site));
    const libraries = await this.#ports.identify(paths);
    if (libraries.length > 0) await this.#record(site, 'attempt', libraries, this.#ports.known.sameAs(site));
  }

  /** Whether a worker has started there and its libraries were looked at. */
  knows(site: Site): boolean {
    return this.#ports.known.isKnown(site) || this.#imported.has(siteKey(site));
  }

  #record(
    { environment, setting }: Site,
    after: 'import' | 'attempt',
    libraries: MappedLibrary[],
    sameAs: string | null,
  ): Promise<void> {
    const event = 'environment-libraries';
    return this.#notes.recorder.append({ event, environment, setting, after, libraries, sameAs });
  }

  async #warn(environment: string, sameAs: string): Promise<void> {
    const pair = JSON.stringify([environment, sameAs]);
    if (this.#warned.has(pair)) return;
    this.#warned.add(pair);
    const next = this.#ports.merged
      ? `${environment} is not probed: what holds for ${sameAs} holds for it`
      : `write "same_libraries: merge" into the matrix to probe ${sameAs} alone`;
    await warn(
      this.#notes,
      `${environment} and ${sameAs} load the very same libraries with the same variables: they are one experiment, and agreement between them confirms nothing; ${next}`,
    );
  }
}
