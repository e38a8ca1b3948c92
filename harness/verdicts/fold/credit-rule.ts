/** What the device and the suspect's own known passes say of failed attempts, one rule behind the other. Live and replay feed it alike. Pure. */
import { HealthRule, type Settled } from './health-rule.ts';
import { WitnessRule, type Witnessed } from './witness-rule.ts';

export class CreditRule {
  readonly #health: HealthRule;
  readonly #witness = new WitnessRule();

  /** `watched`: whether the matrix asks for canaries, and with them for witnesses. */
  constructor(watched: boolean) {
    this.#health = new HealthRule(watched);
  }

  /** Passes since the last canary. */
  get passes(): number {
    return this.#health.passes;
  }

  get known(): unknown {
    return { health: this.#health.known, witness: this.#witness.known };
  }

  see(event: Witnessed): readonly Settled[] {
    return this.#witness.see(event, event.event === 'run-resumed' ? [] : this.#health.see(event));
  }

  /** At the end of a journal. */
  rest(): readonly Settled[] {
    return this.#witness.rest(this.#health.rest());
  }
}
