/**
 * SIGKILL of the harness at chosen moments, and --resume, over and over: no finished attempt is lost or made again, no process is left,
 * and the results are those of a run that nobody disturbed.
 */
import { grouped } from '../../harness/model/grouped.ts';
import { existsSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eventsOf, journalOf, resultsOf } from '../cli/bench-process.ts';
import { Problems, type Campaign, type CampaignOptions, type Findings } from './campaign.ts';
import { chance as seeded, type Chance } from './chance.ts';
import { killMatrix, type KillStrategy } from './kill-matrices.ts';
import { awaitMoment, chooseMoment, MOMENTS, tearTail, type Moment } from './kill-moments.ts';
import {
  attemptsOf,
  comparable,
  counts as countsForAnswer,
  isHarnessError,
  journalText,
  wholeLines,
} from './run-facts.ts';
import type { Stage } from './stage.ts';

export const kill: Campaign = {
  name: 'kill',
  about: 'SIGKILL of the harness at random moments, and resume',
  counts: { full: 500, short: 5 },
  trials: (options) => [
    { name: `${options.count} kills`, missing: null, run: (stage) => killOverAndOver(stage, options) },
  ],
};

/** For a run that nobody kills: some 10 s on an idle machine. */
const LAST_RUN_SECONDS = 300;

interface Tally {
  kills: number;
  runs: number;
  /** Runs that were killed before they had a journal to go on with. */
  stillborn: number;
  started: number;
  finished: number;
  cancelled: number;
  repeated: number;
  lost: number;
  left: number;
  torn: number;
  /** Kills at which processes of the run were seen alive just before: a look that never sees any proves nothing. */
  seenAlive: number;
  slowestEnd: number;
  readonly moments: Record<Moment, number>;
}

async function killOverAndOver(stage: Stage, { count, seed }: CampaignOptions): Promise<Findings> {
  const problems = new Problems();
  const chance = seeded(seed);
  const moments = { birth: 0, start: 0, repair: 0, attempt: 0, ladder: 0, report: 0, any: 0 };
  const tally: Tally = {
    kills: 0,
    runs: 0,
    stillborn: 0,
    started: 0,
    finished: 0,
    cancelled: 0,
    repeated: 0,
    lost: 0,
    left: 0,
    torn: 0,
    seenAlive: 0,
    slowestEnd: 0,
    moments,
  };
  const undisturbed = new Map<KillStrategy, Undisturbed>();
  while (tally.kills < count && problems.found.length < 20) {
    const strategy = tally.runs % 2 === 0 ? 'grid' : 'line';
    const matrix = await killMatrix(stage, strategy);
    const wanted = undisturbed.get(strategy) ?? (await undisturbedRun(stage, matrix, problems));
    undisturbed.set(strategy, wanted);
    try {
      await oneRun({ stage, matrix, chance, problems, tally, count, wanted });
    } catch (error) {
      problems.found.push(`run ${tally.runs}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  problems.check(tally.seenAlive > 0, 'no process of a run was ever seen alive: the look for what is left is blind');
  const { slowestEnd, moments: at, ...counts } = tally;
  const note = `kills at ${MOMENTS.map((moment) => `${moment} ${at[moment]}`).join(', ')}; slowest end of the last process after a kill ${slowestEnd.toFixed(2)} s`;
  return { problems: problems.found, counts, note };
}

/** What a run comes to that nobody disturbs. */
interface Undisturbed {
  readonly results: unknown;
  /** How often each question is answered. */
  readonly asked: ReadonlyMap<string, number>;
}

async function undisturbedRun(stage: Stage, matrix: string, problems: Problems): Promise<Undisturbed> {
  const run = stage.runFolder('undisturbed');
  const { code, stderr } = await stage.bench(['run', matrix, '-q', '--out', run], { limitSeconds: LAST_RUN_SECONDS });
  problems.equal(code, 0, `the undisturbed run (${stderr.trim()})`);
  return { results: comparable(await resultsOf(run)), asked: asksOf(attemptsOf(await journalOf(run))) };
}

interface OneRun {
  readonly stage: Stage;
  readonly matrix: string;
  readonly chance: Chance;
  readonly problems: Problems;
  readonly tally: Tally;
  /** No kill beyond this many. */
  readonly count: number;
  readonly wanted: Undisturbed;
}

/** One run from its beginning to its results, killed on its way as often as chance will have it. */
async function oneRun(one: OneRun): Promise<void> {
  const { stage, matrix, chance, problems, tally, count, wanted } = one;
  let run = stage.runFolder();
  tally.runs += 1;
  for (;;) {
    const begun = existsSync(join(run, 'journal.jsonl'));
    const words = begun ? ['run', '--resume', run] : ['run', matrix, '--out', run];
    if (tally.kills >= count) {
      const { code, stderr } = await stage.bench(words, { limitSeconds: LAST_RUN_SECONDS });
      problems.equal(code, 0, `the last resume (${stderr.trim()})`);
      break;
    }
    const moment = chooseMoment(chance);
    if (moment === 'repair' && begun && (await tearTail(run, chance))) tally.torn += 1;
    const before = wholeLines(await journalText(run));
    const living = stage.start(words);
    let over = false;
    const ended = living.ended.finally(() => {
      over = true;
    });
    await awaitMoment(moment, run, before, chance, () => over);
    const alive = (await stage.survivors(0)).length > 0;
    if (!over) living.kill('SIGKILL');
    const killedAt = performance.now();
    const { code, signal, stderr } = await ended;
    const what = `after kill ${tally.kills + 1} at ${moment}`;
    if (signal === 'SIGKILL') {
      tally.kills += 1;
      tally.moments[moment] += 1;
      if (alive) tally.seenAlive += 1;
    }
    const left = await stage.survivors();
    tally.left += left.length;
    problems.equal(left, [], `processes left ${what}`);
    tally.slowestEnd = Math.max(tally.slowestEnd, (performance.now() - killedAt) / 1000);
    checkKept(before, await journalText(run), stderr, what, problems);
    await checkWhole(run, what, problems);
    if (signal !== 'SIGKILL') {
      if (code === 2 && /journal-empty/.test(stderr)) {
        run = await stillborn(one, run);
        continue;
      }
      problems.equal(code, 0, `the run ended by itself (${stderr.trim()})`);
      break;
    }
    if (!existsSync(join(run, 'journal.jsonl')) && existsSync(run)) run = await stillborn(one, run);
  }
  await account(run, wanted, problems, tally);
  await rm(run, { recursive: true, force: true });
}

/** A run that was killed before its first event was on the disk cannot be gone on with; it must not have started anything. */
async function stillborn({ stage, problems, tally }: OneRun, run: string): Promise<string> {
  tally.stillborn += 1;
  problems.check(!existsSync(join(run, 'evidence')), 'an attempt was started before the run was in the journal');
  await rm(run, { recursive: true, force: true });
  return stage.runFolder();
}

/** What was in the journal is still there, and what was shown to the user is in it. */
function checkKept(before: string, after: string, stderr: string, what: string, problems: Problems): void {
  problems.check(after.startsWith(before), `the journal lost what it held, ${what}`);
  const told = stderr.split('\n').filter((line) => /^SIMULATED .*: hang/.test(line)).length;
  const kept = after
    .slice(before.length)
    .split('\n')
    .filter((line) => line.includes('"event":"attempt-finished"') && line.includes('"kind":"hang"')).length;
  problems.check(told <= kept, `${told} hangs were told, ${kept} are in the journal, ${what}`);
}

/** Files that are written whole or not at all. */
async function checkWhole(run: string, what: string, problems: Problems): Promise<void> {
  const names: readonly string[] = await readdir(run).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.json') && !one.startsWith('.'))) {
    const text = await readFile(join(run, name), 'utf8');
    problems.check(isJson(text), `${name} is not whole ${what}`);
  }
  if (!names.includes('report.html')) return;
  problems.check(
    (await readFile(join(run, 'report.html'), 'utf8')).trimEnd().endsWith('</html>'),
    `report.html is not whole ${what}`,
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function asksOf(attempts: ReturnType<typeof attemptsOf>): ReadonlyMap<string, number> {
  const asked = grouped(attempts.filter(countsForAnswer), ({ cell, purpose }) => `${cell} ${purpose}`);
  return new Map([...asked].map(([ask, own]) => [ask, own.length]));
}

/** Adds up a run that has come to its end. */
async function account(run: string, wanted: Undisturbed, problems: Problems, tally: Tally): Promise<void> {
  const events = await journalOf(run);
  const attempts = attemptsOf(events);
  const answered = attempts.filter(countsForAnswer);
  const asked = asksOf(attempts);
  const repeated = [...asked].reduce((sum, [ask, times]) => sum + Math.max(0, times - (wanted.asked.get(ask) ?? 0)), 0);
  const open = attempts.filter(({ finished }) => finished === null).length;
  tally.started += attempts.length;
  tally.finished += answered.length;
  tally.cancelled += attempts.filter(({ finished }) => finished?.outcome.kind === 'cancelled').length;
  tally.repeated += repeated;
  problems.equal(repeated, 0, 'attempts made again though they had finished');
  problems.equal(open, 0, 'attempts left open');
  problems.equal(
    attempts.filter(({ finished }) => finished !== null && isHarnessError(finished.outcome)).length,
    0,
    'failures of the harness',
  );
  const ids = eventsOf(events, 'attempt-started').map(({ attempt }) => attempt);
  problems.equal(new Set(ids).size, ids.length, 'ids of attempts');
  const results = await resultsOf(run);
  const judged = new Set(results.attempts.map(({ id }) => id));
  const lost = answered.filter(({ attempt }) => !judged.has(attempt)).length;
  tally.lost += lost;
  problems.equal(lost, 0, 'finished attempts that are not in the results');
  problems.equal(comparable(results), wanted.results, 'results against the undisturbed run');
}
