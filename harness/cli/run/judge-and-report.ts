/** The two steps after measuring, each of which can be made again alone: journal → results.json → reports. */
import { stat } from 'node:fs/promises';
import { pngOf } from './heat-map-png.ts';
import { reproducers } from '../../bug-report/reproduce.ts';
import { EvidenceSpace, FITS_WHOLE, shortened } from './evidence-space.ts';
import { NoVerdictError, UsageError } from '../../model/errors.ts';
import { inOrder } from '../../journal/order.ts';
import { replay } from '../../journal/reader.ts';
import { enumerate } from '../../matrix/space/enumerate.ts';
import { knownCells } from '../../matrix/space/known-cells.ts';
import { parseResolved, resolvedHash } from '../../matrix/file/resolved.ts';
import { judge } from '../../verdicts/judge.ts';
import { parseResults } from '../input/parse-results.ts';
import type { Results } from '../../model/results/results.ts';
import type { RunFolder } from '../../journal/run-folder.ts';
import type { JournalEvent } from '../../model/events.ts';
import type { Findings } from '../../../reports/findings/findings.ts';
import { reportFiles } from '../../../reports/report-files.ts';

const RESULTS = 'results.json';

/** Judges the journal and writes results.json. The journal is only read. */
export async function judgeRun(folder: RunFolder): Promise<Results> {
  const text = await folder.read('matrix.resolved.json');
  if (text === null)
    throw new UsageError(
      'resolved-matrix-missing',
      `${folder.path} has no matrix.resolved.json`,
      'restore it from where the run was made',
    );
  const matrix = parseResolved(text);
  const longest = await longestEvidence(folder);
  const events: JournalEvent[] = [];
  for await (const event of inOrder(replay(folder.journal), folder.journal, knownCells(matrix))) {
    if (event.event === 'run-opened') refuseOtherMatrix(event.matrixHash, text);
    events.push(shortened(event, longest));
  }
  const results = judge(events, matrix, enumerate(matrix));
  await saved(`free some disk space, then: bench judge ${folder.path}`, () => folder.write(RESULTS, asText(results)));
  return results;
}

/** A large journal is read twice, for the length that its texts may have. */
async function longestEvidence({ journal }: RunFolder): Promise<number> {
  const size = await stat(journal).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= FITS_WHOLE) return Infinity;
  const room = new EvidenceSpace();
  for await (const event of replay(journal)) room.see(event);
  return room.longest();
}

function asText(results: Results): string {
  try {
    return `${JSON.stringify(results, null, 1)}\n`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new NoVerdictError(
      'results-too-large',
      `the results of ${results.cells.length} cells and ${results.attempts.length} attempts do not fit into one file`,
      'the journal has them all; split the matrix into several',
      { cause: error },
    );
  }
}

/** A journal judged by another matrix would name cells that were never tried, and pass over those that were. */
function refuseOtherMatrix(matrixHash: string, resolved: string): void {
  if (matrixHash === resolvedHash(resolved)) return;
  throw new UsageError(
    'matrix-changed',
    'matrix.resolved.json is not the matrix that the journal was measured with',
    'put the file back from where the run was made; to judge by other rules, run the changed matrix',
  );
}

/** Measuring is over: what is left to do is less than to go on with the run. */
async function saved(next: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof NoVerdictError) || error.code !== 'run-folder-unwritten') throw error;
    throw new NoVerdictError('reports-unwritten', error.message, next, { cause: error });
  }
}

/** Writes every report of a run into its folder. Throws NoVerdictError `reports-unwritten` or `run-folder-gone`. */
export async function reportRun(folder: RunFolder, findings: Findings): Promise<readonly string[]> {
  const names: string[] = [];
  const next = `free some disk space, then: bench report ${folder.path}; the verdicts are safe in ${folder.file(RESULTS)}`;
  for await (const { name, content } of reportFiles(findings, { reproducerOf: reproducers(findings.results) })) {
    await saved(next, () => folder.write(name, content));
    names.push(name);
    const picture = name === 'heatmap.svg' && typeof content === 'string' ? await pngOf(content) : null;
    if (picture === null) continue;
    await saved(next, () => folder.write('heatmap.png', picture));
    names.push('heatmap.png');
  }
  return names;
}

/** Reads results.json back. UsageError `no-results`; otherwise as `parseResults`. */
export async function readResults(folder: RunFolder): Promise<Results> {
  const text = await folder.read(RESULTS);
  if (text === null)
    throw new UsageError('no-results', `${folder.path} has no ${RESULTS}`, `make it: bench judge ${folder.path}`);
  return parseResults(text, folder.file(RESULTS), `make it again: bench judge ${folder.path}`);
}
