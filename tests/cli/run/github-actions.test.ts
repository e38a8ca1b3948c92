import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, inFolder } from '../bench-process.ts';
import { smallMatrix, wheel } from '../matrices.ts';
import { annotations } from '../../../harness/cli/run/github-actions.ts';
import { foundingNotes } from '../../reports/sample-results.ts';
import { findingsOf } from '../../../reports/findings/findings.ts';

const test = suite('cli/github-actions');

test('an annotation for each line that turns bad, ten at most, and no text can start a command', () => {
  const results = foundingNotes();
  const lines = annotations(findingsOf(results));
  assert.is(lines.length, 10);
  assert.match(lines[0] ?? '', /^::warning title=SIMULATED rocm[^:]*::.*hang/);
  assert.match(lines.at(-1) ?? '', /more lines, see the summary/);
  const hostile = results.lines.map((line) => ({ ...line, environment: 'a\n::error::b,c:d%' }));
  for (const line of annotations(findingsOf({ ...results, lines: hostile }))) {
    assert.is(line.split('\n').length, 1);
    assert.not.match(line, /title=[^:]*[,]/);
  }
});

test('on Actions a run annotates and fills the summary of its step; elsewhere it does neither', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, { environments: [wheel('5.3')] });
    const summary = await folder.write('step.md', '');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const there = await bench(['run', matrix, '--out', folder.file('there'), '--json'], { env });
    assert.is(there.code, 0, there.stderr);
    assert.match(there.stderr, /^::warning title=SIMULATED rocm5\.3/m);
    assert.is(await readFile(summary, 'utf8'), await readFile(`${folder.file('there')}/summary.md`, 'utf8'));
    JSON.parse(there.stdout);
    const here = await bench(['run', matrix, '--out', folder.file('here')], {
      env: { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' },
    });
    assert.not.match(here.stderr, /^::/m);
  });
});

test.run();
