import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { badWords, kindWords } from '../../../../reports/findings/words/verdict-words.ts';

const test = suite('verdict words');

test('what a later version calls by a word of its own failed, and is not said to hang', () => {
  assert.is(kindWords('melted').short, 'fail');
  assert.is(badWords(['melted'], []).verb, 'fail');
  assert.is(badWords(['hang', 'melted'], []).verb, 'hang or fail');
  assert.is(badWords(['hang', 'unkillable'], []).verb, kindWords('hang').verb, 'one family');
});

test.run();
