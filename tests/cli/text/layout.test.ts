import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bands, beside, columns, widthFor, wrapped } from '../../../harness/cli/text/layout.ts';
import { palette } from '../../../harness/cli/text/palette.ts';

const test = suite('cli/layout');

test('lines break at spaces; only a word that is longer than a line is cut', () => {
  assert.equal(wrapped('a bc\ndef  gh', 5), ['a bc', 'def', 'gh']);
  assert.equal(wrapped('abcdefg hi', 3), ['abc', 'def', 'g', 'hi']);
  assert.equal(wrapped('', 5), ['']);
});

test('a text goes on to the right of its label', () => {
  assert.equal(beside('next  ', 'one two three', 13), ['next  one two', '      three']);
});

test('columns are as wide as their widest cell, whatever its colour; a heading widens none', () => {
  const { bad } = palette(true);
  assert.equal(columns([['a long heading'], ['a', 'b'], ['ccc', bad('d'), 'e'], [bad('f'), 'gg', 'h']]), [
    'a long heading',
    'a    b',
    `ccc  ${bad('d')}   e`,
    `${bad('f')}    gg  h`,
  ]);
});

test('columns that do not fit go below the others, and the first one is named again', () => {
  const rows = [
    ['by size', 'one', 'two', 'three'],
    ['a', '1', '2', '3'],
  ];
  assert.equal(bands(rows, 17), ['by size  one  two', 'a        1    2', '', 'by size  three', 'a        3']);
  assert.equal(
    bands(rows, 1).filter((line) => line.startsWith('by size')),
    ['by size  one', 'by size  two', 'by size  three'],
  );
});

test('a terminal that tells 0 columns is written to as if nothing was known, and none gets one word a line', () => {
  assert.equal(
    [undefined, 0, 1, 39, 132].map((told) => widthFor(told, 120, 40)),
    [120, 120, 40, 40, 132],
  );
});

test.run();
