/** `bench catalogue update`: reads an index and keeps what it lists in the user's own part of the catalogue. */
import { printJson, type Io } from '../../streams.ts';
import type { CatalogueUpdateOptions } from '../../commands/catalogue.ts';
import { BUILT_IN } from '../../../catalogue/rows/built-in.ts';
import { newsOf, type News } from '../../../catalogue/update/news.ts';
import { pythonVersion } from '../../../catalogue/order.ts';
import { merged, MOST_FILES, UserPart, withIndex, type ReadIndex } from '../../../catalogue/user-part.ts';
import { NOTHING, readUserPart, writeUserPart } from '../../../catalogue/update/user-file.ts';
import { readIndex, type IndexReading } from '../../../catalogue/update/index-client.ts';
import { ExitCode, NoVerdictError, UsageError } from '../../../model/errors.ts';

/** Throws UsageError `index-address`, NoVerdictError `index-unusable`, `index-too-large` or `catalogue-not-written`; then the catalogue is as it was. */
export async function catalogueUpdate({ index, ...flags }: CatalogueUpdateOptions, io: Io): Promise<ExitCode> {
  const dryRun = flags.dryRun === true;
  const interruption = new AbortController();
  const stop = (): void => interruption.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const reading = await readIndex(index, interruption.signal);
    const part = await knownPart(dryRun, io);
    const read: ReadIndex = {
      index: index.replace(/\/+$/, ''),
      fetched: new Date().toISOString(),
      files: [...reading.files],
    };
    const next = kept(part, read);
    const news = newsOf(merged(BUILT_IN, part), merged(BUILT_IN, next));
    const gone = noLongerListed(part, read);
    const file = dryRun ? null : await writeUserPart(next, io.env);
    if (flags.json === true)
      printJson(io, {
        schema: 1,
        index: read.index,
        fetched: read.fetched,
        files: reading.files.length,
        pages: reading.pages,
        failed: reading.failed,
        news,
        gone,
        written: file !== null,
      });
    else io.stdout.write(updateText(reading, news, gone, file));
    return ExitCode.complete;
  } catch (error) {
    if (interruption.signal.aborted) return ExitCode.interrupted;
    throw error;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Throws NoVerdictError `index-too-large`, or `index-unusable` for names and addresses that no catalogue takes. */
function kept(part: UserPart, read: ReadIndex): UserPart {
  if (read.files.length > MOST_FILES)
    throw new NoVerdictError(
      'index-too-large',
      `${read.index} lists ${read.files.length.toLocaleString('en')} torch wheels for ROCm, and a catalogue keeps ${MOST_FILES.toLocaleString('en')} of an index. Your catalogue is as it was`,
      `read a part of it, such as one ROCm: bench catalogue update --index ${read.index}/rocm6.4`,
    );
  const next = UserPart.safeParse(withIndex(part, read));
  if (next.success) return next.data;
  const [issue] = next.error.issues;
  throw new NoVerdictError(
    'index-unusable',
    `${read.index} lists what no catalogue can keep (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}). Your catalogue is as it was`,
    'read another index, or one of its ROCm folders: bench catalogue update --index <address>',
    { cause: next.error },
  );
}

/** A damaged file is what an update is there to mend. */
async function knownPart(dryRun: boolean, { stderr, env }: Io): Promise<UserPart> {
  try {
    return await readUserPart(env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`warning: ${error.message}; ${dryRun ? 'it would be' : 'it is'} made anew from this index alone\n`);
    return NOTHING;
  }
}

/** Files that the same index listed when it was last read. */
function noLongerListed(part: UserPart, read: ReadIndex): readonly string[] {
  const listed = new Set(read.files.map(({ name }) => name));
  const before = part.indexes.find(({ index }) => index === read.index)?.files ?? [];
  return before.map(({ name }) => name).filter((name) => !listed.has(name));
}

function updateText(
  { files, pages, failed }: IndexReading,
  news: News,
  gone: readonly string[],
  file: string | null,
): string {
  const lines = [
    `${files.length} torch wheels for ROCm on ${pages.length} page${pages.length === 1 ? '' : 's'}`,
    ...failed.map(({ address, why }) => `not read: ${address}: ${why}`),
    ...news.wheels.map(({ id, channel, pythons }) => `new: ${id} for Python ${versions(pythons)} (channel ${channel})`),
    ...news.pythons.map(({ id, pythons }) => `new: ${id} for Python ${versions(pythons)} as well`),
    ...(news.sha256 + news.sizes === 0 ? [] : [`new: ${news.sha256} checksums, ${news.sizes} sizes`]),
    ...(news.wheels.length + news.pythons.length + news.sha256 + news.sizes === 0 ? ['nothing new'] : []),
    ...gone.map((name) => `no longer listed: ${name}`),
    file === null ? 'nothing was written (--dry-run)' : 'kept in your catalogue',
  ];
  return `${lines.join('\n')}\n`;
}

function versions(pythons: readonly string[]): string {
  return pythons.map(pythonVersion).join(', ');
}
