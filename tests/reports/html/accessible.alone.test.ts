/** axe in the page, light and dark, laptop and phone, and what axe does not see: the first screen, focus, paper. */
import axe from 'axe-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { SeriesBuilder } from '../../../harness/verdicts/compare/history.ts';
import type { Series } from '../../../harness/model/results/history.ts';
import type { Results } from '../../../harness/model/results/results.ts';
import { renderHistory } from '../../../reports/history/render.ts';
import { LAPTOP, PHONE, browserTest, withPage } from './browser-page.ts';
import { foundingNotes, foundingNotesSmall, hostile, tinyCpu, twoSettings } from '../sample-results.ts';
import { renderHtml } from '../of-results.ts';

const test = suite('html report: accessibility');
const Found = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }));

/** DevTools may evaluate what the page's policy forbids to the page. */
const RUN_AXE = `${axe.source};
document.querySelectorAll('details').forEach((one) => { one.open = true; });
document.querySelectorAll('main > section').forEach((one) => { one.style.contentVisibility = 'visible'; });
axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'], resultTypes: ['violations'], preload: false }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 4).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0] ? node.any[0].message : '')) })))`;

for (const [name, build, size, dark] of [
  ['light, laptop', foundingNotesSmall, LAPTOP, false],
  ['dark, laptop', foundingNotesSmall, LAPTOP, true],
  ['dark, phone', twoSettings, PHONE, true],
  ['hostile, phone', hostile, PHONE, false],
] as const) {
  browserTest(test, import.meta.url, `${name}: nothing for axe to complain of`, async () => {
    await withPage(await renderHtml(build()), { size, dark }, async (page) => {
      // The details of what was observed come later; axe would not bear that elements are exchanged while it looks at them.
      await page.click('svg.heat a[aria-label*=", observed"]');
      await page.until('[...document.querySelectorAll("#panel dt")].some((one) => one.textContent === "Cell")');
      assert.equal(await page.evaluate(RUN_AXE, Found), []);
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
        assert.equal(await tab.evaluate(RUN_AXE, Found), []);
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

browserTest(test, import.meta.url, 'headings descend by one, ids are unique, focus can be seen', async () => {
  await withPage(await renderHtml(foundingNotesSmall()), {}, async (page) => {
    const levels = await page.evaluate(
      '[...document.querySelectorAll("h1,h2,h3,h4")].filter((one) => !one.closest("#panel")).map((one) => Number(one.tagName[1]))',
      z.array(z.number()),
    );
    for (const [index, level] of levels.entries())
      assert.ok(level <= (levels[index - 1] ?? 0) + 1, `h${level} after h${levels[index - 1]}`);
    assert.equal(
      await page.evaluate(
        '[...document.querySelectorAll("[id]")].map((one) => one.id).filter((id, at, all) => all.indexOf(id) !== at)',
        z.array(z.string()),
      ),
      [],
    );
    const unseen = await page.evaluate(
      'new Promise((done) => { const found = []; document.querySelectorAll("details").forEach((one) => { one.open = true; }); for (const one of document.querySelectorAll("#filters select, #filters input, #filters button, th button, nav a, #cell-rows a")) { one.focus({ focusVisible: true }); if (document.activeElement === one && getComputedStyle(one).outlineStyle === "none") found.push(one.outerHTML.slice(0, 80)); } done(found); })',
      z.array(z.string()),
    );
    assert.equal(unseen, []);
  });
});

browserTest(test, import.meta.url, 'the first screen of a laptop and of a phone holds the answers', async () => {
  const html = await renderHtml(foundingNotesSmall());
  const bottoms =
    'Object.fromEntries([...document.querySelectorAll(".answers > div")].map((one) => [one.querySelector("dt").textContent, one.querySelector("dd").getBoundingClientRect().top]))';
  for (const size of [LAPTOP, PHONE]) {
    await withPage(html, { size }, async (page) => {
      const at = await page.evaluate(bottoms, z.record(z.string(), z.number()));
      for (const question of [
        'What to do next',
        'Which versions',
        'Where the boundary is',
        'Hung, or only slow?',
        'How sure',
      ])
        assert.ok((at[question] ?? Infinity) < size.height, `${question} begins at ${at[question]} of ${size.height}`);
    });
  }
});

browserTest(test, import.meta.url, 'on paper everything is printed and nothing is folded away', async () => {
  await withPage(await renderHtml(twoSettings()), {}, async (page) => {
    assert.ok((await page.pdf()).length > 20_000);
  });
});

browserTest(test, import.meta.url, 'no table is wider than the paper', async () => {
  await withPage(await renderHtml(foundingNotes()), { size: { width: 717, height: 1000 } }, async (page) => {
    await page.send('Emulation.setEmulatedMedia', { media: 'print' });
    assert.equal(
      await page.evaluate(
        '[...document.querySelectorAll("details")].map((one) => { one.open = true; }), [...document.querySelectorAll("table")].filter((one) => one.offsetWidth > document.documentElement.clientWidth).map((one) => one.caption.textContent.slice(0, 80))',
        z.array(z.string()),
      ),
      [],
    );
  });
});

test.run();
