/** The page in a real browser without a network: the policy lets it work, tiles open by mouse and keyboard, nothing complains. */
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import type { Page } from './chromium.ts';
import { LAPTOP, PHONE, browserTest as inBrowser, ready, withPage } from './browser-page.ts';
import { foundingNotesSmall, hostile } from '../sample-results.ts';
import { renderHtml } from '../of-results.ts';

const test = suite('html report in a browser');
const browserTest = (name: string, run: () => Promise<void>): void => inBrowser(test, import.meta.url, name, run);

const visible = 'getComputedStyle(document.getElementById("panel")).display !== "none"';
const panelText = 'document.getElementById("panel").innerText';
const wideBy = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** The panel's details come from a block that is unpacked first. */
async function settled(page: Page, text: string): Promise<void> {
  await page.until(`document.getElementById('panel').innerText.includes(${JSON.stringify(text)})`);
}

browserTest('opens without network and without a complaint; tiles open by mouse and by keyboard', async () => {
  const results = foundingNotesSmall();
  const hang = results.cells.find(
    (cell) => cell.environment === 'rocm5.3-torch2.0.1' && cell.verdict === 'hang' && cell.basis.kind === 'observed',
  );
  const key = hang?.id.slice(-8) ?? '';
  await withPage(await renderHtml(results), {}, async (page, file) => {
    assert.is(await page.evaluate('document.documentElement.dataset.ready', z.string()), 'yes');
    assert.is(await page.evaluate('document.querySelectorAll("svg.heat a").length', z.number()), results.cells.length);
    assert.is(await page.evaluate(visible, z.boolean()), false);

    await page.click(`svg.heat a[href="#cell-${key}"]`);
    assert.is(await page.evaluate(visible, z.boolean()), true);
    await settled(page, 'torch/nn/modules');
    const text = await page.evaluate(panelText, z.string());
    assert.match(text, /SIMULATED rocm5\.3-torch2\.0\.1 · channels 16→32 · size 33/);
    assert.match(text, /hang in first-run/);
    assert.match(text, /torch\/nn\/modules\/conv\.py/);

    await page.press('Escape');
    assert.is(await page.evaluate(visible, z.boolean()), false);

    await page.evaluate('(document.querySelector("svg.heat a[tabindex=\'0\']").focus(), true)', z.boolean());
    for (const step of ['ArrowDown', 'ArrowRight', 'Enter'] as const) await page.press(step);
    assert.match(await page.evaluate(panelText, z.string()), /rocm5\.1\.1-torch1\.12\.1 · channels 16→32 · size 16/);
    assert.is(await page.evaluate('document.activeElement.id', z.string()), 'panel');
    await page.press('Escape');
    assert.match(
      await page.evaluate('document.activeElement.getAttribute("aria-label")', z.string()),
      /size 16: pass, inferred/,
    );

    await page.goTo('about:blank');
    await page.goTo(`file://${file}#cell-${hang?.id ?? ''}`);
    await ready(page);
    assert.match(await page.evaluate(panelText, z.string()), /size 33/, 'an address with the whole id opens the panel');
    assert.equal(page.complaints, []);
  });
});

browserTest("the policy stops a script and a style that are not the page's own", async () => {
  const html = (await renderHtml(foundingNotesSmall())).replace(
    '</main>',
    '<script>window.broken = 1</script><p id="red" style="color:red">x</p></main>',
  );
  await withPage(html, {}, async (page) => {
    assert.is(await page.evaluate('window.broken === undefined', z.boolean()), true);
    assert.not.match(
      await page.evaluate('getComputedStyle(document.getElementById("red")).color', z.string()),
      /255, 0, 0/,
    );
    for (const until = performance.now() + 30_000; page.complaints.length === 0 && performance.now() < until;)
      await sleep(20);
    assert.ok(page.complaints.length > 0, 'so the test above would have seen a violation');
  });
});

browserTest('hostile results run nothing and fit a phone', async () => {
  await withPage(await renderHtml(hostile()), { size: PHONE }, async (page) => {
    await page.click('svg.heat a');
    assert.is(await page.evaluate('document.querySelectorAll("img, iframe, svg[onload]").length', z.number()), 0);
    assert.is(await page.evaluate(wideBy, z.number()), 0, 'the page itself never scrolls sideways');
    assert.equal(page.complaints, []);
  });
});

browserTest('the page fits a phone and a laptop', async () => {
  for (const size of [PHONE, LAPTOP]) {
    await withPage(await renderHtml(foundingNotesSmall()), { size }, async (page) => {
      assert.is(await page.evaluate(wideBy, z.number()), 0);
      assert.is(
        await page.evaluate('document.querySelector(".sim-banner").getBoundingClientRect().top', z.number()),
        0,
      );
      await page.evaluate('(scrollTo(0, 2000), true)', z.boolean());
      assert.is(
        await page.evaluate('document.querySelector(".sim-banner").getBoundingClientRect().top', z.number()),
        0,
        'the notice stays',
      );
    });
  }
});

test.run();
