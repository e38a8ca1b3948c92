import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMAND, environment, inFolder, resultsOf, underWay } from './bench-process.ts';
import { SEARCHING_SECONDS, smallMatrix, slowModel } from './matrices.ts';

const test = suite('cli/terminal');

const ESC = '\u001B';

interface Seen {
  readonly code: unknown;
  readonly screen: string;
}

/** Runs bench in a pseudo-terminal of 60 columns; `meanwhile` may type. */
async function inTerminal(
  words: readonly string[],
  meanwhile: (type: (keys: string) => void) => Promise<void> = async () => {},
): Promise<Seen> {
  const quoted = [...COMMAND, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn(
    'script',
    ['--quiet', '--return', '--flush', '--command', `stty cols 60 rows 30; exec ${quoted}`, '/dev/null'],
    {
      env: environment({ TERM: 'xterm' }),
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (drawn: string) => {
    screen += drawn;
  });
  const code = new Promise((resolve) => {
    child.once('close', resolve);
  });
  await meanwhile((keys) => child.stdin.write(keys));
  return { code: await code, screen };
}

/** What a drawing leaves without its colours and movements. */
function text(drawn: string): string {
  return drawn.replaceAll(new RegExp(`${ESC}\\[[0-9;?]*[A-Za-z]`, 'g'), '').replaceAll('\r', '');
}

test('on a terminal a block is drawn again and again, and the last one has the counts of the results', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder);
    const { code, screen } = await inTerminal(['run', matrix, '--out', folder.file('run')]);
    assert.is(code, 0, screen);
    assert.ok(screen.includes(`${ESC}[1msmall on a SIMULATED card`), 'the title, in bold');
    assert.ok(screen.split('░ ').length > 3, 'drawn more than once');
    assert.ok(
      screen.includes(`${ESC}[?25l`) && screen.includes(`${ESC}[?25h`),
      'the cursor was hidden and shown again',
    );
    const { attempts } = await resultsOf(folder.file('run'));
    const hangs = attempts.filter(({ report }) => report.outcome.kind === 'hang').length;
    const last = text(screen.slice(screen.lastIndexOf('100 %')));
    assert.match(
      last,
      new RegExp(`^lines 4 of 4   attempts ${attempts.length}   pass ${attempts.length - hangs}   hang ${hangs}$`, 'm'),
    );
    // A line that did not change is not drawn again, so it stands somewhere on the screen and not always in the last drawing.
    assert.match(text(screen), / {2}rocm5\.3-torch2\.0\.1 16->32 size=32: hang in first-run/);
    assert.match(last, /^SIMULATED/m);
    assert.ok(last.includes(`${folder.file('run', 'report.html')}`));
  });
});

const SLOW = slowModel(80);

test('Ctrl-C on the keyboard ends the run in order, and the word about it stays above the last block', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    const matrix = await smallMatrix(folder, { strategy: 'grid', model: SLOW, hangSeconds: SEARCHING_SECONDS });
    const { code, screen } = await inTerminal(['run', matrix, '--out', run], async (type) => {
      await underWay(run, 2);
      type('\u0003');
    });
    assert.is(code, 130, screen);
    const after = text(screen.slice(screen.lastIndexOf('SIGINT: stopping')));
    assert.match(after, /^lines \d of 4   attempts \d+   /m);
    assert.match(after, /bench run --resume /);
    assert.match(await readFile(`${run}/journal.jsonl`, 'utf8'), /"event":"run-interrupted"/);
  });
});

test.run();
