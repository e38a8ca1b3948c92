/** The last words of `bench run`: they must say what the reports say. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { palette } from '../../../harness/cli/text/palette.ts';
import { resultText } from '../../../harness/cli/text/result-text.ts';
import type { Results } from '../../../harness/model/results/results.ts';
import { acceptance, notCounted, tinyCpu, twoSettings } from '../../reports/sample-results.ts';
import { findingsOf } from '../../../reports/findings/findings.ts';

const test = suite('cli/result-text');

const said = (results: Results, width = 80): string =>
  resultText(findingsOf(results), 'run', palette(false), width).join('\n');

test('failures that do not count as bad are in the table and below it', () => {
  const text = said(notCounted());
  assert.match(text, /^rocm5\.7-torch2\.2\.2 +crash ≥ 32$/m);
  assert.match(text, /^rocm6\.0-torch2\.3\.1 +error \(no-binary\)$/m);
  assert.match(text, /Nothing hangs, but 1 crash, 1 error were seen/);
  assert.match(text, /^ {2}2 x error \(no-binary\) in first-run: HIP error: invalid device function$/m);
});

test('several settings: rows below their environment, 80 columns, and which settings hang', () => {
  const text = said(twoSettings());
  assert.match(text, /^Environment · setting · channels +16→32 +15→31$/m);
  assert.match(text, /^rocm5\.7-torch2\.2\.2\n {2}only-gemm +hang ≥ 32 +hang ≥ 32\n {2}only-direct +hang ≥ 32/m);
  assert.match(text, /settings that hang: only-gemm, only-direct \(1 of 2 environments\)/);
  assert.match(text, /settings that pass: cudnn-off/);
  assert.match(text, /^next {5}Use rocm5\.7-torch2\.2\.2 · cudnn-off: observed to pass/m);
  const table = text.slice(text.indexOf('Environment ·'), text.indexOf('2 of 2 environments'));
  for (const line of table.split('\n')) assert.ok(line.length <= 80, line);
});

test('expectations: untested is not missed', () => {
  assert.match(said(acceptance('untested')), /^rocm5\.2-torch1\.13\.1 +not tested +not tested$/m);
  assert.not.match(said(acceptance('met')), /not tested/);
  assert.match(said(acceptance('untested')), /^expectations: 2 untested$/m);
  assert.match(said(acceptance('met')), /^Usable: yes$[^]*^expectations: 2 of 2 met$/m);
  assert.match(said(acceptance('missed')), /^expectations: 0 of 2 met, 2 missed$/m);
});

test('where nothing hangs there is nothing to do next', () => {
  assert.not.match(said(tinyCpu()), /^next/m);
});

test('one is not many', () => {
  assert.match(said(tinyCpu()), /^1 line, 4 cells: 1 observed, 3 inferred, 0 untested; 1 attempt$/m);
});

test('no value of a matrix and no name of a folder moves a cursor or breaks a line', () => {
  const results = tinyCpu();
  const hostile = '\u001b[31mred\nsecond\t\u202eabc';
  const lines = results.lines.map((line) => ({ ...line, fixed: { ...line.fixed, hostile } }));
  const axes = [{ name: 'hostile', parameters: ['hostile'], values: [[hostile], ['other']] }, ...results.axes];
  const text = resultText(findingsOf({ ...results, axes, lines }), `run${hostile}`, palette(false), 120);
  assert.ok(
    text.some((line) => line.includes('second')),
    'the value is shown',
  );
  for (const line of text) assert.not.match(line, /[\p{Control}\u202a-\u202e]/u);
});

test.run();
