/** axe in the page and in the history, light and dark, laptop and phone. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { SeriesBuilder } from '../../../harness/verdicts/compare/history.ts';
import type { Series } from '../../../harness/model/results/history.ts';
import type { Results } from '../../../harness/model/results/results.ts';
import { renderHistory } from '../../../reports/history/render.ts';
import { nothingForAxe } from './axe.ts';
import { LAPTOP, PHONE, browserTest, withPage } from './browser-page.ts';
import { foundingNotesSmall, hostile, tinyCpu, twoSettings } from '../sample-results.ts';
import { renderHtml } from '../of-results.ts';

const test = suite('html report: accessibility of every view');

for (const [name, build, size, dark] of [
  ['dark, laptop', foundingNotesSmall, LAPTOP, true],
  ['dark, phone', twoSettings, PHONE, true],
  ['hostile, phone', hostile, PHONE, false],
] as const) {
  browserTest(test, import.meta.url, `${name}: nothing for axe to complain of`, async () => {
    await withPage(await renderHtml(build()), { size, dark }, async (page) => {
      // The details of what was observed come later; axe would not bear that elements are exchanged while it looks at them.
      await page.click('svg.heat a[aria-label*=", observed"]');
      await page.until('[...document.querySelectorAll("#panel dt")].some((one) => one.textContent === "Cell")');
      await nothingForAxe(page);
    });
  });
}

function historyOf(nights: readonly Results[]): Series {
  const builder = new SeriesBuilder();
  for (const [index, one] of nights.entries())
    builder.add({ ...one, run: { ...one.run, startedAt: `2026-01-0${index + 1}T01:30:00.000Z` } }, `night-${index}`);
  const series = builder.series();
  if (series === null) throw new Error('no night');
  return series;
}

for (const [size, dark] of [
  [LAPTOP, false],
  [PHONE, true],
] as const) {
  browserTest(
    test,
    import.meta.url,
    `history on ${size.width} pixels: nothing for axe to complain of, nothing cut off, the change in the headline`,
    async () => {
      const good = foundingNotesSmall();
      const line = good.lines.find(({ boundary }) => boundary.kind === 'all-good');
      const last = good.cells.findLast((cell) => cell.line === line?.id);
      const worse: Results = {
        ...good,
        cells: good.cells.map((cell) =>
          cell === last ? { ...cell, verdict: 'hang', basis: { kind: 'observed' } } : cell,
        ),
      };
      const page = await renderHistory(
        [historyOf([good, worse]), historyOf([tinyCpu()])],
        [{ folder: 'broken', why: 'cut off' }],
        'bench',
      );
      await withPage(page, { size, dark, script: false }, async (tab) => {
        await nothingForAxe(tab);
        assert.is(
          await tab.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth', z.number()),
          0,
        );
        assert.match(
          await tab.evaluate('document.querySelector("header").innerText', z.string()),
          /In the last night: 1 new hang[^]*2 nights from 2026-01-01 to 2026-01-02/,
        );
        assert.equal(tab.complaints, []);
      });
    },
  );
}

test.run();
