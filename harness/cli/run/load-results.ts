/** Results by path: a run folder, or a results.json wherever it lies. */
import { readFile, stat } from 'node:fs/promises';
import { readResults } from './judge-and-report.ts';
import { parseResults } from '../input/parse-results.ts';
import { messageOf, UsageError } from '../../model/errors.ts';
import { openResults } from '../../journal/run-folder.ts';
import type { Results } from '../../model/results/results.ts';

/** Throws UsageError `no-run`, `no-results` or `results-unreadable`; otherwise as `parseResults`. */
export async function loadResults(path: string): Promise<Results> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return readResults(await openResults(path));
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(
      'results-unreadable',
      `cannot read ${path}: ${messageOf(error)}`,
      'give a run folder or its results.json',
      { cause: error },
    );
  });
  return parseResults(text, path, 'give a run folder or its results.json; make it again with bench judge');
}
