/** Whether hangs follow what was done before them. */
import { z } from 'zod';

/** after-hang: the attempt before hung. after-larger: it was of a larger case. since-hang: how many attempts ago the last hang was. */
export const OrderKind = z.enum(['after-hang', 'after-larger', 'since-hang']);
export type OrderKind = z.infer<typeof OrderKind>;

export const OrderFinding = z.object({
  kind: OrderKind,
  /** Two-sided, by exchanging the ends within each cell; not corrected for the number of kinds. */
  p: z.number(),
  /** Hangs come with more of it; false with less. */
  more: z.boolean(),
});
export type OrderFinding = z.infer<typeof OrderFinding>;

export const OrderTest = z.object({
  /** Cells that both passed and hung, and their attempts. */
  cells: z.number(),
  attempts: z.number(),
  /** What is not chance; together at most one run in a hundred has any where the order does not matter. */
  found: z.array(OrderFinding),
});
export type OrderTest = z.infer<typeof OrderTest>;
