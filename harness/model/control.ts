/** Probes that come with the program and must pass if only the suspect is at fault. */
export const CONTROLS = ['element-wise', 'matmul', 'convolution-without-dnn'] as const;
export type Control = (typeof CONTROLS)[number];
