/** Name, the first and the last ROCm tag that has it; "" for no limit that is known. */
export type VariableRow = readonly [name: string, first: string, last: string];
