/** Kinds of device that a matrix and the command line accept; kept apart so that `--help` loads no schema. */
export const DEVICE_CHOICES = ['auto', 'rocm', 'cuda', 'cpu', 'simulated'] as const;
