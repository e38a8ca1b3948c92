/** A machine as text against the same one as files: the other tests of discovery may trust the text. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layOut, machineOf, recorded } from './machine-text.ts';
import { discover } from '../../harness/devices/discover.ts';
import { machineAt } from '../../harness/devices/machine.ts';

const NAMES = readdirSync(join(import.meta.dirname, '..', 'fixtures', 'machines'))
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.slice(0, -'.txt'.length));
/** Of the helper that reads a file: these are plain files, and only a helper that does not get its turn is slow. */
const READ_LIMIT_MS = 60_000;

const test = suite('machines as text');
const folder = mkdtempSync(join(tmpdir(), 'bench-machines-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

for (const name of NAMES) {
  test(`${name}: what is found in the text is found in its files`, async () => {
    const root = join(folder, name);
    layOut(recorded(name), root);
    assert.equal(await discover(machineOf(recorded(name))), await discover(machineAt(root, READ_LIMIT_MS)));
  });
}

const LAID_OUT = `
/sys/here
  one = a line
  two:
     of which the first begins with a blank
    and the second holds \\x00 and \\xff
  none (empty)
  blank =
  folder/file = below
  gone = soon
/sys
  up -> here/folder
  round -> round
  there -> /sys/here/one
/sys/here
  gone (absent)
`;

test('every way to look sees the same in the text and in its files', async () => {
  const root = join(folder, 'ways');
  layOut(LAID_OUT, root);
  const [text, files] = [machineOf(LAID_OUT), machineAt(root, READ_LIMIT_MS)];
  for (const path of [
    '/',
    '/sys',
    '/sys/here',
    '/sys/here/one',
    '/sys/here/two',
    '/sys/here/none',
    '/sys/here/blank',
    '/sys/up',
    '/sys/up/file',
    '/sys/round',
    '/sys/here/gone',
    '/sys/here/one/below',
    '/none',
  ]) {
    assert.equal(await text.read(path), await files.read(path), `read ${path}`);
    assert.equal(await text.entries(path), await files.entries(path), `entries ${path}`);
    assert.equal(await text.list(path), await files.list(path), `list ${path}`);
    assert.is(await text.link(path), await files.link(path), `link ${path}`);
    assert.is(await text.access(path), await files.access(path), `access ${path}`);
    assert.equal(await text.lines([path]), await files.lines([path]), `line of ${path}`);
  }
});

test('what is closed is told apart from what is absent, and a slip of the pen is refused', async () => {
  const machine = machineOf('/dev\n  kfd (closed)\n');
  assert.equal(
    [await machine.access('/dev/kfd'), await machine.entries('/dev/kfd'), await machine.read('/dev/kfd')],
    ['denied', 'closed', { kind: 'unreadable' }],
  );
  assert.throws(() => machineOf('/dev\n  kfd\n'), 'not a line of a machine:   kfd');
});

test.run();
