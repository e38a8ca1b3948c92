/** Where verdicts change from one environment to the next, and what else changed there: the shape in results.json. */
import { z } from 'zod';
import { Scalar } from '../conditions.ts';

const Change = z.object({ from: z.string(), to: z.string() });

export const Transition = z.object({
  from: z.string(),
  to: z.string(),
  turns: z.enum(['bad', 'good']),
  /** Environments between the two of which nothing is known for that case: the change is somewhere in between. */
  skipped: z.array(z.string()),
  /** null: the same in both, or not known. */
  changes: z.object({ torch: Change.nullable(), rocm: Change.nullable() }),
  /** one: only that factor. both: confounded. none: neither is known to change. */
  factor: z.enum(['torch', 'rocm', 'both', 'none']),
  /** Of a confounded step: pairs of wheels that differ in one factor only, in the order of a way from one side to the other. `environment`: of this matrix, else null. `build`: where it is not PyTorch's own. */
  bridges: z.array(
    z.object({
      isolates: z.enum(['torch', 'rocm']),
      wheels: z.array(
        z.object({
          torch: z.string(),
          rocm: z.string(),
          environment: z.string().nullable(),
          build: z.literal('amd').optional(),
        }),
      ),
    }),
  ),
  /** Settings and cases in which it is so; `observed`: on both sides, the others follow from their lines. */
  cells: z.number(),
  observed: z.number(),
  /** Observed ones first. */
  examples: z.array(z.object({ setting: z.string(), case: z.record(z.string(), Scalar) })),
});
export type Transition = z.infer<typeof Transition>;
