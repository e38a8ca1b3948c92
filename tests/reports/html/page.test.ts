/** The page as text: policy, escaping, size, what its first screen says. Drawing and clicking are tested in a browser. */
import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Results } from '../../../harness/model/results/results.ts';
import { FIRST_RUN_HANG, buildResults, wheel } from '../build-results.ts';
import { HOSTILE, foundingNotes, hostile, interrupted, openmpFork, tinyCpu } from '../sample-results.ts';
import { heatmapDocument, heatmapSpecs, renderHtml } from '../of-results.ts';

const test = suite('html report');

/** Drawn once: it takes about a second. */
const fullPage = await renderHtml(foundingNotes());

/** Everything between the end of `from` and the next `to`. */
function between(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  assert.ok(start >= 0, `${from} occurs`);
  return text.slice(start + from.length, text.indexOf(to, start + from.length));
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Every tag of the page, outside the script, the style sheet and the data. */
function tags(page: string): string[] {
  const markup = page.replace(/<style>[^]*?<\/style>/, '').replace(/<script[^>]*>[^]*?<\/script>/g, '');
  return markup.match(/<[a-z][^>]*>/gi) ?? [];
}

function headings(page: string): string[] {
  return (page.match(/<(h[1-3]|caption)[ >][^]*?<\/\1>/g) ?? []).map((one) => one.replace(/<[^>]*>/g, ''));
}

test('the full matrix stays below 1 MB and is made the same every time', async () => {
  assert.ok(Buffer.byteLength(fullPage) < 1_000_000, `${Buffer.byteLength(fullPage)} bytes`);
  assert.ok((await renderHtml(foundingNotes())) === fullPage);
});

test('the policy allows the script and the style sheet by their hashes and nothing else', async () => {
  const page = await renderHtml(tinyCpu());
  const policy = between(page, '<meta http-equiv="Content-Security-Policy" content="', '"').replaceAll('&#39;', "'");
  assert.is(
    policy,
    `default-src 'none'; script-src ${hash(between(page, '<script>', '</script>'))}; style-src ${hash(between(page, '<style>', '</style>'))}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

for (const [name, build] of Object.entries({ tinyCpu, interrupted, openmpFork, hostile })) {
  test(`${name}: no style attribute, no event attribute, nothing to load`, async () => {
    for (const tag of tags(await renderHtml(build()))) {
      const bare = tag.replace(/"[^"]*"/g, '""');
      assert.not.match(bare, /\s(style|on[a-z]+|src|srcset|action|formaction|ping)=/i, tag);
      for (const [, href = ''] of tag.matchAll(/\shref="([^"]*)"/g)) assert.match(href, /^#/, tag);
    }
  });
}

test('hostile text stays text', async () => {
  const page = await renderHtml(hostile());
  const names = new Set(tags(page).map((tag) => (/^<([a-z0-9]+)/i.exec(tag)?.[1] ?? '').toLowerCase()));
  for (const never of ['img', 'script', 'iframe', 'object', 'embed', 'base', 'form'])
    assert.not.ok(names.has(never), `<${never}>`);
  const scripts = [...page.matchAll(/<script([^>]*)>/g)].map(([, attributes = '']) => attributes);
  assert.is(
    scripts.filter((attributes) => !/ type="(?:application\/json|text\/plain)"/.test(attributes)).length,
    1,
    'one script runs, the others hold data',
  );
  assert.is(page.match(/<\/script>/g)?.length, scripts.length);
  assert.not.match(page, /(?![\n\t])\p{Control}|[\u202a-\u202e\u2066-\u2069\u200e\u200f]/u);
  assert.not.match(page, /\p{Surrogate}/u);
  assert.ok(page.includes('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;'), 'and is still readable');
  const data: unknown = JSON.parse(between(page, '<script type="application/json" id="page-index">', '</script>'));
  assert.ok(JSON.stringify(data).includes('</script><img'));
});

test('a text of a megabyte is cut, and the page says so', async () => {
  const results = hostile();
  const long: Results = {
    ...results,
    attempts: results.attempts.map((attempt) => ({
      ...attempt,
      report: {
        ...attempt.report,
        evidence: {
          processes: [],
          signatures: [],
          pythonStacks: 'x'.repeat(1_000_000),
          stderrTail: `${HOSTILE}\n`.repeat(20_000),
        },
      },
    })),
  };
  const page = await renderHtml(long);
  assert.ok(page.length < 200_000, `${page.length}`);
  assert.match(page, /994,000 characters left out, in evidence\//);
});

test('a stack that differs in addresses only is printed once', async () => {
  const results = foundingNotes();
  const attempts = results.attempts.map((attempt, index) => {
    const { evidence } = attempt.report;
    return evidence === null
      ? attempt
      : {
          ...attempt,
          report: {
            ...attempt.report,
            evidence: {
              ...evidence,
              pythonStacks: `Current thread 0x${(0x7f0000000000 + index).toString(16)}:\n  File "x.py", line 1 in f`,
            },
          },
        };
  });
  const page = await renderHtml({ ...results, attempts });
  assert.is(page.match(/<pre[^>]*>Current thread/g)?.length, 1);
  assert.match(
    page,
    /The same as in <a href="#cell-[0-9a-f]{8}">rocm5\.3-torch2\.0\.1 · channels 16→32 · size 33<\/a>, but for addresses\./,
  );
});

test('SIMULATED stands in the title, in every heading and every caption', () => {
  const page = fullPage;
  assert.match(between(page, '<title>', '</title>'), /^SIMULATED: /);
  assert.match(page, /class="sim-banner"[^>]*>SIMULATED: no real card was used; model founding-notes</);
  const said = headings(page);
  assert.ok(said.length > 20);
  for (const heading of said) assert.match(heading, /^\s*SIMULATED/, heading);
  for (const [, title = ''] of page.matchAll(/<title id="map[^>]*>([^<]*)</g)) assert.match(title, /^SIMULATED: /);
  assert.match(JSON.stringify(heatmapDocument(foundingNotes())), /SIMULATED · channels 16→32/);
});

test('a real device is never called simulated', async () => {
  for (const build of [tinyCpu, interrupted]) {
    const page = (await renderHtml(build())).replace(/<style>[^]*?<\/style>/, '');
    assert.not.match(page, /SIMULATED|class="sim/);
  }
});

test('the first screen says what hangs, where, how sure and what is missing', () => {
  const top = between(fullPage, '<header class="top">', '</header>').replace(/<[^>]*>/g, ' ');
  assert.match(top, /7 of 14 environments hang/);
  assert.match(top, /size ≤ 32 pass, ≥ 33 hang\s*: 19 lines/);
  assert.match(top, /smallest hang of each of the 19 lines was seen in a fresh process/);
  assert.match(top, /Usable[^]*Yes\s+rocm5\.0-torch1\.12\.1[^]*No\s+rocm5\.3-torch2\.0\.1/);
});

test('nothing hangs, interrupted, quarantined, unfinished: each says so', async () => {
  assert.match(
    await renderHtml(tinyCpu()),
    /<h1 class="warn">No hang seen: 1 of 4 cells run, the others inferred<\/h1>/,
  );
  const stopped = await renderHtml(interrupted());
  assert.match(stopped, /INTERRUPTED: the run was stopped/);
  assert.match(stopped, /unavailable, no wheel for CPython 3\.10/);
  assert.match(stopped, /Not reached: rocm6\.2-torch2\.5\.1/);
  assert.match(await renderHtml(hostile()), /QUARANTINED: the device was taken out of use/);
  const clean = tinyCpu();
  const unfinished = await renderHtml({ ...clean, run: { ...clean.run, status: 'unfinished' } });
  assert.match(unfinished, /UNFINISHED/);
  assert.match(unfinished, /No hang seen so far/);
});

test('a run without one cell is a page too', async () => {
  const empty = await renderHtml({ ...tinyCpu(), cells: [], lines: [], attempts: [], axes: [], searchAxis: null });
  assert.match(empty, /Nothing was tested/);
});

test('without a search axis the last axis runs to the right', () => {
  const results = tinyCpu();
  const [first] = heatmapSpecs({ ...results, searchAxis: null, axes: results.axes.toReversed() });
  assert.is(first?.map.columns.map((column) => column.label).join(), '16→32');
});

test('rows keep the order of the matrix and columns that of the numbers, whatever text order says', () => {
  const results = buildResults({
    matrix: 'order',
    environments: [wheel('6.10', '2.9.0'), wheel('6.2', '2.5.1')],
    channels: [[16, 32]],
    sizes: [100, 8, 20],
    plan: () => ({ firstBad: null, outcome: FIRST_RUN_HANG }),
  });
  const [first] = heatmapSpecs(results);
  assert.equal(first?.map.rows, ['rocm6.10-torch2.9.0', 'rocm6.2-torch2.5.1']);
  assert.equal(
    first?.map.columns.map((column) => column.label),
    ['8', '20', '100'],
  );
  const text = JSON.stringify(first?.spec);
  assert.match(text, /"domain":\["8","20","100"\]/);
  assert.match(text, /"domain":\["rocm6\.10-torch2\.9\.0","rocm6\.2-torch2\.5\.1"\]/);
});

test('thousands of cells and lines are paged, not dropped in silence', async () => {
  const results = buildResults({
    matrix: 'large',
    environments: Array.from({ length: 20 }, (_, index) => wheel(`6.${index}`, `2.${index}.0`)),
    channels: Array.from({ length: 10 }, (_, index): [number, number] => [index + 1, index + 2]),
    sizes: Array.from({ length: 70 }, (_, index) => index + 1),
    plan: () => ({ firstBad: 3, outcome: FIRST_RUN_HANG }),
  });
  const page = await renderHtml(results);
  assert.match(page, /more maps not drawn/);
  assert.match(page, /70 values in \d columns: a column of several values shows the worst of them/);
  assert.match(page, /of them are not shown here/);
  assert.ok(Buffer.byteLength(page) < 5_000_000, `${Buffer.byteLength(page)} bytes`);
});

test.run();
