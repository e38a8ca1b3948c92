/**
 * The model of a simulated card (`matrices/models/*.yml`): which attempts meet which fate. A simulation is explicit and says so everywhere;
 * the models repeat what people claim or measured on real cards, and are no measurement themselves.
 */
import { z } from 'zod';
import { Fate } from '../../model/attempt/fate.ts';
import { Name, ParameterName } from '../../matrix/names.ts';
import { Where } from '../../model/conditions.ts';

const Rule = z.strictObject({
  /** Holds when all entries of the map hold; of a list of maps, any one. */
  when: z.union([Where, z.array(Where).min(1)]),
  /** Chance that a rule whose condition holds is applied to an attempt; otherwise the next rules are tried. */
  probability: z.number().min(0).max(1).optional(),
  fate: Fate,
});
export type Rule = z.infer<typeof Rule>;

export const CardModel = z.strictObject({
  schema: z.literal(1, { error: 'this program reads model schema 1: write "schema: 1"' }),
  name: Name,
  /** Who claims that a card behaves like this. */
  description: z.string().min(1),
  device: z.strictObject({
    name: z.string().min(1),
    /** gfx target, such as gfx1010. */
    target: z.string().regex(/^gfx[0-9a-f]{3,5}$/, { error: 'a target looks like gfx1010' }),
  }),
  /** Wall seconds for each second of the card. */
  time_scale: z.number().positive().max(1),
  /** Names of case parameters that conditions may use besides those of the probes that bench knows. */
  parameters: z.array(ParameterName).default([]),
  /** What a hang may leave behind: a sick card, on which every operation hangs until it has cooled down. */
  wedge: z
    .strictObject({
      after: z.literal('hang').default('hang'),
      /** Chance that a hang wedges a healthy card. */
      probability: z.number().min(0).max(1).default(1),
      /** Cool-downs until it works again. never: only once the run is resumed after the quarantine, which stands for a repair. */
      recovers_after: z.union([z.int().min(1), z.literal('never')], { error: 'is a number of cool-downs, or "never"' }),
    })
    .optional(),
  /** The first rule that applies decides. */
  rules: z.array(Rule).default([]),
  /** Where no rule applies. */
  default: Fate.prefault({ kind: 'pass' }),
});
export type CardModel = z.infer<typeof CardModel>;

/** Draft-7 JSON Schema of a model file, for editors. */
export function modelJsonSchema(): object {
  return z.toJSONSchema(CardModel, { target: 'draft-7', io: 'input' });
}
