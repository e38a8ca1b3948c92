/** Filters, sorting and paging in a real browser, and that their state is in the address: a view can be linked. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import type { Page } from './chromium.ts';
import { PHONE, browserTest, ready, withPage } from './browser-page.ts';
import { foundingNotesSmall, twoSettings } from '../sample-results.ts';
import { renderHtml } from '../of-results.ts';

const test = suite('html report: views');

const text = (page: Page, expression: string): Promise<string> => page.evaluate(expression, z.string());
const number = (page: Page, expression: string): Promise<number> => page.evaluate(expression, z.number());
/** As a person chooses: the page waits a moment before it filters, and writes into the address when it has. */
async function choose(page: Page, name: 'env' | 'verdict', value: string): Promise<void> {
  await page.evaluate(
    `(() => { const field = document.getElementById('filter-${name}'); field.value = ${JSON.stringify(value)}; field.dispatchEvent(new Event('input')); return true; })()`,
    z.boolean(),
  );
  await page.until(`new URLSearchParams(location.hash.slice(2)).get('${name}') === ${JSON.stringify(value)}`);
}

browserTest(
  test,
  import.meta.url,
  'filters narrow cells, lines, failures and tiles, say so, and stand in the address',
  async () => {
    const results = foundingNotesSmall();
    const wanted = results.cells.filter((cell) => cell.environment === 'rocm5.3-torch2.0.1' && cell.verdict === 'hang');
    await withPage(await renderHtml(results), {}, async (page, file) => {
      await choose(page, 'env', 'rocm5.3-torch2.0.1');
      await choose(page, 'verdict', 'hang');
      assert.match(
        await text(page, 'document.getElementById("filter-count").textContent'),
        new RegExp(`^Shown: ${wanted.length} of ${results.cells.length} cells, `),
      );
      assert.is(await number(page, 'document.querySelectorAll("svg.heat a:not(.off)").length'), wanted.length);
      // What is filtered out fades with its letter.
      assert.is(
        await number(page, 'document.querySelectorAll("svg.heat g > use.off").length'),
        results.cells.length - wanted.length,
      );
      assert.is(
        await number(
          page,
          '[...document.querySelectorAll("details.bad")].filter((one) => !one.hidden && !one.querySelector("strong").textContent.startsWith("rocm5.3-")).length',
        ),
        0,
      );
      const hash = await text(page, 'location.hash');
      assert.is(hash, '#?env=rocm5.3-torch2.0.1&verdict=hang');
      assert.is(await text(page, 'document.getElementById("view-link").getAttribute("href")'), hash);

      await page.goTo('about:blank');
      await page.goTo(`file://${file}${hash}&sort=cells:2:d`);
      await ready(page);
      assert.is(await text(page, 'document.getElementById("filter-verdict").value'), 'hang');
      assert.is(
        await text(page, 'document.querySelector("#cell-rows tr td:nth-child(3)").textContent'),
        '256',
        'sorted downwards by the axis',
      );
      await page.click('#filter-clear');
      assert.is(await text(page, 'document.getElementById("filter-count").textContent'), '');
      assert.equal(page.complaints, []);
    });
  },
);

browserTest(test, import.meta.url, 'headings sort by numbers and tell screen readers how', async () => {
  await withPage(await renderHtml(foundingNotesSmall()), {}, async (page) => {
    const bad =
      '[...document.querySelectorAll("table[data-sort=lines] tbody tr")].map((row) => row.cells[3].textContent)';
    const head = 'document.querySelectorAll("table[data-sort=lines] th[scope=col]")[3]';
    assert.is(await text(page, `${head}.getAttribute("aria-sort")`), 'none');
    await page.evaluate(`(${head}.querySelector("button").click(), true)`, z.boolean());
    assert.is(await text(page, `${head}.getAttribute("aria-sort")`), 'ascending');
    const up = await page.evaluate(bad, z.array(z.string()));
    assert.equal(
      up.filter((one) => one !== '–').map(Number),
      up
        .filter((one) => one !== '–')
        .map(Number)
        .toSorted((a, b) => a - b),
    );
    assert.match(await text(page, 'location.hash'), /sort=lines%3A3%3Aa/);
    await page.evaluate(`(${head}.querySelector("button").click(), true)`, z.boolean());
    const down = await page.evaluate(bad, z.array(z.string()));
    assert.not.match(down[0] ?? '', /–/, 'what has no value comes last both ways');
    assert.is(down.at(-1), '–');
  });
});

browserTest(test, import.meta.url, 'a verdict of version by shape leads to the tile where its line turns', async () => {
  await withPage(await renderHtml(foundingNotesSmall()), {}, async (page) => {
    await page.evaluate(
      '([...document.querySelectorAll("#summary td a")].find((one) => /^hang/.test(one.textContent)).click(), true)',
      z.boolean(),
    );
    // The browser goes to the map first.
    await page.until('document.activeElement.closest("svg.heat") !== null');
    const [column, row] = await page.evaluate(
      '(() => { const cell = [...document.querySelectorAll("#summary td")].find((one) => /^hang/.test(one.textContent)); return [cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent, cell.closest("tr").cells[0].textContent]; })()',
      z.array(z.string()),
    );
    assert.is(
      await text(page, 'document.activeElement.getAttribute("aria-label")'),
      `${row} · ${column} · size 33: hang, observed`,
    );
  });
});

browserTest(test, import.meta.url, 'the table of all cells is paged', async () => {
  const results = foundingNotesSmall();
  await withPage(await renderHtml(results), {}, async (page) => {
    assert.is(await number(page, 'document.querySelectorAll("#cell-rows tr").length'), 100);
    await page.click('#page-on');
    assert.is(
      await text(page, 'document.getElementById("cell-page").textContent'),
      `Page 2 of ${Math.ceil(results.cells.length / 100)}, ${results.cells.length} of ${results.cells.length} cells`,
    );
    assert.is(await text(page, 'location.hash'), '#?page=2');
  });
});

browserTest(test, import.meta.url, 'an address with nonsense in it does no harm', async () => {
  await withPage(
    await renderHtml(twoSettings()),
    {
      hash: '#?env=%3Cimg%20src=x%3E&setting=only-gemm&verdict=%ff&q=%E0%A4%A&sort=cells:99:d&sort=../x:1:a&page=-7&at=nowhere&cell=zz',
    },
    async (page) => {
      assert.is(await number(page, 'document.querySelectorAll("img").length'), 0);
      assert.equal(page.complaints, []);
    },
  );
});

browserTest(
  test,
  import.meta.url,
  'a Python program is shown when it is asked for; on a phone the rest of an answer is folded',
  async () => {
    const html = await renderHtml(foundingNotesSmall(), {
      reproducerOf: (cell) => ({
        shape: 'Conv2d',
        program: `import torch  # </script> ${cell.id}`,
        driver: { name: 'MIOpenDriver', line: 'MIOpenDriver conv -n 1' },
      }),
    });
    await withPage(html, { size: PHONE }, async (page) => {
      assert.is(await number(page, 'document.querySelectorAll("details.rest[open]").length'), 0);
      const shown = await page.evaluate(
        'new Promise((done) => { const one = document.querySelector("details.bad"); one.open = true; one.querySelector("button.program").click(); const look = () => { const pre = [...one.querySelectorAll("pre")].find((p) => p.textContent.startsWith("import torch")); pre ? done(pre.textContent) : setTimeout(look, 10); }; look(); })',
        z.string(),
      );
      assert.match(shown, /^import torch {2}# <\/script> /);
      assert.equal(page.complaints, []);
    });
  },
);

test.run();
