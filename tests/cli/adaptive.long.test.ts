import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, eventsOf, eventually, inFolder, journalOf, resultsOf, startBench } from './bench-process.ts';
import { smallMatrix, wheel } from './matrices.ts';
import { AdaptiveDeadlines } from '../../harness/runner/state/adaptive-deadlines.ts';
import { OpenWork } from '../../harness/verdicts/fold/open-work.ts';
import { scaleWatchdog } from '../../harness/runner/scaled-deadlines.ts';
import type { JournalEvent } from '../../harness/model/events.ts';
import { Watchdog } from '../../harness/matrix/file/schema.ts';
import { adaptiveWords } from '../../reports/findings/words/deadline-words.ts';

/** Whole runs under lowered limits, with real processes. */
const test = suite('cli/adaptive');

/** 5 card seconds are the least limit, 0.4 wall seconds; a first run has 2.5 of them. 24 takes 1.5 wall seconds and passes; from 48 on it hangs. */
const TIME_SCALE = 0.04;
const FULL_SECONDS = 2.5;
const SLOW_SECONDS = 1.5;
const MODEL = `schema: 1
name: one-slow
description: a test's own
device: { name: test card, target: gfx1010 }
time_scale: ${TIME_SCALE}
rules:
  - when: { size: { gte: 48 }, in_channels: 16 }
    fate: { kind: hang }
  - when: { size: 24, in_channels: 16 }
    fate: { kind: pass, seconds: ${SLOW_SECONDS / TIME_SCALE} }
default: { kind: pass, seconds: 0.1 }
`;
const DEADLINES = {
  device: '1500s',
  allocate: '1500s',
  'first-run': `${FULL_SECONDS / TIME_SCALE}s`,
  steady: '1500s',
  verify: '1500s',
};
const WATCHDOG = `deadlines: ${JSON.stringify(DEADLINES)}, hard_limit: 3h`;
const MORE = `watchdog: { ${WATCHDOG} }\n`;
const SIZES = [8, 10, 12, 14, 16, 24, 32, 48, 64, 80];

/** Every attempt was given what follows from the journal before it. */
function assertFollows(events: readonly JournalEvent[]): void {
  const deadlines = new AdaptiveDeadlines(
    scaleWatchdog(Watchdog.parse({ deadlines: DEADLINES, hard_limit: '3h' }), TIME_SCALE),
  );
  const open = new OpenWork();
  for (const event of events) {
    if (event.event === 'attempt-started')
      assert.equal(event.lowered ?? null, deadlines.limitsFor(event), event.attempt);
    deadlines.apply(event, open.apply(event));
  }
}

interface Facts {
  readonly suspected: number;
  readonly confirmed: number;
  readonly refuted: number;
}

/**
 * What lowered limits must have done, attempt for attempt. How low they are follows from how long the passes took, and so does whether 24 is suspected;
 * where bench itself stood still until it had passed, it is not.
 */
function assertSuspicions(events: readonly JournalEvent[]): Facts {
  const open = new Set<string>();
  const facts = { suspected: 0, confirmed: 0, refuted: 0 };
  const ends = new Map(eventsOf(events, 'attempt-finished').map(({ attempt, report }) => [attempt, report.outcome]));
  for (const { attempt, cell, purpose, lowered } of eventsOf(events, 'attempt-started')) {
    const size = Number(cell.case['size']);
    const isHang = cell.case['in_channels'] === 16 && size >= 48;
    const isSlow = cell.case['in_channels'] === 16 && size === 24;
    const outcome = ends.get(attempt);
    if (outcome === undefined || outcome.kind === 'cancelled') continue;
    const limit = lowered?.limits.find(({ phase }) => phase === 'first-run')?.seconds ?? FULL_SECONDS;
    const isSuspected = outcome.kind === 'hang' && outcome.limit === 'adaptive';
    if (lowered !== undefined) {
      assert.is(purpose, 'search', attempt);
      assert.is(lowered.multiple, 20 * 2 ** facts.refuted, attempt);
    }
    if (isHang) assert.equal([outcome.kind, isSuspected], ['hang', limit < FULL_SECONDS], attempt);
    if (!isHang && !(isSlow && isSuspected && limit < SLOW_SECONDS)) assert.is(outcome.kind, 'pass', attempt);
    if (isSuspected) {
      facts.suspected += 1;
      open.add(cell.id);
    } else if (purpose === 'confirm' && open.delete(cell.id)) facts[isHang ? 'confirmed' : 'refuted'] += 1;
  }
  return facts;
}

for (const isolation of ['fork', 'spawn'] as const) {
  test(`${isolation}, grid: a slow pass that is suspected passes, a hang is confirmed under the full limits, and the saving is told`, async () => {
    await inFolder(async (folder) => {
      const matrix = await smallMatrix(folder, {
        environments: [wheel('5.3')],
        sizes: SIZES,
        strategy: 'grid',
        model: MODEL,
        more: `isolation: ${isolation}\n${MORE}`,
      });
      const { code, stdout, stderr } = await bench(['run', matrix, '-q', '--out', folder.file('run')]);
      assert.is(code, 0, stderr);
      const results = await resultsOf(folder.file('run'));
      const verdicts = results.cells.filter((cell) => cell.case['in_channels'] === 16).map(({ verdict }) => verdict);
      assert.equal(
        verdicts,
        SIZES.map((size) => (size >= 48 ? 'hang' : 'pass')),
      );
      const line = results.lines.find(({ fixed }) => fixed['in_channels'] === 16);
      assert.equal(line?.boundary, { kind: 'bracketed', largestGood: 32, smallestBad: 48, confirmed: true });

      const suspected = results.attempts.filter(
        ({ report: { outcome } }) => outcome.kind === 'hang' && outcome.limit === 'adaptive',
      );
      assert.ok(
        suspected.every(({ purpose }) => purpose === 'search'),
        JSON.stringify(suspected.map(({ id }) => id)),
      );
      const events = await journalOf(folder.file('run'));
      assertFollows(events);
      const facts = assertSuspicions(events);
      assert.is(facts.suspected, suspected.length);
      const adaptive = results.run.adaptive;
      assert.equal(
        [adaptive?.suspected, adaptive?.confirmed, adaptive?.refuted],
        [facts.suspected, facts.confirmed, facts.refuted],
      );
      const told = adaptiveWords(results.run) ?? 'nothing';
      if (facts.suspected > 0) assert.ok(stdout.replaceAll(/\s+/g, ' ').includes(told), stdout);
    });
  });
}

test('a run that was interrupted and resumed gives every attempt the limits that follow from its journal', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, {
      environments: [wheel('5.3')],
      sizes: SIZES,
      strategy: 'grid',
      model: MODEL,
      more: MORE,
    });
    const run = folder.file('run');
    const first = startBench(['run', matrix, '-q', '--out', run]);
    await eventually('seven attempts', async () =>
      eventsOf(await journalOf(run).catch(() => []), 'attempt-finished').length >= 7 ? true : null,
    );
    first.kill('SIGINT');
    assert.is((await first.ended).code, 130);
    assert.is((await bench(['run', '--resume', run, '-q'])).code, 0);
    const events = await journalOf(run);
    assert.ok(
      eventsOf(events, 'run-resumed').length === 1 &&
        eventsOf(events, 'attempt-started').some(({ lowered }) => lowered !== undefined),
    );
    assertFollows(events);
    const boundaries = (await resultsOf(run)).lines.map(({ boundary }) => boundary.kind);
    assert.equal(boundaries, ['bracketed', 'all-good']);
  });
});

test('`adaptive: false` waits for everything', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, {
      environments: [wheel('5.3')],
      sizes: SIZES,
      model: MODEL,
      more: `watchdog: { adaptive: false, ${WATCHDOG} }\n`,
    });
    assert.is((await bench(['run', matrix, '-q', '--out', folder.file('run')])).code, 0);
    const results = await resultsOf(folder.file('run'));
    assert.is(results.run.adaptive, undefined);
    assert.ok(
      results.attempts.every(
        ({ report: { outcome } }) => outcome.kind !== 'hang' || outcome.silentSeconds >= FULL_SECONDS,
      ),
    );
  });
});

test.run();
