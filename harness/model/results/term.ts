/** One condition of an explanation: what it says, where it holds, and how it reads. */
import { z } from 'zod';
import { Scalar } from '../conditions.ts';

/** Every limit from `from` up to, but not including, `below` makes the same of the cells that were observed. */
const Fits = z.object({ from: z.number(), below: z.number() });

/** quantity > value */
const Above = z.object({ kind: z.literal('above'), quantity: z.string(), value: z.number(), fits: Fits });
/** quantity <= value */
const AtMost = z.object({ kind: z.literal('at-most'), quantity: z.string(), value: z.number(), fits: Fits });
/** from <= quantity <= to */
const Between = z.object({ kind: z.literal('between'), quantity: z.string(), from: z.number(), to: z.number() });
/** Versions, settings, texts; `outOf` are all that were observed. `ordered`: neighbours in it are neighbours in fact. */
const OneOf = z.object({
  kind: z.literal('one-of'),
  quantity: z.string(),
  values: z.array(Scalar),
  outOf: z.array(Scalar),
  ordered: z.boolean(),
});
/** all: of every one of these quantities. any: of at least one. `holds` false: not so. `of` 2 is "even". */
const HasProperty = z.object({
  kind: z.literal('property'),
  property: z.enum(['power-of-two', 'multiple']),
  of: z.number(),
  quantities: z.array(z.string()),
  quantifier: z.enum(['all', 'any']),
  holds: z.boolean(),
});

export const PlainTerm = z.discriminatedUnion('kind', [Above, AtMost, Between, OneOf, HasProperty]);
export type PlainTerm = z.infer<typeof PlainTerm>;

/** `or`: it is enough that this one holds. */
const Or = { or: PlainTerm.optional() };
export const Term = z.discriminatedUnion('kind', [
  Above.extend(Or),
  AtMost.extend(Or),
  Between.extend(Or),
  OneOf.extend(Or),
  HasProperty.extend(Or),
]);
export type Term = z.infer<typeof Term>;
export type Property = Extract<PlainTerm, { kind: 'property' }>;

/** What a cell has to say for a name; undefined where it has no such value. */
export type Lookup = (quantity: string) => Scalar | undefined;

/** False where the cell lacks the value. */
export function holds(term: Term, lookup: Lookup): boolean {
  return plainHolds(term, lookup) || (term.or !== undefined && plainHolds(term.or, lookup));
}

function plainHolds(term: PlainTerm, lookup: Lookup): boolean {
  if (term.kind === 'property') return propertyHolds(term, term.quantities.map(lookup));
  const value = lookup(term.quantity);
  if (value === undefined) return false;
  if (term.kind === 'one-of') return term.values.includes(value);
  if (typeof value !== 'number') return false;
  switch (term.kind) {
    case 'above':
      return value > term.value;
    case 'at-most':
      return value <= term.value;
    case 'between':
      return value >= term.from && value <= term.to;
  }
}

export function allHold(terms: readonly Term[], lookup: Lookup): boolean {
  return terms.every((term) => holds(term, lookup));
}

/** `values` of the term's quantities, in their order. */
export function propertyHolds(term: Property, values: readonly (Scalar | undefined)[]): boolean {
  let having = 0;
  for (const value of values) {
    if (typeof value !== 'number') return false;
    if (hasProperty(term, value)) having += 1;
  }
  return (term.quantifier === 'all' ? having === values.length : having > 0) === term.holds;
}

function hasProperty({ property, of }: Pick<Property, 'property' | 'of'>, value: number): boolean {
  if (property === 'multiple') return value % of === 0;
  return Number.isInteger(value) && value > 0 && Number.isInteger(Math.log2(value));
}
