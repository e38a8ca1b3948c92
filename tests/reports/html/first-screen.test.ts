/** What a reader who sees only the first screen is told: nothing is green that failed, and each outcome has its own word. */
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Outcome } from '../../../harness/model/outcome.ts';
import type { Results } from '../../../harness/model/results/results.ts';
import { buildResults, FIRST_RUN_HANG, wheel } from '../build-results.ts';
import { acceptance, foundingNotes, notCounted, twoSettings } from '../sample-results.ts';
import { boundariesCsv, heatmapSpecs, renderHtml, renderSummary } from '../of-results.ts';

const test = suite('first screen');

async function firstScreen(results: Results): Promise<string> {
  const page = await renderHtml(results);
  return page.slice(page.indexOf('<header class="top">'), page.indexOf('</header>'));
}

const bare = (markup: string): string => markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

test('failures that do not count as bad are counted, named and never a pass', async () => {
  const markup = await firstScreen(notCounted());
  assert.match(markup, /<h1 class="warn">/);
  const top = bare(markup);
  assert.match(top, /Nothing hangs, but 1 crash, 1 error were seen/);
  assert.match(top, /add crash, error to bad in the matrix to search/);
  assert.match(top, /Fail otherwise rocm5\.7-torch2\.2\.2 rocm6\.0-torch2\.3\.1 Pass rocm5\.2-torch1\.13\.1/);
  const summary = renderSummary(notCounted());
  assert.match(summary, /\| rocm5\.7-torch2\.2\.2 \| \*\*crash ≥ 32\*\* \|/);
  assert.match(summary, /\| rocm6\.0-torch2\.3\.1 \| \*\*error \(no-binary\)\*\* \|/);
  assert.match(summary, /\*\*Pass:\*\* rocm5\.2-torch1\.13\.1\n/);
  assert.match(summary, /Evidence: rocm5\.7[^]*crash in first-run by SIGSEGV/);
  assert.match(summary, /\*\*Not tested:\*\* 2 of 9 cells were not run/);
});

test('a run in which every attempt fails says so, with the messages', async () => {
  const all = notCounted();
  const error = all.environments[2]?.name;
  const lines = all.lines.filter(({ environment }) => environment === error);
  const cells = all.cells.filter(({ environment }) => environment === error);
  const ids = new Set(cells.map(({ id }) => id));
  const only: Results = {
    ...all,
    environments: all.environments.slice(2),
    lines,
    cells,
    attempts: all.attempts.filter(({ cell }) => ids.has(cell)),
  };
  const words = bare(await firstScreen(only));
  assert.match(words, /Every attempt failed: error ×2/);
  assert.match(words, /2 attempts: error \(no-binary\) in first-run: HIP error: invalid device function/);
  assert.not.match(words, /second line|Nothing was tested/);
  assert.match(renderSummary(only), /^## SIMULATED: Every attempt failed: error ×2$/m);
});

test('environments that hang now and then stand in the headline beside those that always do', () => {
  const all = foundingNotes();
  const first = all.cells.find(({ verdict }) => verdict === 'hang')?.environment ?? '';
  const flaky = {
    ...all,
    cells: all.cells.map((cell) =>
      cell.environment === first && cell.verdict === 'hang' ? { ...cell, verdict: 'flaky' as const } : cell,
    ),
  };
  assert.match(renderSummary(all), /^## SIMULATED: 7 of 14 environments hang$/m);
  assert.match(renderSummary(flaky), /^## SIMULATED: 6 of 14 environments hang; 1 more is flaky$/m);
});

test('a line on which larger is not worse says how it begins and where it turns', () => {
  const all = foundingNotes();
  const line = all.lines.find(({ boundary }) => boundary.kind === 'bracketed');
  const own = all.cells
    .filter((cell) => cell.line === line?.id)
    .toSorted((one, other) => one.position - other.position);
  const [smallest, next] = own;
  assert.ok(line?.boundary.kind === 'bracketed' && smallest !== undefined && next !== undefined);
  const { largestGood, smallestBad } = line.boundary;
  const changes = [
    { from: smallest.case['size'] ?? 0, to: next.case['size'] ?? 0, turns: 'good' as const },
    { from: largestGood, to: smallestBad, turns: 'bad' as const },
  ];
  const turned = {
    ...all,
    lines: all.lines.map((one) =>
      one === line ? { ...one, boundary: { kind: 'not-monotone' as const, changes } } : one,
    ),
    cells: all.cells.map((cell) =>
      cell === smallest ? { ...cell, verdict: 'flaky' as const, basis: { kind: 'observed' as const } } : cell,
    ),
  };
  assert.match(renderSummary(turned), /mixed: flaky up to 8, pass from \d+, hang from 33/);
});

test('several settings and environments: one row for each pair, and which settings hang', async () => {
  const top = bare(await firstScreen(twoSettings()));
  assert.match(top, /2 of 2 environments hang, under 2 of 3 settings/);
  assert.match(
    top,
    /Which settings 1 passes, 2 hang\. More Hang only-gemm only-direct \(1 of 2 environments\) Pass cudnn-off/,
  );
  const summary = renderSummary(twoSettings());
  assert.match(summary, /\| Environment · setting \| channels 16→32 \| channels 15→31 \|/);
  assert.match(summary, /\| rocm5\.7-torch2\.2\.2 · only-direct \| \*\*hang ≥ 32\*\* \|/);
  assert.match(summary, /\| rocm5\.2-torch1\.13\.1 · only-direct \| pass \| pass \|/);
});

test('with several kinds of bad each line has its own word', () => {
  const crash: Outcome = { kind: 'crash', phase: 'first-run', signal: 'SIGSEGV', signature: null };
  const mixed = buildResults({
    matrix: 'mixed',
    environments: [wheel('5.2', '1.13.1'), wheel('5.7', '2.2.2')],
    channels: [[16, 32]],
    sizes: [8, 16, 32],
    plan: ({ rocm }) => ({ firstBad: 2, outcome: rocm === '5.2' ? FIRST_RUN_HANG : crash }),
  });
  const summary = renderSummary({ ...mixed, bad: ['hang', 'crash'] });
  assert.match(summary, /2 of 2 environments hang or crash/);
  assert.match(summary, /size ≤ 16 pass, ≥ 32 hang \(1 line\); size ≤ 16 pass, ≥ 32 crash \(1 line\)/);
  assert.match(summary, /\*\*hang ≥ 32\*\*[^]*\*\*crash ≥ 32\*\*/);
});

test('what no fresh process saw is not confirmed yet, in every report', async () => {
  const results = twoSettings();
  const doubtful: Results = {
    ...results,
    cells: results.cells.map((cell) => (cell.confirmed === null ? cell : { ...cell, confirmed: false })),
    lines: results.lines.map(({ boundary, ...line }) => ({
      ...line,
      boundary: boundary.kind === 'bracketed' ? { ...boundary, confirmed: false } : boundary,
    })),
  };
  assert.match(renderSummary(doubtful), /size ≤ 16 pass, ≥ 32 hang \(not confirmed yet\) \(6 lines\)/);
  assert.match(bare(await firstScreen(doubtful)), /≥ 32 hang \(not confirmed yet\)/);
  assert.match(await text(boundariesCsv(doubtful)), /,bracketed,16,32,false,/);
  const interval: Results = {
    ...doubtful,
    lines: doubtful.lines.map(({ boundary, ...line }) => ({
      ...line,
      boundary:
        boundary.kind === 'bracketed' ? { kind: 'interval', largestGood: 8, smallestBad: 32, unresolved: 1 } : boundary,
    })),
  };
  assert.match(await text(boundariesCsv(interval)), /,interval,8,32,false,/);
});

test('a line whose smallest bad cell is flaky is flaky from there', () => {
  const results = twoSettings();
  const flaky: Results = {
    ...results,
    cells: results.cells.map((cell) => (cell.verdict === 'hang' ? { ...cell, verdict: 'flaky' } : cell)),
    lines: results.lines.map(({ boundary, ...line }) => ({
      ...line,
      boundary: boundary.kind === 'bracketed' ? { kind: 'all-bad', smallestBad: 32, confirmed: true } : boundary,
    })),
  };
  const summary = renderSummary(flaky);
  assert.match(summary, /\*\*Boundary:\*\* size flaky from 32 \(6 lines\)/);
  assert.not.match(summary, /every size hangs/);
  const below = twoSettings();
  const smallest = new Set(
    below.cells.filter(({ position, basis }) => position === 1 && basis.kind === 'observed').map(({ line }) => line),
  );
  const underPass: Results = {
    ...below,
    cells: below.cells.map((cell) =>
      cell.position === 0 && smallest.has(cell.line)
        ? { ...cell, verdict: 'flaky', basis: { kind: 'observed' } }
        : cell,
    ),
  };
  assert.ok(smallest.size > 0);
  assert.match(renderSummary(underPass), /\*\*flaky from 8, hang ≥ 32\*\*/);
});

test('how sure: the answer first, then what is doubtful, then what is only counted', async () => {
  const results = twoSettings();
  const hung = results.lines.findIndex(({ boundary }) => boundary.kind === 'bracketed');
  const broken: Results = {
    ...results,
    lines: results.lines.map((line, at) =>
      at === hung
        ? {
            ...line,
            boundary: {
              kind: 'not-monotone',
              changes: [
                { from: 8, to: 32, turns: 'bad' },
                { from: 32, to: 48, turns: 'good' },
              ],
            },
          }
        : line,
    ),
  };
  const top = bare(await firstScreen(broken));
  assert.match(
    top,
    /How sure .*fresh process\. .*1 line breaks the assumption that larger is worse.*cells observed in/,
  );
});

test('an acceptance run answers whether it is usable', async () => {
  assert.match(await firstScreen(acceptance('met')), /<h1 class="good">.*Usable: yes</);
  assert.match(await firstScreen(acceptance('untested')), /<h1 class="warn">.*Usable: not tested</);
  assert.match(
    renderSummary(acceptance('met')),
    /\| rocm5\.2-torch1\.13\.1 \| channels 16→32[^|]* \| 5 s \| 240 ms \| met \| pass \|/,
  );
  const page = await renderHtml(acceptance('missed'));
  assert.match(page, /First run within/);
  assert.not.match(page, /≥ N/);
  assert.match(await text(boundariesCsv(acceptance('met'))), /,all-good,,,/);
});

test('every value of the axis is labelled, so that each boundary can be read', async () => {
  const results = foundingNotes();
  const [first] = heatmapSpecs(results);
  assert.match(JSON.stringify(first?.spec), /"labelOverlap":false/);
  const page = await renderHtml(results);
  const figure = page.slice(page.indexOf('<figure id="map-1">'), page.indexOf('</figure>'));
  for (const value of ['32', '33', '256']) assert.match(figure, new RegExp(`<text[^>]*>${value}</text>`), value);
});

test.run();
