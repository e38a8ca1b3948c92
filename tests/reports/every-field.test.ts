/** An attack in every text field of results.json at once, found by walking the object: no field is forgotten when one is added. */
import { execFileSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { Results } from '../../harness/model/results/results.ts';
import { drawMaps } from '../../reports/html/maps/maps-section.ts';
import { heatmapSvg } from '../../reports/svg/heat-map-file.ts';
import { PHONE, browserTest, withPage } from './html/browser-page.ts';
import { HOSTILE, foundingNotesSmall, twoSettings } from './sample-results.ts';
import { renderHtml, renderJunit, renderSummary } from './of-results.ts';
import { pageOf } from '../../reports/html/page/page.ts';
import { findingsOf } from '../../reports/findings/findings.ts';

const test = suite('an attack in every field');

/** Attacks where the schema takes any text; ids stay what they point to, because the same text gets the same attack. */
function attacked(results: Results): Results {
  const poison = (value: unknown): unknown => {
    if (typeof value === 'string') return `${value}${HOSTILE}<b onclick=alert(3)>`;
    if (Array.isArray(value)) return value.map(poison);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, poison(inner)]));
    return value;
  };
  // Fields with a fixed set of words refuse the attack: these get their own words back.
  const repair = (given: unknown, honest: unknown, paths: ReadonlySet<string>, path: string): unknown => {
    if (paths.has(path)) return honest;
    if (Array.isArray(given))
      return given.map((one, index) =>
        repair(one, Array.isArray(honest) ? honest[index] : undefined, paths, `${path}/${index}`),
      );
    if (typeof given === 'object' && given !== null && typeof honest === 'object' && honest !== null) {
      const known = new Map(Object.entries(honest));
      return Object.fromEntries(
        Object.entries(given).map(([key, inner]) => [key, repair(inner, known.get(key), paths, `${path}/${key}`)]),
      );
    }
    return given;
  };
  let made = poison(results);
  for (let round = 0; round < 6; round++) {
    const read = Results.safeParse(made);
    if (read.success) return read.data;
    made = repair(made, results, new Set(read.error.issues.map(({ path }) => `/${path.join('/')}`)), '');
  }
  return Results.parse(made);
}

const some = ({ attempts, ...rest }: Results): Results => attacked({ ...rest, attempts: attempts.slice(0, 40) });

for (const [name, build] of Object.entries({ foundingNotesSmall, twoSettings })) {
  const results = some(build());
  assert.ok(JSON.stringify(results).split('onclick').length > 500, 'the attack stands where it should');
  browserTest(test, import.meta.url, `${name}: the page runs nothing, loads nothing and fits`, async () => {
    const page = await renderHtml(results, {
      reproducerOf: () => ({ shape: HOSTILE, program: HOSTILE, driver: { name: 'a driver', line: HOSTILE } }),
    });
    await withPage(page, { size: PHONE }, async (tab) => {
      await tab.evaluate(
        '(document.querySelectorAll("details").forEach((one) => { one.open = true; }), true)',
        z.boolean(),
      );
      await tab.click('svg.heat a');
      assert.is(
        await tab.evaluate(
          'document.querySelectorAll("img, iframe, object, [onclick], [onload], [onerror], svg svg, main script").length',
          z.number(),
        ),
        0,
      );
      assert.is(
        await tab.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth', z.number()),
        0,
      );
      assert.is(await tab.evaluate('document.querySelectorAll("#cell-rows b").length', z.number()), 0);
      assert.equal(tab.complaints, []);
    });
  });

  test(`${name}: summary, JUnit and picture hold no markup of theirs`, async () => {
    assert.not.match(renderSummary(results).replace(/^(`{3,})[^]*?^\1$/gm, ''), /<(?!\/?(?:details|summary)>)|@[a-z]/i);
    const findings = findingsOf(results);
    const svg = heatmapSvg(findings, await drawMaps(pageOf(findings)));
    const names = execFileSync(
      'python3',
      [
        '-c',
        'import sys, xml.etree.ElementTree as t\nfor text in sys.stdin.buffer.read().split(b"\\0"): print(" ".join(sorted({one.tag.split("}")[-1] for one in t.fromstring(text).iter()})))',
      ],
      { input: `${svg}\0${renderJunit(results)}`, encoding: 'utf8' },
    )
      .trim()
      .split('\n');
    assert.is(
      names[0],
      'defs g line path rect svg text use'
        .split(' ')
        .filter((one) => names[0]?.split(' ').includes(one))
        .join(' '),
    );
    assert.equal(
      names[1]
        ?.split(' ')
        .filter(
          (one) =>
            !['error', 'failure', 'properties', 'property', 'skipped', 'testcase', 'testsuite', 'testsuites'].includes(
              one,
            ),
        ),
      [],
    );
  });
}

test.run();
