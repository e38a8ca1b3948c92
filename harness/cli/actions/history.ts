/** `bench history`: what changed when over the run folders of one folder, as one page. Runs that cannot be read are left out, and the page says so. */
import { printJson, type Io } from '../streams.ts';
import type { HistoryOptions } from '../commands/history.ts';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { ExitCode, messageOf, NoVerdictError, UsageError } from '../../model/errors.ts';
import { writeAtomically } from '../../machine/files/atomic-file.ts';
import { packageVersion } from '../../machine/installation.ts';
import { SeriesBuilder, seriesKey } from '../../verdicts/compare/history.ts';
import type { Series } from '../../model/results/history.ts';
import { RESULTS_SCHEMA, Results } from '../../model/results/results.ts';
import type { SkippedRun } from '../../../reports/history/render.ts';

const Begin = z.object({ run: z.object({ startedAt: z.string() }) });
const Version = z.object({ schema: z.number() });

/** 0; 3 where no run could be read. Throws UsageError `no-folder`. */
export async function history(
  given: string,
  { out, json: isJson }: HistoryOptions,
  { stdout, stderr }: Io,
): Promise<ExitCode> {
  const json = isJson === true;
  const folder = resolve(given);
  const { series, skipped } = await readNights(folder);
  for (const { folder: name, why } of skipped) stderr.write(`left out: ${name}: ${why}\n`);
  if (series.length === 0)
    throw new NoVerdictError(
      'no-nights',
      `no run in ${given} could be read`,
      'give a folder of run folders, such as runs or the nights of ci/nightly.sh',
    );
  if (json) printJson({ stdout }, { schema: 1, series, skipped }, 0);
  if (json && out === undefined) return ExitCode.complete;
  const { renderHistory } = await import('../../../reports/history/render.ts');
  const file = resolve(out ?? join(folder, 'history.html'));
  const page = await renderHistory(series, skipped, `bench ${packageVersion()}`);
  await writeAtomically(file, page).catch((error: unknown) => {
    throw new UsageError(
      'history-unwritable',
      `cannot write ${file}: ${messageOf(error)}`,
      'give another file to --out',
      { cause: error },
    );
  });
  if (!json) stdout.write(`${file}\n`);
  return ExitCode.complete;
}

/** Two passes, so that one run at a time is held, in the order in which they began. */
async function readNights(folder: string): Promise<{ series: readonly Series[]; skipped: readonly SkippedRun[] }> {
  const skipped: SkippedRun[] = [];
  const found: { file: string; name: string; startedAt: string }[] = [];
  for (const file of await resultFiles(folder)) {
    const name = basename(dirname(file));
    const begin = await read(file, Begin);
    if (typeof begin === 'string') skipped.push({ folder: name, why: begin });
    else found.push({ file, name, startedAt: begin.run.startedAt });
  }
  found.sort((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : a.name < b.name ? -1 : 1));
  const builders = new Map<string, SeriesBuilder>();
  for (const { file, name } of found) {
    const results = await read(file, Results);
    if (typeof results === 'string') {
      skipped.push({ folder: name, why: results });
      continue;
    }
    const key = seriesKey(results);
    const builder = builders.get(key) ?? new SeriesBuilder();
    // Taken out and put back: the newest night's series comes last.
    builders.delete(key);
    builders.set(key, builder);
    builder.add(results, name);
  }
  const series = [...builders.values()].toReversed().flatMap((builder) => builder.series() ?? []);
  return { series, skipped };
}

/** Of every folder in it, and of itself if it is a run; a link such as the nights' `baseline` is no night of its own. */
async function resultFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new UsageError('no-folder', `cannot read the folder ${folder}`, 'give a folder of run folders', {
      cause: error,
    });
  });
  const files = [folder, ...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))]
    .toSorted()
    .map((path) => join(path, 'results.json'));
  const there = await Promise.all(
    files.map((file) =>
      stat(file).then(
        (found) => found.isFile(),
        () => false,
      ),
    ),
  );
  return files.filter((_file, index) => there[index]);
}

/** The parsed file, or why it cannot be read. */
async function read<T>(file: string, schema: z.ZodType<T>): Promise<T | string> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    const parsed = schema.safeParse(content);
    if (parsed.success) return parsed.data;
    const version = Version.safeParse(content);
    if (version.success && version.data.schema !== RESULTS_SCHEMA)
      return `results.json has schema ${version.data.schema}; this program reads schema ${RESULTS_SCHEMA}`;
    const place = parsed.error.issues[0]?.path.join('.') ?? '';
    return `results.json is not as it should be at ${place === '' ? 'its top' : place}`;
  } catch (error) {
    return error instanceof SyntaxError
      ? 'results.json is no JSON: cut off or damaged; bench judge makes it again'
      : `results.json cannot be read: ${messageOf(error)}`;
  }
}
