/** A page of a report in a headless browser, for the tests: written to a file of its own, closed and removed in any case. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'uvu';
import { skip } from '../../skip.ts';
import { Page, findChromium, type Size } from './chromium.ts';

export const LAPTOP: Size = { width: 1280, height: 800 };
export const PHONE: Size = { width: 390, height: 844 };

const chromium = await findChromium();

/** The script has run: data unpacked, filters shown. */
export async function ready(page: Page): Promise<void> {
  await page.until('document.documentElement.dataset.ready === "yes"');
}

export async function withPage(
  html: string,
  {
    size = LAPTOP,
    dark = false,
    hash = '',
    script = true,
  }: { readonly size?: Size; readonly dark?: boolean; readonly hash?: string; readonly script?: boolean },
  use: (page: Page, file: string) => Promise<void>,
): Promise<void> {
  if ('missing' in chromium) throw new Error(chromium.missing);
  const folder = await mkdtemp(join(tmpdir(), 'bench-page-'));
  const file = join(folder, 'report.html');
  await writeFile(file, html);
  let page: Page | undefined;
  try {
    page = await Page.open(chromium.path, `${file}${hash}`, size, dark);
    if (script) await ready(page);
    await use(page, file);
  } finally {
    await page?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Skips where there is no browser, but never on CI: the set-up script installs one there. */
export function browserTest(test: Test, url: string, name: string, run: () => Promise<void>): void {
  if ('missing' in chromium && process.env['CI'] !== 'true') skip(test, url, name, chromium.missing);
  else test(name, run);
}
