/** Every report of a run, by file name. The caller writes them: nothing here touches a file. */
import { Readable } from 'node:stream';
import { attemptsCsv } from './csv/attempts.ts';
import { boundariesCsv } from './csv/boundaries.ts';
import { cellsCsv } from './csv/cells.ts';
import type { Findings } from './findings/findings.ts';
import type { ReportOptions } from './findings/reproducer.ts';
import { pageOf } from './html/page/page.ts';
import { junitLines } from './junit/junit.ts';
import { renderSummary } from './markdown/summary.ts';
import { heatmapSvg } from './svg/heat-map-file.ts';

export interface ReportFile {
  readonly name: string;
  /** UTF-8 text, or a stream of it. */
  readonly content: string | Readable;
}

/** The page comes first: it is what people wait for. The same results give the same bytes. */
export async function* reportFiles(findings: Findings, options: ReportOptions = {}): AsyncIterable<ReportFile> {
  const { results } = findings;
  // Vega takes 0.3 s to load: commands that make no report must not pay for it.
  const { renderHtml } = await import('./html/render.ts');
  const { heatmapDocument } = await import('./html/maps/heat-map-specs.ts');
  const { drawMaps } = await import('./html/maps/maps-section.ts');
  const page = pageOf(findings);
  const drawn = await drawMaps(page);
  yield { name: 'report.html', content: await renderHtml(page, { ...options, drawn }) };
  yield { name: 'heatmap.svg', content: heatmapSvg(findings, drawn) };
  yield { name: 'heatmaps.vl.json', content: `${JSON.stringify(heatmapDocument(page))}\n` };
  yield { name: 'cells.csv', content: cellsCsv(results) };
  yield { name: 'attempts.csv', content: attemptsCsv(results) };
  yield { name: 'boundaries.csv', content: boundariesCsv(findings) };
  yield { name: 'summary.md', content: renderSummary(findings, options) };
  yield { name: 'junit.xml', content: Readable.from(junitLines(findings)) };
}
