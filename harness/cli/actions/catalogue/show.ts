/** `bench catalogue show`: everything known of one wheel. Reads nothing but the user's own part of the catalogue. */
import { printJson, type Io } from '../../streams.ts';
import type { CatalogueShowOptions } from '../../commands/catalogue.ts';
import { wheelText } from '../../text/wheel-text.ts';
import { refuseMissing } from '../../../catalogue/rows/check.ts';
import { halfNamed, neighbours, ordered, wheelsOf } from '../../../catalogue/find.ts';
import { parseWritten, wheelId } from '../../../catalogue/wheel-name.ts';
import { readCatalogue } from '../../../catalogue/update/user-file.ts';
import { ExitCode, UsageError } from '../../../model/errors.ts';

/** Throws UsageError `no-such-wheel` with the nearest real ones. */
export async function catalogueShow(text: string, { json }: CatalogueShowOptions, io: Io): Promise<ExitCode> {
  const written = parseWritten(text);
  const catalogue = await readCatalogue(io.env);
  if (written === null) {
    const half = halfNamed(catalogue, text).map(wheelId);
    const next =
      half.length > 0
        ? `name torch and ROCm, one of: ${half.join(', ')}`
        : 'write it as torch==2.2.2+rocm5.7; bench catalogue lists the wheels, and --channel container the images';
    throw new UsageError('wheel-name', `"${text}" names no wheel`, next);
  }
  const found = wheelsOf(catalogue, written).filter(({ build }) => written.build === '' || build === written.build);
  refuseMissing(catalogue, written, found);
  const all = ordered(found, 'torch').map((wheel) => ({ wheel, neighbours: neighbours(catalogue, wheel) }));
  if (json === true) {
    printJson(io, {
      schema: 1,
      wheels: all.map((one) => ({ id: wheelId(one.wheel), ...one.wheel, neighbours: one.neighbours })),
    });
  } else io.stdout.write(all.map((one) => wheelText(one.wheel, one.neighbours)).join('\n'));
  return ExitCode.complete;
}
