/** Results by path: a run folder, or a results.json wherever it lies. */
import { readFile, stat } from 'node:fs/promises';
import { readResults } from './finish.ts';
import { UsageError } from '../errors.ts';
import { openResults } from '../journal/run-folder.ts';
import { Results } from '../verdicts/results.ts';

/** Throws UsageError `no-run`, `no-results`, `results-damaged` or `results-unreadable`. */
export async function loadResults(path: string): Promise<Results> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return readResults(await openResults(path));
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError('results-unreadable', `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`, 'give a run folder or its results.json', { cause: error });
  });
  try {
    return Results.parse(JSON.parse(text));
  } catch (error) {
    throw new UsageError('results-damaged', `${path} cannot be read as results`, 'give a run folder or its results.json; make it again with bench judge', { cause: error });
  }
}
