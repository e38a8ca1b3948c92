import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { harmless } from '../../../harness/cli/text/harmless.ts';
import { palette, wantsColour } from '../../../harness/cli/text/palette.ts';

const test = suite('cli/palette');

const terminal = { isTTY: true };
const file = { isTTY: false };

test('colours on a terminal, none elsewhere', () => {
  assert.is(wantsColour(terminal, {}, true), true);
  assert.is(wantsColour(file, {}, true), false);
  assert.is(wantsColour(terminal, { TERM: 'dumb' }, true), false);
});

test('FORCE_COLOR decides either way, and NO_COLOR and --no-color stand above it', () => {
  assert.is(wantsColour(file, { FORCE_COLOR: '1' }, true), true);
  assert.is(wantsColour(file, { FORCE_COLOR: '' }, true), true);
  assert.is(wantsColour(terminal, { FORCE_COLOR: '0' }, true), false);
  assert.is(wantsColour(terminal, { FORCE_COLOR: '1', NO_COLOR: '1' }, true), false);
  assert.is(wantsColour(terminal, { NO_COLOR: '' }, true), true, 'an empty NO_COLOR is none');
  assert.is(wantsColour(terminal, { FORCE_COLOR: '1' }, false), false);
});

test('without colours the text is the text', () => {
  const { bold, good, bad, faint } = palette(false);
  assert.equal(
    [bold, good, bad, faint].map((paint) => paint('x')),
    ['x', 'x', 'x', 'x'],
  );
  assert.ok(harmless(palette(true).bad('x')).startsWith('\u001B[31mx'));
});

test.run();
