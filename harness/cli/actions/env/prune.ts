/** `bench env prune`: deletes cached environments; what that may be is decided in environments/store. */
import { printJson, type Io } from '../../streams.ts';
import { keptBytes, keptJson } from '../../text/kept-text.ts';
import type { EnvPruneOptions } from '../../commands/env.ts';
import { environmentsFolder } from '../../../environments/kinds/wheel/wheel-plan.ts';
import { prune } from '../../../environments/store/prune.ts';
import { humanBytes, parseDiskSize } from '../../../matrix/file/disk-size.ts';
import { ExitCode, UsageError } from '../../../model/errors.ts';

export async function envPrune({ olderThan, maxDisk, ...flags }: EnvPruneOptions, io: Io): Promise<ExitCode> {
  const dryRun = flags.dryRun === true;
  const root = environmentsFolder(io.env);
  const days = olderThan === undefined ? null : daysOf(olderThan);
  const most = maxDisk === undefined ? null : parseDiskSize(maxDisk);
  if (maxDisk !== undefined && most === null)
    throw new UsageError('option', `--max-disk: "${maxDisk}" is not a size`, 'write one such as 500MB or 20GB');
  const { removed, kept } = await prune(root, {
    olderThanDays: days,
    maxDisk: most,
    now: Date.now(),
    dryRun,
  });
  if (flags.json === true)
    printJson(io, { schema: 1, folder: root, dryRun, removed: removed.map(keptJson), kept: kept.map(keptJson) });
  else {
    const verb = dryRun ? 'would be removed' : 'removed';
    io.stdout.write(
      `${removed.map((one) => `${one.key}  ${humanBytes(one.bytes)}  ${verb}\n`).join('')}${humanBytes(keptBytes(removed))} ${verb}; ${kept.length} kept, ${humanBytes(keptBytes(kept))}\n`,
    );
  }
  return ExitCode.complete;
}

function daysOf(text: string): number {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  if (days === undefined)
    throw new UsageError('option', `--older-than: "${text}" is not a number of days`, 'write it as 30d');
  return Number(days);
}
