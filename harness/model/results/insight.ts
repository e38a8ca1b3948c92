/** What an analysis of the observed cells says. Part of results.json; docs/insight.md explains every field. */
import { z } from 'zod';
import { Term } from './term.ts';
import { Scalar } from '../conditions.ts';

/** A cell named in full, for it may lie outside the axes. */
export const PlaceRef = z.object({ environment: z.string(), setting: z.string(), case: z.record(z.string(), Scalar) });
export type PlaceRef = z.infer<typeof PlaceRef>;

export const Explanation = z.object({
  /** Where it says that cells are bad, in words. */
  statement: z.string(),
  /** All of them together; at most three. */
  terms: z.array(Term),
  /** `flaky`: cells that were both, which are neither bad nor good here; `flakyExplained`: those where it says that cells are bad. */
  support: z.object({
    badExplained: z.number(),
    bad: z.number(),
    goodExplained: z.number(),
    good: z.number(),
    flakyExplained: z.number().optional(),
    flaky: z.number().optional(),
  }),
  /** It leaves out more than a tenth of the bad cells. */
  partial: z.boolean().optional(),
  /** Versions or settings that changed at the same steps as those of one of its terms: nothing that was observed tells which of them it is. */
  twins: z
    .array(
      z.object({
        /** The name in the explanation that it may stand for. */
        instead: z.string(),
        quantity: z.string(),
        /** Of the one term. */
        words: z.string(),
        /** Of the whole explanation with it. */
        statement: z.string(),
      }),
    )
    .optional(),
  /** Observed cells that it gets wrong: how many, and the first of them. */
  exceptions: z.object({
    count: z.number(),
    /** `share`: of a flaky cell, how often it was bad. */
    cells: z.array(PlaceRef.extend({ observed: z.enum(['good', 'bad']), share: z.number().optional() })),
  }),
  /**
   * To say the explanation and its exceptions; fewer is better. `saved`: against saying each cell without any explanation; `beyondChance`: against the best
   * account by chance, where probes that were chosen to tell explanations apart count against it only.
   */
  bits: z.object({ total: z.number(), terms: z.number(), saved: z.number(), beyondChance: z.number().optional() }),
});
export type Explanation = z.infer<typeof Explanation>;

/** Says the same of every observed cell as the first explanation (or nearly as likely: `contender`), and something else of others. */
export const Indistinct = z.object({
  statement: z.string(),
  terms: z.array(Term),
  bits: z.number(),
  kind: z.enum(['same', 'contender']),
  /** Where the two differ: in cells of the matrix, in shapes near it only, or nowhere that was looked at. */
  apart: z.enum(['matrix', 'new-shapes', 'nowhere']),
});
export type Indistinct = z.infer<typeof Indistinct>;

/** A cell that tells explanations apart. */
export const Proposal = z.object({
  place: PlaceRef,
  /** Id of the matrix's cell; null for a shape outside the axes. */
  cell: z.string().nullable(),
  predictions: z.array(z.object({ statement: z.string(), bad: z.boolean() })),
});
export type Proposal = z.infer<typeof Proposal>;

export const Refuted = z.object({
  claim: z.string(),
  /** Why, with its best counterexample. */
  text: z.string(),
  counterexamples: z.object({
    count: z.number(),
    cells: z.array(PlaceRef.extend({ observed: z.enum(['good', 'bad']) })),
  }),
});
export type Refuted = z.infer<typeof Refuted>;

/** Whether the data support an explanation at all. */
export const InsightState = z.enum(['explained', 'unclear', 'too-few', 'all-good', 'all-bad', 'nothing-observed']);

export const Insight = z.object({
  state: InsightState,
  /** One sentence. */
  text: z.string(),
  good: z.number(),
  bad: z.number(),
  /** Observed cells that were both, if any; they are not among `bad`. */
  flaky: z.number().optional(),
  /** Best first, no two that are the same but for a limit or an idle term. */
  explanations: z.array(Explanation),
  /** Explanations of the bad cells that the first one leaves unexplained, if they are worth one. */
  remainder: z.array(Explanation),
  refuted: z.array(Refuted),
  indistinct: z.array(Indistinct),
  proposals: z.array(Proposal),
});
export type Insight = z.infer<typeof Insight>;
