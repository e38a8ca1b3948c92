/** Probes that come with the program and must pass if only the suspect is at fault. */
export const CONTROLS = ['element-wise', 'matmul', 'convolution-without-dnn'] as const;
export type Control = (typeof CONTROLS)[number];

/** basic: what every sound card does. without-dnn: one operation without its library; harness/knowledge tells of which suspects that speaks. */
export const CONTROL_KINDS: Readonly<Record<Control, 'basic' | 'without-dnn'>> = {
  'element-wise': 'basic',
  matmul: 'basic',
  'convolution-without-dnn': 'without-dnn',
};
