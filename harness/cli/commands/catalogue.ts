/** `bench catalogue` and `bench catalogue show`: which wheels there are. Reads nothing but the user's own part of the catalogue. */
import { z } from 'zod';
import { gridText, listText } from '../text/catalogue-text.ts';
import { widthFor } from '../text/layout.ts';
import { wheelText } from '../text/wheel-text.ts';
import { besideMissing, missingPair } from '../../catalogue/rows/check.ts';
import { chipName } from '../../catalogue/chips.ts';
import { halfNamed, neighbours, ordered, wheelsOf } from '../../catalogue/find.ts';
import { isVersionOrRange, pythonTag } from '../../catalogue/order.ts';
import { CHANNEL_FACTS } from '../../catalogue/rows/other-channels.ts';
import { selectContainers, selectWheels } from '../../catalogue/select.ts';
import { CHANNELS } from '../../catalogue/types.ts';
import { parseWritten, wheelId } from '../../catalogue/wheel-name.ts';
import { readCatalogue } from '../../catalogue/update/user-file.ts';
import { ExitCode, UsageError } from '../../model/errors.ts';
import type { Wanted } from '../../catalogue/select.ts';

const Versions = z.string().refine(isVersionOrRange, {
  error: (issue) => `"${String(issue.input)}" is no version and no specifier; write one such as 2.1 or ">=5.2,<6.3"`,
});
const Chip = z.string().transform((text, context) => {
  const name = chipName(text);
  if (name !== null) return name;
  context.issues.push({
    code: 'custom',
    input: text,
    message: `"${text}" is no chip; write one such as gfx1010 (bench doctor tells that of your card)`,
  });
  return z.NEVER;
});

const Options = z.object({
  torch: Versions.optional(),
  rocm: Versions.optional(),
  python: z
    .string()
    .transform((text, context) => {
      const tag = pythonTag(text);
      if (tag !== null) return tag;
      context.issues.push({
        code: 'custom',
        input: text,
        message: `"${text}" is no Python 3; write one such as 3.10 or cp310`,
      });
      return z.NEVER;
    })
    .optional(),
  card: Chip.optional(),
  holds: Chip.optional(),
  lacks: Chip.optional(),
  channel: z
    .enum(CHANNELS, { error: (issue) => `"${String(issue.input)}" is none of ${CHANNELS.join(', ')}` })
    .default('stable'),
  order: z
    .enum(['torch', 'rocm'], { error: (issue) => `"${String(issue.input)}" is neither torch nor rocm` })
    .optional(),
  newest: z.boolean().default(false),
  grid: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** Throws UsageError for options that are not understood and for a damaged catalogue of the user's. */
export async function catalogueCommand(given: unknown): Promise<ExitCode> {
  const options = parsed(given);
  const { channel, grid, json } = options;
  const catalogue = await readCatalogue(process.env);
  const order = options.order ?? (options.newest || grid ? 'rocm' : 'torch');
  const wanted: Wanted = { ...options, order };
  const wheels = channel === 'container' ? [] : selectWheels(catalogue, wanted);
  const containers = channel === 'container' ? selectContainers(catalogue, wanted) : [];
  const facts = CHANNEL_FACTS.find(({ id }) => id === channel) ?? null;
  if (json)
    write({ schema: 1, channel: facts, updates: catalogue.updates, wheels: wheels.map(withNeighbours), containers });
  else if (grid) process.stdout.write(gridText(wheels, widthFor(process.stdout.columns, DEFAULT_WIDTH, 0)));
  else
    process.stdout.write(
      listText({
        wheels,
        containers,
        channel: facts,
        card: options.card ?? null,
        chip: options.holds ?? options.lacks ?? null,
        updates: catalogue.updates,
        isListed: channel === 'container' || catalogue.wheels.some((wheel) => wheel.channel === channel),
        beside: wheels.length === 0 && channel === 'stable' ? besideMissing(catalogue, options) : [],
      }),
    );
  return ExitCode.complete;

  function withNeighbours(wheel: (typeof wheels)[number]): unknown {
    const { torchOnly, rocmOnly } = neighbours(catalogue, wheel);
    return {
      id: wheelId(wheel),
      ...wheel,
      neighbours: { torchOnly: torchOnly.map(wheelId), rocmOnly: rocmOnly.map(wheelId) },
    };
  }
}

const DEFAULT_WIDTH = 80;

/** Throws UsageError `no-such-wheel` with the nearest real ones. */
export async function showCommand(text: string, { json }: { readonly json?: boolean | undefined }): Promise<ExitCode> {
  const written = parseWritten(text);
  const catalogue = await readCatalogue(process.env);
  if (written === null) {
    const half = halfNamed(catalogue, text).map(wheelId);
    const next =
      half.length > 0
        ? `name torch and ROCm, one of: ${half.join(', ')}`
        : 'write it as torch==2.2.2+rocm5.7; bench catalogue lists the wheels, and --channel container the images';
    throw new UsageError('wheel-name', `"${text}" names no wheel`, next);
  }
  const found = wheelsOf(catalogue, written).filter(({ build }) => written.build === '' || build === written.build);
  if (found.length === 0)
    throw new UsageError(
      'no-such-wheel',
      missingPair(catalogue, written),
      'bench catalogue lists those that there are',
    );
  const all = ordered(found, 'torch').map((wheel) => ({ wheel, neighbours: neighbours(catalogue, wheel) }));
  if (json === true) {
    write({
      schema: 1,
      wheels: all.map((one) => ({ id: wheelId(one.wheel), ...one.wheel, neighbours: one.neighbours })),
    });
  } else process.stdout.write(all.map((one) => wheelText(one.wheel, one.neighbours)).join('\n'));
  return ExitCode.complete;
}

function parsed(given: unknown): z.output<typeof Options> {
  const found = Options.safeParse(given);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new UsageError(
    'option',
    `--${String(issue?.path[0] ?? '')}: ${issue?.message ?? 'not understood'}`,
    'bench catalogue list --help shows the options',
  );
}

function write(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
