/** axe in the page, and what axe does not see: the first screen, focus, paper. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { nothingForAxe } from './axe.ts';
import { LAPTOP, PHONE, browserTest, withPage } from './browser-page.ts';
import { foundingNotes, foundingNotesSmall, twoSettings } from '../sample-results.ts';
import { renderHtml } from '../of-results.ts';

const test = suite('html report: accessibility');
browserTest(test, import.meta.url, 'light, laptop: nothing for axe to complain of', async () => {
  await withPage(await renderHtml(foundingNotesSmall()), { size: LAPTOP, dark: false }, async (page) => {
    // The details of what was observed come later; axe would not bear that elements are exchanged while it looks at them.
    await page.click('svg.heat a[aria-label*=", observed"]');
    await page.until('[...document.querySelectorAll("#panel dt")].some((one) => one.textContent === "Cell")');
    await nothingForAxe(page);
  });
});

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
