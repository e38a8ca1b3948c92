/** A run folder of 0.1, as its program left it: judged, reported, compared and gone on with. */
import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inFolder, resultsOf, type Folder } from './bench-process.ts';
import { benchHere } from './in-process.ts';
import { packageRoot } from '../../harness/machine/installation.ts';
import type { Results } from '../../harness/model/results/results.ts';

const test = suite('cli/golden-run');

const GOLDEN = join(packageRoot(), 'tests', 'golden', 'run-interrupted');

async function copyIn(folder: Folder, name: string): Promise<string> {
  await cp(GOLDEN, folder.file(name), { recursive: true });
  return folder.file(name);
}

/** What was seen, by cell. */
function observed({ cells }: Results): Record<string, string> {
  return Object.fromEntries(
    cells.flatMap(({ id, verdict, basis }) => (basis.kind === 'observed' ? [[id, verdict]] : [])),
  );
}

test('it is judged as its own program did, reported and compared', async () => {
  await inFolder(async (folder) => {
    const before = await resultsOf(GOLDEN);
    const run = await copyIn(folder, 'run');
    const judged = await benchHere(['judge', run]);
    assert.is(judged.code, 3, judged.stderr);
    assert.equal(observed(await resultsOf(run)), observed(before));
    assert.is((await benchHere(['report', run])).code, 0);
    const compared = await benchHere(['compare', GOLDEN, run]);
    assert.is(compared.code, 0, compared.stderr);
    assert.equal(readFileSync(join(run, 'journal.jsonl')), readFileSync(join(GOLDEN, 'journal.jsonl')), 'only read');
  });
});

test('it is gone on with: nothing that was seen is seen otherwise, and its old lines stay as they are', async () => {
  await inFolder(async (folder) => {
    const run = await copyIn(folder, 'run');
    const resumed = await benchHere(['run', '--resume', run]);
    assert.is(resumed.code, 0, resumed.stderr);
    const results = await resultsOf(run);
    assert.is(results.run.status, 'complete');
    const after = observed(results);
    for (const [id, verdict] of Object.entries(observed(await resultsOf(GOLDEN)))) assert.is(after[id], verdict);
    assert.equal(results.lines.map(({ boundary }) => boundary.kind).toSorted(), [
      'all-good',
      'all-good',
      'all-good',
      'bracketed',
    ]);
    const [old, grown] = [GOLDEN, run].map((path) => readFileSync(join(path, 'journal.jsonl'), 'utf8'));
    assert.ok(old !== undefined && grown?.startsWith(old) === true && grown.length > old.length);
    assert.is((await benchHere(['judge', run])).code, 0, 'and the longer journal is read again');
  });
});

test.run();
