import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { duration, kibibytes } from '../../../../reports/findings/words/numbers.ts';
import { head, plainBlock, plainLine, tail } from '../../../../reports/findings/words/plain-text.ts';

const test = suite('plain text and numbers');

test('what cannot be seen becomes visible', () => {
  assert.is(plainBlock('a\u0000b\u001b[0m\u007f\u0085'), 'a␀b␛[0m␡⟨U+0085⟩');
  assert.is(plainBlock('\u202eabc\u2066\u200b\ufeff'), '⟨U+202E⟩abc⟨U+2066⟩⟨U+200B⟩⟨U+FEFF⟩');
  assert.is(
    plainBlock('a\ufffeb\uffff\ufdd0\u{1fffe}\u00ad'),
    'a⟨U+FFFE⟩b⟨U+FFFF⟩⟨U+FDD0⟩⟨U+1FFFE⟩⟨U+00AD⟩',
    'no XML may hold them',
  );
  assert.is(plainBlock('a\r\nb\rc\td'), 'a\nb\nc\td');
  assert.is(plainBlock('\ud83d'), '\ufffd');
  assert.is(plainBlock('\ud83d\ude00 é 漢'), '\ud83d\ude00 é 漢', 'ordinary text stays');
});

test('one line, cut without halving a character', () => {
  assert.is(plainLine(' a\n\tb '), 'a b');
  assert.is(plainLine('x'.repeat(500), 10), 'xxxxxxxxx…');
  assert.is(plainLine('aaa\ud83d\ude00bbb', 5), 'aaa…');
});

test('head and tail keep whole lines and count what is left', () => {
  const text = 'one\ntwo\nthree\nfour';
  assert.equal(head(text, 9), { text: 'one\ntwo', left: 11 });
  assert.equal(tail(text, 11), { text: 'three\nfour', left: 8 });
  assert.equal(head('short', 10), { text: 'short', left: 0 });
  assert.equal(tail('x'.repeat(20), 5), { text: 'xxxxx', left: 15 });
});

test('numbers read well', () => {
  assert.equal([0, 0.0000012, 0.0009996, 0.22, 0.9999, 3.456, 59.99, 61, 3600, 3725].map(duration), [
    '0 s',
    '1.2 µs',
    '1 ms',
    '220 ms',
    '1 s',
    '3.46 s',
    '60 s',
    '1 min 1 s',
    '1 h',
    '1 h 2 min',
  ]);
  assert.equal([512, 812_344, 3 * 1024 * 1024].map(kibibytes), ['512 KiB', '793 MiB', '3 GiB']);
});

test.run();
