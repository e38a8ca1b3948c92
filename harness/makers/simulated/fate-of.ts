/** Which fate an attempt meets on a simulated card. Pure, and the same for the same seed and attempt: resuming a run changes nothing. */
import { attemptRandom } from './chance.ts';
import type { CardModel } from './model.ts';
import { CONTROL_NAME, subjectOf, type Circumstances } from './subject.ts';
import { Wedge } from './wedge.ts';
import { matches, type Subject } from '../../model/conditions.ts';
import { Fate, type TimedFate } from '../../model/attempt/fate.ts';
import type { DeviceInfo, HealthProbe, NewEvent } from '../../model/events.ts';

/** Times in card seconds. `random`: in [0, 1), one number for each attempt. */
export function fateOf(model: CardModel, subject: Subject, random: number): Fate {
  let chance = random;
  for (const { when, probability = 1, fate } of model.rules) {
    if (!(Array.isArray(when) ? when : [when]).some((where) => matches(where, subject))) continue;
    if (chance < probability) return fate;
    // What is left, stretched over [0, 1) again: a later rule's draw does not depend on this one's.
    chance = (chance - probability) / (1 - probability);
  }
  return model.default;
}

/** A health probe passes unless a rule names it: `when: { control: matmul }`. What is said of cells says nothing of probes. */
export function probeFateOf(model: CardModel, subject: Subject, random: number): Fate {
  const rules = model.rules.filter(({ when }) =>
    (Array.isArray(when) ? when : [when]).every((where) => CONTROL_NAME in where),
  );
  return fateOf({ ...model, rules, default: Fate.parse({ kind: 'pass' }) }, subject, random);
}

/** What a run needs of a simulated card. */
export interface SimulatedCard {
  readonly device: DeviceInfo;
  fate(circumstances: Circumstances, attempt: string): TimedFate;
  probeFate(circumstances: Circumstances, probe: Exclude<HealthProbe, 'witness'>, check: string): TimedFate;
  /** Every event of the run, in its order: a hang may have left the card sick. */
  apply(event: NewEvent): void;
  readonly known: unknown;
}

/** `seed`: of the run, as run-opened records it. */
export function simulatedCard(model: CardModel, seed: number): SimulatedCard {
  const wedge = new Wedge(model.wedge, seed);
  const timed = (fate: Fate): TimedFate => ({
    ...(wedge.sick ? Fate.parse({ kind: 'hang' }) : fate),
    time_scale: model.time_scale,
  });
  return {
    device: simulatedDevice(model),
    fate: (circumstances, attempt) => timed(fateOf(model, subjectOf(circumstances), attemptRandom(seed, attempt))),
    probeFate: (circumstances, probe, check) =>
      timed(probeFateOf(model, { ...subjectOf(circumstances), [CONTROL_NAME]: probe }, attemptRandom(seed, check))),
    apply: (event) => wedge.apply(event),
    get known() {
      return wedge.known;
    },
  };
}

/** Its name begins with SIMULATED wherever it is shown. */
export function simulatedDevice(model: CardModel): DeviceInfo {
  return {
    kind: 'simulated',
    name: `SIMULATED ${model.device.name}`,
    target: model.device.target,
    pciAddress: null,
    simulation: { model: model.name, timeScale: model.time_scale },
  };
}
