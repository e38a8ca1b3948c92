/** Nights in order: when a line became bad, what else changed in that night, and what a missing environment must not hide. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SeriesBuilder } from '../../../harness/verdicts/compare/history.ts';
import type { Series } from '../../../harness/model/results/history.ts';
import { changeItems, linesNow } from '../../../reports/history/changes.ts';
import { renderHistory } from '../../../reports/history/render.ts';
import { foundingNotesSmall, hostile } from '../../reports/sample-results.ts';
import type { Results } from '../../../harness/model/results/results.ts';

const test = suite('history');
const base = foundingNotesSmall();
const line = base.lines.find(({ boundary }) => boundary.kind === 'all-good');
if (line === undefined) throw new Error('the sample has no good line');

type Kind = 'good' | 'bad' | 'missing';

function night(index: number, kind: Kind, kernel = '6.8'): Results {
  const name = line?.environment;
  const startedAt = new Date(Date.UTC(2026, 0, 1 + index)).toISOString();
  const results = { ...base, run: { ...base.run, startedAt }, host: { ...base.host, kernel } };
  if (kind === 'good') return results;
  const cells = base.cells.filter((cell) => cell.line === line?.id);
  const last = cells.at(-1);
  const [good, bad] = [cells.at(-2)?.case[line?.axis ?? ''], last?.case[line?.axis ?? '']];
  if (good === undefined || bad === undefined) throw new Error('the line is too short');
  if (kind === 'bad') {
    return {
      ...results,
      cells: base.cells.map((cell) =>
        cell.id === last?.id ? { ...cell, verdict: 'hang' as const, basis: { kind: 'observed' as const } } : cell,
      ),
      lines: base.lines.map((one) =>
        one.id === line?.id
          ? { ...one, boundary: { kind: 'bracketed' as const, largestGood: good, smallestBad: bad, confirmed: true } }
          : one,
      ),
    };
  }
  return {
    ...results,
    cells: base.cells.map((cell) =>
      cell.environment === name ? { ...cell, verdict: 'unavailable' as const, basis: { kind: 'none' as const } } : cell,
    ),
    lines: base.lines.map((one) =>
      one.environment === name ? { ...one, boundary: { kind: 'untestable' as const, reason: '' } } : one,
    ),
  };
}

function seriesOf(nights: readonly Results[]): Series {
  const builder = new SeriesBuilder();
  for (const [index, one] of nights.entries()) builder.add(one, `night-${index}`);
  const series = builder.series();
  if (series === null) throw new Error('no night');
  return series;
}

test('nothing is told of nights that are alike', () => {
  assert.equal(seriesOf([0, 1, 2].map((index) => night(index, 'good'))).steps, []);
});

test('the first bad night is named, with the kernel that came in the same night', () => {
  const series = seriesOf([night(0, 'good'), night(1, 'good'), night(2, 'bad', '6.12'), night(3, 'bad', '6.12')]);
  const items = changeItems(series);
  assert.is(items.length, 1);
  assert.equal([items[0]?.date, items[0]?.before, items[0]?.tone], ['2026-01-03', '2026-01-02', 'bad']);
  assert.equal(items[0]?.surroundings, ['kernel: 6.8 -> 6.12']);
  const now = linesNow(series).find(({ since }) => since === '2026-01-03');
  assert.equal([now?.bad, now?.nights], [true, 2]);
});

test('a night without the environment does not hide that it came back bad', () => {
  const series = seriesOf([night(0, 'good'), night(1, 'missing'), night(2, 'missing'), night(3, 'bad')]);
  assert.equal(
    series.steps.map((step) => step.night),
    [1, 3],
  );
  assert.equal(series.steps[0]?.lost, [line.environment]);
  assert.equal(series.steps[1]?.back, [line.environment]);
  assert.ok(changeItems(series)[0]?.lines.some((text) => text.startsWith('New hangs')));
});

test('a gap does not end a state', () => {
  const series = seriesOf([night(0, 'bad'), night(1, 'missing'), night(2, 'bad')]);
  assert.ok(linesNow(series).some(({ bad, since, nights }) => bad && since === '2026-01-01' && nights === 3));
});

function at(results: Results, hour: number): Results {
  return { ...results, run: { ...results.run, startedAt: `2026-01-02T0${hour}:30:00.000Z` } };
}

test('nights of one day have their times, and a change in the first of them is not one of the last', async () => {
  const series = seriesOf([night(0, 'good'), at(night(1, 'bad'), 1), at(night(1, 'bad'), 2)]);
  assert.equal([changeItems(series)[0]?.date, changeItems(series)[0]?.before], ['2026-01-02 01:30', '2026-01-01']);
  assert.match(await renderHistory([series], [], 'bench'), /<h1[^>]*>Nothing changed since 2026-01-02 01:30</);
});

test('no text of a run becomes markup, and the page needs no script', async () => {
  const page = await renderHistory(
    [seriesOf([hostile(), { ...hostile(), host: { ...hostile().host, kernel: '<script>alert(1)</script>' } }])],
    [{ folder: '<img src=x>', why: '</title>' }],
    'bench <b>',
  );
  assert.not.match(page, /<script|<img|<b>|onload=alert\(2\)>/);
  assert.match(
    page,
    /default-src 'none'; style-src 'sha256-[^']+'; img-src data:; base-uri 'none'; form-action 'none'/,
  );
});

test.run();
