/** What is said of a run is found out once: whoever lays it out reads the object, and does not work it out again. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { palette } from '../../../harness/cli/text/palette.ts';
import { resultText } from '../../../harness/cli/text/result-text.ts';
import { findingsOf } from '../../../reports/findings/findings.ts';
import { reportFiles } from '../../../reports/report-files.ts';
import { twoSettings } from '../sample-results.ts';
import type { Statement } from '../../../reports/findings/answers/statement.ts';

const test = suite('findings');
const said = (text: string): Statement => ({ tone: 'bad', text });

test('every report says what the findings say, word for word, and makes up nothing of its own', async () => {
  const honest = findingsOf(twoSettings());
  const findings = {
    ...honest,
    headline: said('a headline of its own'),
    nextSteps: [{ ...said('a step of its own'), command: null }],
    notTested: [said('a gap of its own')],
  };
  const texts = new Map<string, string>();
  for await (const { name, content } of reportFiles(findings))
    if (typeof content === 'string') texts.set(name, content);
  const terminal = resultText(findings, 'run', palette(false), 80).join('\n');
  for (const text of [texts.get('report.html') ?? '', texts.get('summary.md') ?? '', terminal])
    for (const { text: words } of [findings.headline, ...findings.nextSteps, ...findings.notTested])
      assert.ok(text.includes(words), words);
  assert.ok(texts.get('heatmap.svg')?.includes('a headline of its own'));
  assert.not.ok([...texts.values(), terminal].some((text) => text.includes(honest.headline.text)));
});

test('the maps of the page are those that its script knows', async () => {
  for await (const { name, content } of reportFiles(findingsOf(twoSettings())))
    if (name === 'report.html')
      assert.equal(
        [...String(content).matchAll(/<svg class="heat" data-map="(-?\d+)"/g)].map(([, map]) => map),
        ['0', '1'],
      );
});

test.run();
