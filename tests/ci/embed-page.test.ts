/** The texts that the pages embed: a style or a script that was changed without them is found out. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('embedded texts of the pages');
const home = join(import.meta.dirname, '../..');

/** What --check says of a copy of the pages' files in which some files end with a further text. */
function checked(further: Readonly<Record<string, string>>): {
  readonly status: number | null;
  readonly stderr: string;
} {
  const root = mkdtempSync(join(tmpdir(), 'bench-embed-'));
  try {
    for (const folder of ['reports/html/page', 'reports/history'])
      cpSync(join(home, folder), join(root, folder), { recursive: true });
    for (const [file, text] of Object.entries(further)) appendFileSync(join(root, file), text);
    return spawnSync(process.execPath, ['--import', 'tsx', 'ci/embed-page.ts', '--check', root], {
      cwd: home,
      encoding: 'utf8',
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

for (const [file, text, stale] of [
  ['reports/html/page/script/panel.js', 'console.log(1);', 'reports/html/page/embedded.ts'],
  ['reports/history/history.css', '.change{color:red}', 'reports/history/embedded.ts'],
] as const) {
  test(`${file}: a change that is not embedded is found`, () => {
    const { status, stderr } = checked({ [file]: text });
    assert.is(status, 1);
    assert.is(stderr, `${stale} is stale: run npm run embed and commit it\n`);
  });
}

test('a comment is not embedded', () => {
  const comment = '/* a comment */\n';
  const { status, stderr } = checked({
    'reports/html/page/style/tables.css': comment,
    'reports/html/page/script/cells.js': comment,
  });
  assert.is(stderr, '');
  assert.is(status, 0);
});

test('a property that no browser knows is refused', () => {
  const { status, stderr } = checked({ 'reports/html/page/style/tables.css': 'table{widht:1px}' });
  assert.is(status, 1);
  assert.match(stderr, /"widht" is not a known CSS property/);
});

test.run();
