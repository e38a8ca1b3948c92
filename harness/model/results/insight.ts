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
  support: z.object({ badExplained: z.number(), bad: z.number(), goodExplained: z.number(), good: z.number() }),
  /** Observed cells that it gets wrong: how many, and the first of them. */
  exceptions: z.object({ count: z.number(), cells: z.array(PlaceRef.extend({ observed: z.enum(['good', 'bad']) })) }),
  /** To say the explanation and its exceptions; fewer is better. `saved`: against saying each cell without any explanation. */
  bits: z.object({ total: z.number(), terms: z.number(), saved: z.number() }),
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
  /** Best first, no two that are the same but for a limit or an idle term. */
  explanations: z.array(Explanation),
  /** Explanations of the bad cells that the first one leaves unexplained, if they are worth one. */
  remainder: z.array(Explanation),
  refuted: z.array(Refuted),
  indistinct: z.array(Indistinct),
  proposals: z.array(Proposal),
});
export type Insight = z.infer<typeof Insight>;
