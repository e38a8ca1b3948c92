/** What a part of a run costs: attempts and seconds. */

export interface Cost {
  /** Attempts that are bad, confirmations among them. */
  readonly bad: { readonly expected: number; readonly most: number };
  /** Confirmations among them. */
  readonly attempts: { readonly least: number; readonly expected: number; readonly most: number };
  readonly expectedSeconds: number;
  /** Every line is bad and every hang uses up every deadline. */
  readonly worstSeconds: number;
}

export interface Hang {
  readonly worst: number;
  readonly expected: number;
}
