import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sealed } from '../../harness/journal/seal.ts';
import { bench, eventsOf, inFolder, journalOf, resultsOf } from './bench-process.ts';
import { smallMatrix, wheel } from './matrices.ts';

const test = suite('cli/lost-host-twice');

/** The first `count` attempts of a finished run stay; the next one is left open under another boot. Returns its cell. */
async function freezeAt(run: string, count: number): Promise<string> {
  const journal = join(run, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  const places = lines.flatMap((line, index) => (line.includes('"event":"attempt-started"') ? [index] : []));
  const place = places[count] ?? 0;
  const { crc: _, chain, ...frozen } = JSON.parse(lines[place] ?? '');
  await writeFile(
    journal,
    `${[...lines.slice(0, place), sealed(JSON.stringify({ ...frozen, bootId: `a boot before ${count}` }), chain)].join('\n')}\n`,
  );
  return frozen.cell.id;
}

test('twice in a row: refused, until a person says what to do; tried again on request, the new attempt counts', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    const matrix = await smallMatrix(folder, { environments: [wheel('5.2')], strategy: 'grid' });
    assert.is((await bench(['run', matrix, '-q', '--out', run])).code, 0);
    const first = await freezeAt(run, 1);
    assert.is((await bench(['run', '--resume', run, '-q'])).code, 0, 'once is no loop');
    const second = await freezeAt(run, 4);

    const refused = await bench(['run', '--resume', run]);
    assert.is(refused.code, 3);
    assert.match(refused.stderr, new RegExp(`the machine went down 2 times.*during ${first}, then ${second}`));
    assert.match(refused.stderr, /--accept-host-lost.*--retry-host-lost/);
    assert.is((await bench(['run', '--resume', run, '-q'])).code, 3, 'asking again changes nothing');

    const accepted = await bench(['run', '--resume', run, '--accept-host-lost']);
    assert.is(accepted.code, 0, accepted.stderr);
    const lost = async (): Promise<string[]> =>
      (await resultsOf(run)).cells.filter(({ verdict }) => verdict === 'host-lost').map(({ id }) => id);
    assert.equal(await lost(), [first, second]);

    const retried = await bench(['run', '--resume', run, '-q', '--retry-host-lost']);
    assert.is(retried.code, 0, retried.stderr);
    assert.equal(await lost(), []);
    const results = await resultsOf(run);
    assert.ok(results.cells.every(({ verdict }) => verdict === 'pass'));
    assert.equal(
      results.attempts.filter(({ credit }) => credit === 'retried').map(({ cell }) => cell),
      [first, second],
    );
    const attempts = eventsOf(await journalOf(run), 'attempt-started').length;
    assert.is((await bench(['run', '--resume', run, '-q', '--accept-host-lost'])).code, 0);
    assert.is(
      eventsOf(await journalOf(run), 'attempt-started').length,
      attempts,
      'a later resume knows that they were tried again',
    );
  });
});

test.run();
