/** The rules of accessibility, asked of a page in the browser. */
import axe from 'axe-core';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import type { Page } from './chromium.ts';

const Found = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }));

/** DevTools may evaluate what the page's policy forbids to the page. */
const RUN_AXE = `${axe.source};
document.querySelectorAll('details').forEach((one) => { one.open = true; });
document.querySelectorAll('main > section').forEach((one) => { one.style.contentVisibility = 'visible'; });
axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'], resultTypes: ['violations'], preload: false }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 4).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0] ? node.any[0].message : '')) })))`;

/** Complaints of axe, as the elements they are about; `page` is asked where it stands. */
export async function nothingForAxe(page: Page): Promise<void> {
  assert.equal(await page.evaluate(RUN_AXE, Found), []);
}
