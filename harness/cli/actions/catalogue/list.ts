/** `bench catalogue`: which wheels there are. Reads nothing but the user's own part of the catalogue. */
import { oneOf, wrongOption } from '../../options.ts';
import { printJson, type Io } from '../../streams.ts';
import type { CatalogueListOptions } from '../../commands/catalogue.ts';
import { gridText, listText } from '../../text/catalogue-text.ts';
import { widthFor } from '../../text/layout.ts';
import { besideMissing } from '../../../catalogue/rows/check.ts';
import { chipName } from '../../../catalogue/chips.ts';
import { neighbours } from '../../../catalogue/find.ts';
import { isVersionOrRange, pythonTag } from '../../../catalogue/order.ts';
import { CHANNEL_FACTS } from '../../../catalogue/rows/other-channels.ts';
import { selectContainers, selectWheels, type Wanted } from '../../../catalogue/select.ts';
import { CHANNELS } from '../../../catalogue/types.ts';
import { wheelId } from '../../../catalogue/wheel-name.ts';
import { readCatalogue } from '../../../catalogue/update/user-file.ts';
import { ExitCode } from '../../../model/errors.ts';

const COMMAND = 'catalogue list';
const ORDERS = ['torch', 'rocm'] as const;

/** Throws UsageError for options that are not understood and for a damaged catalogue of the user's. */
export async function catalogueList(options: CatalogueListOptions, io: Io): Promise<ExitCode> {
  const { grid = false, newest = false } = options;
  const channel = oneOf(COMMAND, 'channel', CHANNELS, options.channel);
  const card = chip('card', options.card);
  const holds = chip('holds', options.holds);
  const lacks = chip('lacks', options.lacks);
  const given = options.order === undefined ? undefined : oneOf(COMMAND, 'order', ORDERS, options.order);
  const catalogue = await readCatalogue(io.env);
  const order = given ?? (newest || grid ? 'rocm' : 'torch');
  const wanted: Wanted = {
    torch: versions('torch', options.torch),
    rocm: versions('rocm', options.rocm),
    python: python(options.python),
    card,
    holds,
    lacks,
    channel,
    newest,
    order,
  };
  const wheels = channel === 'container' ? [] : selectWheels(catalogue, wanted);
  const containers = channel === 'container' ? selectContainers(catalogue, wanted) : [];
  const facts = CHANNEL_FACTS.find(({ id }) => id === channel) ?? null;
  if (options.json === true)
    printJson(io, {
      schema: 1,
      channel: facts,
      updates: catalogue.updates,
      wheels: wheels.map(withNeighbours),
      containers,
    });
  else if (grid) io.stdout.write(gridText(wheels, widthFor(io.stdout.columns, DEFAULT_WIDTH, 0)));
  else
    io.stdout.write(
      listText({
        wheels,
        containers,
        channel: facts,
        card: card ?? null,
        chip: holds ?? lacks ?? null,
        updates: catalogue.updates,
        isListed: channel === 'container' || catalogue.wheels.some((wheel) => wheel.channel === channel),
        beside: wheels.length === 0 && channel === 'stable' ? besideMissing(catalogue, wanted) : [],
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

function versions(flag: string, text: string | undefined): string | undefined {
  if (text === undefined || isVersionOrRange(text)) return text;
  throw wrongOption(COMMAND, flag, `"${text}" is no version and no specifier; write one such as 2.1 or ">=5.2,<6.3"`);
}

function chip(flag: string, text: string | undefined): string | undefined {
  const name = text === undefined ? undefined : chipName(text);
  if (name !== null) return name;
  throw wrongOption(
    COMMAND,
    flag,
    `"${text}" is no chip; write one such as gfx1010 (bench doctor tells that of your card)`,
  );
}

function python(text: string | undefined): string | undefined {
  const tag = text === undefined ? undefined : pythonTag(text);
  if (tag !== null) return tag;
  throw wrongOption(COMMAND, 'python', `"${text}" is no Python 3; write one such as 3.10 or cp310`);
}
