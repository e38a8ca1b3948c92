import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bench,
  eventsOf,
  findingsOf,
  inFolder,
  journalOf,
  resultsOf,
  startBench,
  survivors,
  underWay,
} from './bench-process.ts';
import { smallMatrix } from './matrices.ts';
import type { JournalEvent } from '../../harness/model/events.ts';

const test = suite('cli/sigkill');

/** tests/campaign/kill.ts does it hundreds of times. */
const KILLS = 3;
const LONGEST_MILLISECONDS = 500;

/** Hangs leave processes behind that only a marker finds. An attempt takes half a second, so that the run lasts however late a kill comes. */
const MODEL = `schema: 1
name: hard-to-kill
description: a test's own
device: { name: test card, target: gfx1010 }
time_scale: 0.002
rules:
  - when: { rocm: '5.3', size: { gt: 16 }, in_channels: 16 }
    fate: { kind: hang, ignore_term: true, grandchild: true, new_session: true }
default: { kind: pass, seconds: 250 }
`;

/** Uniform in [0, 1), the same in every run of the test. */
function* chances(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Cells and purposes of the attempts that came to an end of their own, sorted. */
function askedIn(journal: readonly JournalEvent[]): readonly string[] {
  const asked = new Map(
    eventsOf(journal, 'attempt-started').map(({ attempt, cell, purpose }) => [attempt, `${cell.id} ${purpose}`]),
  );
  return eventsOf(journal, 'attempt-finished')
    .flatMap(({ attempt, report }) => (report.outcome.kind === 'cancelled' ? [] : (asked.get(attempt) ?? [])))
    .toSorted();
}

test(`SIGKILL at random moments: nothing is lost, repeated or left running, and the findings are the same`, async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, {
      sizes: [8, 12, 16, 20, 24, 32],
      strategy: 'grid',
      model: MODEL,
      hangSeconds: 2,
    });
    const undisturbed = startBench(['run', matrix, '-q', '--out', folder.file('undisturbed')]);

    const run = folder.file('run');
    const chance = chances(20_261_121);
    let kept = '';
    let started = 0;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const living = startBench(kill === 1 ? ['run', matrix, '-q', '--out', run] : ['run', '--resume', run, '-q']);
      const runId = await underWay(run, started + 1);
      await sleep(chance.next().value * LONGEST_MILLISECONDS);
      living.kill('SIGKILL');
      assert.is((await living.ended).signal, 'SIGKILL', 'it was in the middle of the run');
      assert.equal(await survivors(runId), [], `after kill ${kill}`);
      const journal = await readFile(join(run, 'journal.jsonl'), 'utf8');
      assert.ok(journal.startsWith(kept), 'what was written stays');
      kept = journal.slice(0, journal.lastIndexOf('\n') + 1);
      started = kept.split('"event":"attempt-started"').length - 1;
    }

    const last = await bench(['run', '--resume', run, '-q']);
    assert.is(last.code, 0, last.stderr);
    const journal = await journalOf(run);
    const begun = eventsOf(journal, 'attempt-started').length;
    assert.is(eventsOf(journal, 'attempt-finished').length, begun, 'each attempt has its end');
    assert.is(eventsOf(journal, 'run-resumed').length, KILLS);
    const results = await resultsOf(run);
    assert.is(results.run.status, 'complete');
    const { code, stderr } = await undisturbed.ended;
    assert.is(code, 0, stderr);
    const straight = await journalOf(folder.file('undisturbed'));
    assert.equal(askedIn(journal), askedIn(straight), 'no attempt that finished was made again, and none was left out');
    assert.equal(findingsOf(results), findingsOf(await resultsOf(folder.file('undisturbed'))));
  });
});

test.run();
