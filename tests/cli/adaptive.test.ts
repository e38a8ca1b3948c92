import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, eventsOf, inFolder, journalOf, resultsOf, startBench } from './bench-process.ts';
import { smallMatrix, wheel } from './matrices.ts';
import { AdaptiveDeadlines } from '../../harness/runner/adaptive-deadlines.ts';
import { scaleWatchdog } from '../../harness/runner/scale.ts';
import type { JournalEvent } from '../../harness/journal/events.ts';
import { Watchdog } from '../../harness/matrix/schema.ts';
import { adaptiveWords } from '../../reports/findings/deadline-words.ts';

/** Whole runs under lowered limits, with real processes. */
const test = suite('cli/adaptive');

/** 60 card seconds of a first run are 2.4 wall seconds, and 5 of them the least, 0.4. 24 takes 1 wall second and passes; from 48 on it hangs. */
const TIME_SCALE = 0.04;
const MODEL = `schema: 1
name: one-slow
description: a test's own
device: { name: test card, target: gfx1010 }
time_scale: ${TIME_SCALE}
rules:
  - when: { size: { gte: 48 }, in_channels: 16 }
    fate: { kind: hang }
  - when: { size: 24, in_channels: 16 }
    fate: { kind: pass, seconds: 25 }
default: { kind: pass, seconds: 0.1 }
`;
const SIZES = [8, 10, 12, 14, 16, 24, 32, 48, 64, 80];

/** Every attempt was given what follows from the journal before it. */
function assertFollows(events: readonly JournalEvent[]): void {
  const deadlines = new AdaptiveDeadlines(scaleWatchdog(Watchdog.parse({}), TIME_SCALE));
  for (const event of events) {
    if (event.event === 'attempt-started') assert.equal(event.lowered ?? null, deadlines.limitsFor(event), event.attempt);
    deadlines.see(event);
  }
}

for (const isolation of ['fork', 'spawn'] as const) {
  test(`${isolation}, grid: a slow pass that is suspected passes, a hang is confirmed under the full limits, and the saving is told`, async () => {
    await inFolder(async (folder) => {
      const matrix = await smallMatrix(folder, { environments: [wheel('5.3')], sizes: SIZES, strategy: 'grid', model: MODEL, more: `isolation: ${isolation}\n` });
      const { code, stdout, stderr } = await bench(['run', matrix, '-q', '--out', folder.file('run')]);
      assert.is(code, 0, stderr);
      const results = await resultsOf(folder.file('run'));
      const verdicts = results.cells.filter((cell) => cell.case['in_channels'] === 16).map(({ verdict }) => verdict);
      assert.equal(verdicts, SIZES.map((size) => (size >= 48 ? 'hang' : 'pass')));
      const line = results.lines.find(({ fixed }) => fixed['in_channels'] === 16);
      assert.equal(line?.boundary, { kind: 'bracketed', largestGood: 32, smallestBad: 48, confirmed: true });

      const suspected = results.attempts.filter(({ report: { outcome } }) => outcome.kind === 'hang' && outcome.limit === 'adaptive');
      assert.ok(suspected.length >= 4 && suspected.every(({ purpose }) => purpose === 'search'), JSON.stringify(suspected.map(({ id }) => id)));
      const adaptive = results.run.adaptive;
      assert.equal([adaptive?.suspected, adaptive?.confirmed, adaptive?.refuted], [suspected.length, 1, 1]);
      assert.ok(stdout.includes(adaptiveWords(results.run) ?? 'nothing'), stdout);

      const events = await journalOf(folder.file('run'));
      assertFollows(events);
      const multiples = eventsOf(events, 'attempt-started').flatMap(({ lowered }) => (lowered === undefined ? [] : [lowered.multiple]));
      assert.is(multiples[0], 20);
    });
  });
}

test('a run that was interrupted and resumed gives every attempt the limits that follow from its journal', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, { environments: [wheel('5.3')], sizes: SIZES, strategy: 'grid', model: MODEL });
    const run = folder.file('run');
    const first = startBench(['run', matrix, '-q', '--out', run]);
    const finished = async (): Promise<number> => eventsOf(await journalOf(run).catch(() => []), 'attempt-finished').length;
    for (let looks = 0; looks < 1500 && (await finished()) < 7; looks += 1) await sleep(20);
    first.kill('SIGINT');
    assert.is((await first.ended).code, 130);
    assert.is((await bench(['run', '--resume', run, '-q'])).code, 0);
    const events = await journalOf(run);
    assert.ok(eventsOf(events, 'run-resumed').length === 1 && eventsOf(events, 'attempt-started').some(({ lowered }) => lowered !== undefined));
    assertFollows(events);
    const boundaries = (await resultsOf(run)).lines.map(({ boundary }) => boundary.kind);
    assert.equal(boundaries, ['bracketed', 'all-good']);
  });
});

test('after a refuted suspicion the multiple is doubled, and `adaptive: false` waits for everything', async () => {
  await inFolder(async (folder) => {
    const more = { environments: [wheel('5.3')], sizes: SIZES, strategy: 'line', model: MODEL } as const;
    const on = await smallMatrix(folder, { ...more, strategy: 'grid' });
    assert.is((await bench(['run', on, '-q', '--out', folder.file('on')])).code, 0);
    const events = await journalOf(folder.file('on'));
    const starts = eventsOf(events, 'attempt-started');
    const confirmed = starts.findIndex(({ purpose, cell }) => purpose === 'confirm' && cell.case['size'] === 24);
    assert.ok(confirmed >= 0);
    const later = starts.slice(confirmed + 1).flatMap(({ lowered }) => lowered?.multiple ?? []);
    assert.ok(later.every((multiple) => multiple === 40), String(later));
    const off = await smallMatrix(folder, { ...more, more: 'watchdog: { adaptive: false }\n' });
    assert.is((await bench(['run', off, '-q', '--out', folder.file('off')])).code, 0);
    const results = await resultsOf(folder.file('off'));
    assert.is(results.run.adaptive, undefined);
    assert.ok(results.attempts.every(({ report: { outcome } }) => outcome.kind !== 'hang' || outcome.silentSeconds >= 2.4));
  });
});

test.run();
