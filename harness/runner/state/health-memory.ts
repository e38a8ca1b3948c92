/** What the health probes of a run have said: where the device was seen healthy, and which controls were run. Pure. */
import type { Fold } from './fold.ts';
import type { HealthProbe, NewEvent } from '../../model/events.ts';
import { siteKey, type Site } from '../../model/site.ts';
import type { Begun } from '../../verdicts/fold/open-work.ts';

export class HealthMemory implements Fold {
  /** Environments in which canaries passed, the latest last. */
  readonly #fit = new Set<string>();
  /** Controls that were run, with their environment, setting and occasion. */
  readonly #controlled = new Set<string>();

  apply(event: NewEvent, began: Begun | null): void {
    if (event.event !== 'health-finished' || began?.event !== 'health-started' || event.result === null) return;
    if (began.probe === 'witness') return;
    if (began.probe !== 'canary') this.#controlled.add(occasion(began.probe, began, began.after));
    else if (event.result === 'healthy') {
      this.#fit.delete(began.environment);
      this.#fit.add(began.environment);
    }
  }

  /** Environments in which canaries passed, the latest first. */
  get fit(): readonly string[] {
    return [...this.#fit].toReversed();
  }

  /** `after`: the attempt that hung; null before the first attempt. */
  wasControlled(probe: HealthProbe, site: Site, after: string | null): boolean {
    return this.#controlled.has(occasion(probe, site, after));
  }

  get known(): unknown {
    return { fit: this.fit, controlled: this.#controlled };
  }
}

function occasion(probe: HealthProbe, site: Site, after: string | null): string {
  return `${probe} ${siteKey(site)} ${after === null ? 'before' : 'after a hang'}`;
}
