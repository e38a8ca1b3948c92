/**
 * Which libraries each environment really loads, once for each setting: after the import, which tells environments that are the same experiment
 * before a probe is spent on them, and after the first attempt, when the device has been opened.
 */
import type { Recorder } from '../loop.ts';
import type { Observer } from '../observer.ts';
import { libraryKey } from '../../environments/library-identity.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { JournalEvent, MappedLibrary } from '../../model/events.ts';
import { siteKey } from '../../model/site.ts';

export interface FingerprintPorts {
  readonly recorder: Recorder;
  readonly observer: Observer;
  /** Never rejects; bounded. */
  identify(paths: readonly string[]): Promise<MappedLibrary[]>;
  /** Variables that the matrix gives this environment under this setting: where they differ, equal libraries are two experiments. */
  variables(environment: string, setting: string): Readonly<Record<string, string>>;
  /** What is done about equal environments: for the sentence. */
  readonly merged: boolean;
}

export class Fingerprints {
  readonly #ports: FingerprintPorts;
  /** First environment with these libraries and variables, by setting and key. */
  readonly #first = new Map<string, string>();
  /** By environment and setting; null for one that is like no other. */
  readonly #same = new Map<string, string | null>();
  readonly #told = new Set<string>();
  readonly #warned = new Set<string>();

  constructor(ports: FingerprintPorts) {
    this.#ports = ports;
  }

  /** What the journal of a resumed run says: the first environment of a pair stays the first. */
  restore(event: JournalEvent): void {
    if (event.event !== 'environment-libraries') return;
    const { environment, setting, after, libraries, sameAs } = event;
    if (after === 'attempt') this.#told.add(siteKey({ environment, setting }));
    else if (sameAs !== null || this.#twin(environment, setting, libraries) === null)
      this.#same.set(siteKey({ environment, setting }), sameAs);
  }

  /** After the first worker of an environment and setting has started. `paths`: what it has mapped. */
  async imported(environment: string, setting: string, paths: readonly string[]): Promise<void> {
    const site = siteKey({ environment, setting });
    if (this.#same.has(site)) return;
    const libraries = await this.#ports.identify(paths);
    const sameAs = this.#twin(environment, setting, libraries);
    this.#same.set(site, sameAs);
    if (libraries.length === 0) return;
    await this.#ports.recorder.append({
      event: 'environment-libraries',
      environment,
      setting,
      after: 'import',
      libraries,
      sameAs,
    });
    if (sameAs !== null) await this.#warn(environment, sameAs);
  }

  #twin(environment: string, setting: string, libraries: readonly MappedLibrary[]): string | null {
    const key = libraryKey(libraries);
    if (key === null) return null;
    const whole = `${setting}\n${canonicalJson(this.#ports.variables(environment, setting))}\n${key}`;
    const first = this.#first.get(whole);
    if (first === undefined) this.#first.set(whole, environment);
    return first === undefined || first === environment ? null : first;
  }

  async #warn(environment: string, sameAs: string): Promise<void> {
    const pair = JSON.stringify([environment, sameAs]);
    if (this.#warned.has(pair)) return;
    this.#warned.add(pair);
    const next = this.#ports.merged
      ? `${environment} is not probed: what holds for ${sameAs} holds for it`
      : `write "same_libraries: merge" into the matrix to probe ${sameAs} alone`;
    const text = `${environment} and ${sameAs} load the very same libraries with the same variables: they are one experiment, and agreement between them confirms nothing; ${next}`;
    await this.#ports.recorder.append({ event: 'warning', text });
    this.#ports.observer({ kind: 'notice', text });
  }

  /** Whether the next attempt is to tell what it has mapped. */
  wants(environment: string, setting: string): boolean {
    return !this.#told.has(siteKey({ environment, setting }));
  }

  /** `paths`: what an attempt told, or what was seen of one that hung; null for nothing. */
  async attempted(environment: string, setting: string, paths: readonly string[] | null): Promise<void> {
    const site = siteKey({ environment, setting });
    if (paths === null || paths.length === 0 || this.#told.has(site)) return;
    this.#told.add(site);
    const libraries = await this.#ports.identify(paths);
    if (libraries.length === 0) return;
    await this.#ports.recorder.append({
      event: 'environment-libraries',
      environment,
      setting,
      after: 'attempt',
      libraries,
      sameAs: this.sameAs(environment, setting),
    });
  }

  /** Whether a worker has started there and its libraries were looked at. */
  knows(environment: string, setting: string): boolean {
    return this.#same.has(siteKey({ environment, setting }));
  }

  /** An earlier environment that is the same experiment under this setting; null when none is known. */
  sameAs(environment: string, setting: string): string | null {
    return this.#same.get(siteKey({ environment, setting })) ?? null;
  }
}
