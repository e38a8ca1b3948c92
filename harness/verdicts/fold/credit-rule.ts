/** What the device and the suspect's own known passes say of failed attempts, one rule behind the other. Live and replay feed it alike. Pure. */
import { HealthRule, type Settled } from './health-rule.ts';
import { KnownPasses } from './known-passes.ts';
import type { Begun } from './open-work.ts';
import { WitnessRule, type Witnessed } from './witness-rule.ts';

export class CreditRule {
  readonly knownPasses = new KnownPasses();
  readonly #health: HealthRule;
  readonly #witness: WitnessRule | null;

  /** `watched`: whether the matrix asks for canaries, and with them for witnesses. */
  constructor(watched: boolean) {
    this.#health = new HealthRule(watched);
    this.#witness = watched ? new WitnessRule(this.knownPasses) : null;
  }

  /** Passes since the last canary. */
  get passes(): number {
    return this.#health.passes;
  }

  get known(): unknown {
    return { health: this.#health.known, witness: this.#witness?.known, passes: this.knownPasses.known };
  }

  /** `began`: what the event ends. */
  see(event: Witnessed, began: Begun | null): readonly Settled[] {
    this.knownPasses.apply(event, began);
    const settled = event.event === 'run-resumed' ? [] : this.#health.see(event);
    return this.#witness?.see(event, settled) ?? settled;
  }

  /** At the end of a journal, or where nothing more will be asked. */
  rest(): readonly Settled[] {
    const settled = this.#health.rest();
    return this.#witness?.rest(settled) ?? settled;
  }
}
