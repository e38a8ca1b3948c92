/** A hang that is only suspected, because others held the cores, is never told as a hang, and never kept quiet. */
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { resultText } from '../../harness/cli/text/result-text.ts';
import { palette } from '../../harness/cli/text/palette.ts';
import type { Outcome } from '../../harness/model/outcome.ts';
import { Results } from '../../harness/model/results/results.ts';
import { failOnMatches } from '../../harness/verdicts/fail-on.ts';
import { judge } from '../../harness/verdicts/judge.ts';
import { attemptsCsv } from '../../reports/csv/attempts.ts';
import { cellsCsv } from '../../reports/csv/cells.ts';
import { findingsOf } from '../../reports/findings/findings.ts';
import { afterwardsWords } from '../../reports/findings/words/deadline-words.ts';
import { enumerationOf, matrixOf, type Plane } from '../search/surfaces.ts';
import { attempt, finished, firstLine, opened } from '../verdicts/journals.ts';
import { renderHtml, renderSummary } from './of-results.ts';

const test = suite('starved');

const PLANE: Plane = { environments: ['5.2'], fixed: [{ channels: 16 }], sizes: [8, 16, 32] };
const [SMALL, MIDDLE, LARGE] = firstLine(PLANE);
const STARVED: Outcome = { kind: 'hang', phase: 'first-run', activity: 'busy', silentSeconds: 400, starved: true };

function judged(last: Outcome): Results {
  assert.ok(SMALL && MIDDLE && LARGE);
  const events = [
    opened(),
    ...attempt('a', SMALL, 'pass'),
    ...attempt('b', MIDDLE, 'pass'),
    ...attempt('c', LARGE, STARVED),
    ...attempt('d', LARGE, last, { isolation: 'spawn', purpose: 'confirm' }),
    finished(),
  ];
  return judge(events, matrixOf(PLANE), enumerationOf(PLANE));
}

test('at every try: untested, bounds nothing, fails nothing, and every report says why', async () => {
  const results = judged(STARVED);
  const cell = results.cells.at(-1);
  assert.equal([cell?.verdict, cell?.starvedHangs, cell?.confirmed, cell?.badAttempts], ['untested', 2, null, 0]);
  assert.equal(results.lines[0]?.boundary, { kind: 'interval', largestGood: 16, smallestBad: null, unresolved: 1 });
  assert.equal(failOnMatches(results, ['hang']), []);
  assert.equal(Results.parse(JSON.parse(JSON.stringify(results))), results);
  assert.match(await text(cellsCsv(results)), /,untested,false,observed,,starved,/);
  assert.match(await text(attemptsCsv(results)), /,hang,first-run,busy,400,full,true,/);
  const findings = findingsOf(results);
  for (const told of [
    resultText(findings, 'run', palette(false), 2000).join('\n'),
    renderSummary(results),
    await renderHtml(results),
  ]) {
    assert.match(told, /CROWDED: 2 attempts seemed to hang while other programs held the cores/);
    assert.match(told, /1 cell may hang or only be slow: at every try other programs held the cores/);
    assert.not.match(told, /was not run, and nothing follows/);
    assert.not.match(told, /hang ≥ \d/);
  }
});

test('once another try says something the starved one is void', () => {
  const passed = judged({ kind: 'pass' });
  assert.equal([passed.cells.at(-1)?.verdict, passed.cells.at(-1)?.starvedHangs], ['pass', undefined]);
  assert.equal(passed.lines[0]?.boundary, { kind: 'all-good', largestGood: 32 });
  const hung = judged({ kind: 'hang', phase: 'first-run', activity: 'busy', silentSeconds: 900 });
  assert.equal([hung.cells.at(-1)?.verdict, hung.cells.at(-1)?.badAttempts], ['hang', 1]);
  assert.equal(hung.lines[0]?.boundary, { kind: 'bracketed', largestGood: 16, smallestBad: 32, confirmed: true });
});

test('what a process did after the verdict is one sentence', () => {
  const found = { processes: [], pythonStacks: '', stderrTail: '', signatures: [] };
  assert.is(afterwardsWords(found), null);
  assert.is(
    afterwardsWords({ ...found, afterwards: { kind: 'raised', detail: 'OSError: woken' } }),
    'It raised "OSError: woken" after bench had asked for its stacks. That woke it, and takes nothing back: by itself it had not moved.',
  );
});

test.run();
