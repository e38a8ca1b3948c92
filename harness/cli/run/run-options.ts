/** The words of `bench run`, checked: what commander hands over is untyped. */
import { z } from 'zod';
import { parseDeviceRequest, type DeviceRequest } from '../../devices/choose.ts';
import { UsageError } from '../../model/errors.ts';
import { DiskSize } from '../../matrix/file/disk-size.ts';
import { DEVICE_CHOICES } from '../../model/makers.ts';
import { FAIL_ON } from '../../verdicts/fail-on.ts';

const Path = z.string().min(1, { error: 'names nothing; give a path' });

const Options = z.object({
  device: z
    .string()
    .transform((text, context): DeviceRequest => {
      const request = parseDeviceRequest(text);
      if (request !== null) return request;
      context.issues.push({
        code: 'custom',
        input: text,
        message: `"${text}" is none of ${DEVICE_CHOICES.join(', ')}, nor a card such as rocm:0000:03:00.0`,
      });
      return z.NEVER;
    })
    .optional(),
  model: Path.optional(),
  isolation: z.enum(['fork', 'spawn']).optional(),
  search: z.enum(['map', 'line', 'grid', 'versions']).optional(),
  out: Path.optional(),
  resume: Path.optional(),
  retryHostLost: z.boolean().optional(),
  acceptHostLost: z.boolean().optional(),
  includeNoBinary: z.boolean().optional(),
  seed: z
    .string()
    .regex(/^\d{1,15}$/, { error: (issue) => `"${String(issue.input)}" is not a whole number of at most 15 digits` })
    .transform(Number)
    .optional(),
  slots: z
    .string()
    .regex(/^([1-9]|[1-5]\d|6[0-4])$/, {
      error: (issue) => `"${String(issue.input)}" is not a number of cards from 1 to 64`,
    })
    .transform(Number)
    .default(1),
  failOn: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    )
    .pipe(
      z
        .array(z.enum(FAIL_ON, { error: (issue) => `"${String(issue.input)}" is none of ${FAIL_ON.join(', ')}` }))
        .min(1, { error: `names nothing; give some of ${FAIL_ON.join(', ')}` }),
    )
    .optional(),
  baseline: Path.optional(),
  expect: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, { error: (issue) => `"${String(issue.input)}" is not a number of cells` })
    .transform(Number)
    .optional(),
  jobs: z
    .string()
    .regex(/^(?:[1-9]|1[0-6])$/, { error: (issue) => `"${String(issue.input)}" is not a whole number from 1 to 16` })
    .transform(Number)
    .optional(),
  maxDisk: DiskSize.optional(),
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
  color: z.boolean().default(true),
});
export type RunOptions = z.output<typeof Options>;

/** What a resumed run has already settled. */
const SETTLED = [
  'device',
  'model',
  'isolation',
  'search',
  'out',
  'seed',
  'jobs',
  'maxDisk',
  'includeNoBinary',
] as const;

/** Throws UsageError `option`, or `resume-option` for an option that a resumed run cannot change. */
export function parseRunOptions(matrix: string | undefined, given: unknown): RunOptions {
  const parsed = Options.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0] ?? '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      'option',
      `--${name}: ${issue?.message ?? 'not understood'}`,
      'bench run --help shows the options',
    );
  }
  const options = parsed.data;
  if (options.resume === undefined) {
    if (options.retryHostLost === true || options.acceptHostLost === true) {
      throw new UsageError(
        'host-lost-option',
        `--${options.retryHostLost === true ? 'retry' : 'accept'}-host-lost is about a run that goes on`,
        'give it with --resume <run>',
      );
    }
    if (matrix !== undefined) return options;
    throw new UsageError(
      'no-matrix',
      'no matrix file was given',
      'for example: bench run matrices/conv2d.yml --device simulated',
    );
  }
  const settled = SETTLED.find((name) => options[name] !== undefined);
  if (matrix !== undefined || settled !== undefined) {
    throw new UsageError(
      'resume-option',
      `${matrix !== undefined ? 'a matrix file' : `--${settled?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`} cannot be given with --resume: the run folder has it`,
      `bench run --resume ${options.resume}`,
    );
  }
  return options;
}
