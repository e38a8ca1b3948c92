/** A doubtful cell has a look and words of its own in every report, whichever program marked it. */
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Results, type Basis } from '../../harness/model/results/results.ts';
import { cellsCsv } from '../../reports/csv/cells.ts';
import { drawMaps } from '../../reports/html/maps/maps-section.ts';
import { pageOf } from '../../reports/html/page/page.ts';
import { heatmapSvg } from '../../reports/svg/heat-map-file.ts';
import { findingsOf } from '../../reports/findings/findings.ts';
import { heatmapDocument, renderHtml, renderSummary } from './of-results.ts';
import { foundingNotesSmall } from './sample-results.ts';

type Inferred = Extract<Basis, { kind: 'inferred' }>;

function doubted(mark: (basis: Inferred) => Basis): Results {
  const results = foundingNotesSmall();
  const cells = results.cells.map((cell) =>
    cell.basis.kind === 'inferred' ? { ...cell, basis: mark(cell.basis) } : cell,
  );
  return Results.parse({ ...results, cells });
}

const test = suite('doubt');

for (const [name, results] of [
  [
    'this program',
    doubted((basis) => ({ ...basis, doubtful: true, doubt: { kind: 'broken-line', line: 'x', alike: false } })),
  ],
  ['an older program', doubted((basis) => ({ ...basis, doubtful: true }))],
] as const) {
  test(`marked by ${name}`, async () => {
    const csv = (await text(cellsCsv(results))).split('\n');
    const [column, basis] = ['doubt', 'basis'].map((title) => (csv[0] ?? '').split(',').indexOf(title));
    for (const record of csv.slice(1, -1)) {
      const fields = record.split(',');
      assert.is(fields[column ?? -1], fields[basis ?? -1] === 'inferred' ? 'broken-line' : '');
    }
    const summary = renderSummary(results);
    assert.match(summary, /hang ≥ 33, doubtful/);
    assert.match(summary, /\? \(a pass\) and ! \(anything worse\) are inferred and doubtful/);
    assert.match(summary, /^rocm5\.3\S* +\?*\+H+!+$/m);
    const page = await renderHtml(results);
    assert.match(page, /<span class="tile hang doubtful" aria-hidden="true">!<\/span>hang, inferred, doubtful/);
    assert.match(page, /cells not run and doubtful/);
    assert.match(JSON.stringify(heatmapDocument(results)), /"verdict":"pass","basis":"doubtful","mark":"\?"/);
    const findings = findingsOf(results);
    assert.match(heatmapSvg(findings, await drawMaps(pageOf(findings))), />pass, inferred, doubtful</);
  });
}

test('a run without doubt shows no such mark', () => {
  assert.not.match(renderSummary(foundingNotesSmall()), /doubtful/);
});

test.run();
