/** The issue text: below the limit whatever comes, nobody pinged, log text unable to leave its fence. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fenced, inline } from '../../reports/markdown/inline.ts';
import { MOST_CHARACTERS } from '../../reports/markdown/summary.ts';
import type { Results } from '../../harness/model/results/results.ts';
import { FIRST_RUN_HANG, buildResults, wheel } from './build-results.ts';
import { HOSTILE, foundingNotes, hostile, interrupted, tinyCpu } from './sample-results.ts';
import { renderSummary } from './of-results.ts';

const test = suite('markdown summary');

/** Text outside fences. */
function outside(markdown: string): string {
  const lines: string[] = [];
  let fence: string | null = null;
  for (const line of markdown.split('\n')) {
    const run = /^(`{3,})/.exec(line)?.[1];
    if (fence === null && run !== undefined) fence = run;
    else if (fence !== null && line === fence) fence = null;
    else if (fence === null) lines.push(line);
  }
  assert.is(fence, null, 'every fence is closed');
  return lines.join('\n');
}

test('SIMULATED is said first, in every heading and in every folded part', () => {
  const text = renderSummary(foundingNotes());
  assert.match(text, /^> \*\*SIMULATED: no real card was used; model founding-notes\*\*/);
  for (const heading of text.match(/^#+ .*$/gm) ?? []) assert.match(heading, /^#+ SIMULATED: /);
  for (const summary of text.match(/<summary>[^<]*/g) ?? []) assert.match(summary, /^<summary>SIMULATED: /);
  assert.not.match(renderSummary(tinyCpu()), /SIMULATED/);
});

test('answers in the first lines', () => {
  const text = renderSummary(foundingNotes());
  assert.match(text, /## SIMULATED: 7 of 14 environments hang/);
  assert.match(text, /\*\*Boundary:\*\* size ≤ 32 pass, ≥ 33 hang \(19 lines\)/);
  assert.match(text, /\*\*How sure:\*\* The smallest hang of each/);
  assert.match(text, /rocm5\.3-torch2\.0\.1 {5}·*\+/);
  assert.match(renderSummary(interrupted()), /\*\*INTERRUPTED: /);
  assert.match(renderSummary(tinyCpu()), /## No hang seen: 1 of 4 cells run, the others inferred/);
});

test('what a list leaves out is counted; the first in other words is no rival', () => {
  const base = foundingNotes();
  const terms: [] = [];
  const same = (name: string, apart: 'nowhere' | 'new-shapes') => ({
    statement: name,
    terms,
    bits: 9,
    kind: 'same' as const,
    apart,
  });
  const rivals = Array.from({ length: 8 }, (_, index) => same(`rule ${index}`, 'new-shapes'));
  const place = { environment: 'rocm5.3-torch2.0.1', setting: 'default', case: { size: 33 } };
  const predictions = [
    { statement: 'first', bad: false },
    { statement: 'same thing', bad: false },
    ...rivals.map(({ statement }, index) => ({ statement, bad: index > 2 })),
  ];
  const text = renderSummary({
    ...base,
    insight: { state: 'explained', text: 'rule', good: 9, bad: 9 },
    indistinct: [...rivals, same('same thing', 'nowhere')],
    proposals: [{ place, cell: null, predictions }],
  });
  assert.match(text, /- rule 5\n- and 2 more, see report\.html/);
  assert.match(text, /good by the first and 3 others, bad by 5/);
});

test('names, numbers and addresses outside fences ping nobody and link nothing', () => {
  const text = outside(renderSummary(hostile()));
  assert.not.match(text, /@[a-z0-9]/i);
  assert.not.match(text, /(^|[^&])#\d/);
  assert.not.match(text, /<(?!\/?(details|summary)>)/);
  assert.not.match(text, /(?![\n\t])\p{Control}|[\u202a-\u202e]/u);
  assert.not.match(inline('see https://example.org/x GH-12 a/b#7 www.example.org'), /:\/\/|GH-1|#7|www\.e/);
});

test('a fence is longer than any run of backticks in it', () => {
  for (const text of ['plain', '```\n@x', '``````````', `a\n${'`'.repeat(70)}\nb`]) {
    assert.not.match(outside(`${fenced(text)}\nend`), /@x|plain|b/);
    assert.is(outside(`${fenced(text)}\nend`), 'end');
  }
});

test('table rows keep their cells', () => {
  const rows = outside(renderSummary(hostile()))
    .split('\n')
    .filter((line) => line.startsWith('| '));
  assert.ok(rows.length > 5);
  for (const row of rows) assert.match(row, / \|$/);
  assert.is(`| ${inline('a|b\\|c')} |`.replaceAll('\\\\', '').replaceAll('\\|', '').split('|').length, 3);
});

test('stays below the limit and says what was cut', () => {
  const large = buildResults({
    matrix: 'large',
    environments: Array.from({ length: 80 }, (_, index) => wheel(`6.${index}`, `2.${index}.0`)),
    channels: Array.from({ length: 10 }, (_, index): [number, number] => [index + 1, index + 2]),
    sizes: Array.from({ length: 20 }, (_, index) => index + 1),
    plan: () => ({ firstBad: 3, outcome: FIRST_RUN_HANG }),
  });
  const text = renderSummary(large);
  assert.ok(text.length < MOST_CHARACTERS, `${text.length}`);
  assert.match(text, /\*\*Cut to fit 60,000 characters\.\*\* Left out: /);
});

test('even text that only grows by escaping leaves the notice and the answer', () => {
  const at = '@'.repeat(5000);
  const base = hostile();
  const worst: Results = {
    ...base,
    tool: at,
    run: { ...base.run, id: at, probe: at, quarantineReason: at },
    device: { ...base.device, name: at, target: at, simulation: { model: at, timeScale: 1 } },
    environments: Array.from({ length: 40 }, (_, index) => ({ ...wheel('6.0', '2.3.1', at), name: `${index}${at}` })),
  };
  const text = renderSummary(worst);
  assert.ok(text.length < MOST_CHARACTERS, `${text.length}`);
  assert.match(text, /^> \*\*SIMULATED/);
  assert.match(text, /^## SIMULATED: /m);
});

test('the same results give the same text', () => {
  assert.is(renderSummary(foundingNotes()), renderSummary(foundingNotes()));
  assert.ok(renderSummary(hostile()).includes(inline(HOSTILE, 100).slice(0, 40)));
});

test.run();
