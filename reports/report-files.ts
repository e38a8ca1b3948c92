/** Every report of a run, by file name. The caller writes them: nothing here touches a file. */
import type { Readable } from 'node:stream';
import type { Results } from '../harness/verdicts/results.ts';
import { attemptsCsv } from './csv/attempts.ts';
import { boundariesCsv } from './csv/boundaries.ts';
import { cellsCsv } from './csv/cells.ts';
import { renderJunit } from './junit/junit.ts';
import { renderSummary } from './markdown/summary.ts';

export interface ReportFile {
  readonly name: string;
  /** UTF-8 text, or a stream of it. */
  readonly content: string | Readable;
}

/** The page comes first: it is what people wait for. The same results give the same bytes. */
export async function* reportFiles(results: Results): AsyncIterable<ReportFile> {
  // Vega takes 0.3 s to load: commands that make no report must not pay for it.
  const { renderHtml } = await import('./html/render.ts');
  const { heatmapDocument } = await import('./html/heat-map-specs.ts');
  yield { name: 'report.html', content: await renderHtml(results) };
  yield { name: 'heatmaps.vl.json', content: `${JSON.stringify(heatmapDocument(results))}\n` };
  yield { name: 'cells.csv', content: cellsCsv(results) };
  yield { name: 'attempts.csv', content: attemptsCsv(results) };
  yield { name: 'boundaries.csv', content: boundariesCsv(results) };
  yield { name: 'summary.md', content: renderSummary(results) };
  yield { name: 'junit.xml', content: renderJunit(results) };
}
