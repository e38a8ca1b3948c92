import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { after, field, problems, starts } from './problems.ts';

const test = suite('matrix/yaml-problems');

test('what is no YAML', () => {
  starts(problems('a: [1\nb: 2'), ['2:1 : is not YAML: Flow sequence in block collection']);
  starts(problems('axes:\n\tsize: [8]'), ['2:1 : a tab indents this line; YAML allows only spaces']);
  starts(problems('schema: 1\n---\nschema: 1\n'), [
    '2:1 : a second YAML document begins here; a matrix file holds one',
  ]);
  starts(problems('schema: !secret 1\n'), ['1:9 : ']);
  starts(problems('? [a, b]\n: 1\n'), ['1:3 : a key must be plain text']);
  starts(problems('['.repeat(50_000)), ['1:']);
  starts(
    problems(`schema: 1\nx: ${'['.repeat(100)}${']'.repeat(100)}`).filter((line) => line.includes('nested')),
    ['2:68 '],
  );
});

test('keys written twice', () => {
  starts(field('name: again'), ['8:1 name: is written twice in the same map; keep one of them']);
  starts(after('  size: [8]', '  size: [16]'), ['8:3 axes.size: is written twice in the same map; keep one of them']);
  starts(field('constants: { __proto__: 1 }'), ['8:14 constants.__proto__: is not allowed as a name']);
});

test('what is no matrix at all', () => {
  starts(problems(''), ['1:1 : the file is empty; a matrix is a map of fields that begins with "schema: 1"']);
  starts(problems('# nothing\n'), ['1:1 : the file is empty;']);
  starts(problems('- a\n- b\n'), ['1:1 : the file is a list; a matrix is a map']);
  starts(problems('hello'), ['1:1 : the file is plain text; a matrix is a map']);
  starts(problems('a: b\u0000c'), ['1:5 : is not a text file: it holds the control character U+0000']);
  starts(problems('a: \ufffd\ufffd'), ['1:4 : is not a text file: it holds bytes that are not UTF-8']);
});

test('aliases: used, missing, inside of themselves, and as a bomb', () => {
  assert.equal(after('  size: &sizes [8, 16]', '  width: *sizes'), []);
  starts(after('  size: &sizes [8, 8]', '  width: *sizes'), [
    '7:20 axes.size[1]: repeats value 1',
    '7:20 axes.width[1]: repeats value 1',
  ]);
  starts(after('  size: *sizes'), ['7:9 axes.size: the alias *sizes has no anchor &sizes before it']);
  starts(
    after('  size: &sizes [8, *sizes]').filter((line) => line.includes('alias')),
    ['7:20 axes.size[1]: the alias *sizes stands inside of what it stands for'],
  );
  const bomb = [
    'a: &a [1,1,1,1,1,1,1,1,1,1]',
    ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(10)}]`),
  ];
  const told = problems(bomb.join('\n')).filter((line) => line.includes('aliases stand for'));
  assert.is(told.length, 1);
});

test('nothing but MatrixError comes out, whatever the text', () => {
  const odd = [
    'null',
    '~',
    '5',
    'true',
    '"',
    "'",
    '&',
    '*',
    '!',
    '%YAML 9.9\n---\n',
    '{',
    '}',
    ']',
    '? ',
    ': ',
    '- - -',
    '|',
    '>',
    '@',
    '`',
    'a: b: c',
    '\ufeff',
    '...',
    '--- a\n...\nb',
    '<<: 1',
    '{a: {b: {c: *d}}}',
  ];
  for (const text of odd) assert.ok(problems(text).length > 0, JSON.stringify(text));
});

test.run();
