import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sealed } from '../../harness/journal/seal.ts';
import { bench, eventsOf, inFolder, journalOf, resultsOf } from './bench-process.ts';
import { smallMatrix, wheel } from './matrices.ts';

const test = suite('cli/lost-host');

const TORN = '{"event":"attempt-finished","at":"2026-';

test('an attempt that another boot left open is host-lost and never started again; a torn line is kept beside the journal', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    const journal = join(run, 'journal.jsonl');
    const matrix = await smallMatrix(folder, { environments: [wheel('5.2')], strategy: 'grid' });
    assert.is((await bench(['run', matrix, '-q', '--out', run])).code, 0);

    // As if the machine had frozen in the third attempt, and the last write had reached the disk in part.
    const lines = (await readFile(journal, 'utf8')).split('\n');
    const places = lines.flatMap((line, index) => (line.includes('"event":"attempt-started"') ? [index] : []));
    const place = places[2] ?? 0;
    const { crc, chain, ...frozen } = JSON.parse(lines[place] ?? '');
    assert.match(crc, /^[0-9a-f]{8}$/);
    const { bootId, cell } = frozen;
    const kept = [...lines.slice(0, place), sealed(JSON.stringify({ ...frozen, bootId: 'a boot before' }), chain)].join(
      '\n',
    );
    await writeFile(journal, `${kept}\n${TORN}`);

    const resumed = await bench(['run', '--resume', run]);
    assert.is(resumed.code, 0, resumed.stderr);
    assert.match(
      resumed.stdout.replaceAll(/\s+/g, ' '),
      /HOST LOST: the machine went down during rocm5\.2-torch1\.13\.1_\S+\. Not started again unless --retry-host-lost is given\./,
    );
    assert.ok((await readFile(journal, 'utf8')).startsWith(`${kept}\n`));
    assert.equal(
      (await readdir(run)).filter((name) => name.includes('torn')),
      ['journal.torn-1'],
    );
    assert.is(await readFile(join(run, 'journal.torn-1'), 'utf8'), TORN);

    const events = await journalOf(run);
    assert.is(eventsOf(events, 'run-resumed')[0]?.bootId, bootId);
    assert.is(eventsOf(events, 'attempt-started').filter((event) => event.cell.id === cell.id).length, 1);
    const results = await resultsOf(run);
    assert.equal(
      results.cells.filter(({ verdict }) => verdict === 'host-lost').map(({ id, attempts }) => [id, attempts]),
      [[cell.id, 1]],
    );
    assert.is(results.cells.filter(({ verdict }) => verdict === 'pass').length, 7);

    const again = await bench(['run', '--resume', run, '-q', '--fail-on', 'host-lost']);
    assert.is(again.code, 1, again.stderr);
    const tried = eventsOf(await journalOf(run), 'attempt-started').filter((event) => event.cell.id === cell.id);
    assert.is(tried.length, 1, 'not a second time either');
  });
});

test.run();
