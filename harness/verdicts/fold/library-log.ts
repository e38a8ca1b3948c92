/** What the journal says of the libraries of environments: which were loaded, and which environments are one experiment. */
import type { JournalEvent } from '../../model/events.ts';
import type { EnvironmentResult } from '../../model/results/results.ts';
import { siteKey } from '../../model/site.ts';

type Event = Extract<JournalEvent, { event: 'environment-libraries' }>;

export class LibraryLog {
  /** The last word on each environment and setting: what an attempt told goes before what the import had. */
  readonly #known = new Map<string, Map<string, Event>>();
  readonly #twins = new Map<string, string>();

  apply(event: JournalEvent): void {
    if (event.event !== 'environment-libraries') return;
    const own = this.#known.get(event.environment) ?? new Map<string, Event>();
    this.#known.set(event.environment, own);
    if (event.after === 'attempt' || own.get(event.setting)?.after !== 'attempt') own.set(event.setting, event);
    const site = siteKey(event);
    if (event.sameAs === null) this.#twins.delete(site);
    else this.#twins.set(site, event.sameAs);
  }

  /** The environment that this one is the same as under this setting; null when none is known. */
  twin(environment: string, setting: string): string | null {
    return this.#twins.get(siteKey({ environment, setting })) ?? null;
  }

  /** All of those, each once. */
  get twins(): ReadonlySet<string> {
    return new Set(this.#twins.values());
  }

  /** For results.json; settings that load the same are one entry. */
  of(environment: string): Pick<EnvironmentResult, 'libraries' | 'sameAs'> {
    const known = [...(this.#known.get(environment) ?? new Map<string, Event>()).values()];
    if (known.length === 0) return {};
    const sets = new Map<string, { settings: string[]; after: Event['after']; libraries: Event['libraries'] }>();
    for (const { setting, after, libraries } of known) {
      const key = JSON.stringify([after, libraries]);
      const set = sets.get(key);
      if (set === undefined) sets.set(key, { settings: [setting], after, libraries });
      else set.settings.push(setting);
    }
    const same = known.flatMap(({ setting }) => this.twin(environment, setting) ?? []);
    return { libraries: [...sets.values()], ...(same.length === 0 ? {} : { sameAs: [...new Set(same)] }) };
  }
}
