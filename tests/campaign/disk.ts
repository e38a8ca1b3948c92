/** Full disks and run folders that cannot be written: a clear refusal, no finished attempt lost, and the run goes on when there is room. */
import { chmod, chown, mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { resultsOf } from '../cli/bench-process.ts';
import { Problems, type Campaign, type Findings } from './campaign.ts';
import { chance as seeded } from './chance.ts';
import { isRoot, unshareMissing } from './privileges.ts';
import { answeredIn, copyOf, isClearRefusal, reference } from './simulated-matrix.ts';
import { comparable, journalText } from './run-facts.ts';
import { FIXTURES, type Program, type Stage } from './stage.ts';

const SCRIPTS = join(FIXTURES, 'campaign');
const NOBODY = 65_534;

export const disk: Campaign = {
  name: 'disk',
  about: 'full disk, read-only run folder',
  counts: { full: 10, short: 1 },
  trials: ({ count, seed }) => {
    const noMount = unshareMissing(['--mount'], ['mount', '-t', 'tmpfs', 'none', '/mnt']);
    return [
      {
        name: `${count} disks that fill up while a run measures, then room`,
        missing: noMount,
        run: (stage) => fillUp(stage, count, seed),
      },
      { name: 'a run folder on a read-only file system: new, resumed, judged', missing: noMount, run: readOnly },
      {
        name: 'a run folder that turns unwritable while a run measures',
        missing: isRoot ? null : 'needs root, to be another user',
        run: locksItself,
      },
    ];
  },
};

async function fillUp(stage: Stage, count: number, seed: number): Promise<Findings> {
  const problems = new Problems();
  const chance = seeded(seed);
  const { matrix, results } = await reference(stage);
  const total = { runs: 0, refused: 0, 'finished before': 0, 'lost of them': 0, left: 0, resumed: 0 };
  for (let number = 0; number < count; number += 1) {
    // From "no room for the matrix" to "room for all but the reports".
    const kibibytes = Math.round(chance.between(8, 700));
    const mount = stage.file('mount');
    const copy = stage.file(`copy-${number}`);
    await mkdir(mount, { recursive: true });
    await mkdir(copy);
    const name = stage.runFolder('full').split('/').at(-1) ?? '';
    const command: Program = [
      'unshare',
      '--mount',
      'sh',
      join(SCRIPTS, 'on-small-disk.sh'),
      `${kibibytes}k`,
      mount,
      copy,
      ...stage.program,
    ];
    const { code, stderr, signal } = await stage.bench(['run', matrix, '-q', '--out', join(mount, name)], { command });
    const what = `with ${kibibytes} KiB`;
    total.runs += 1;
    total.left += (await stage.survivors()).length;
    problems.equal(signal, null, `signal ${what}`);
    if (code === 0) continue;
    total.refused += 1;
    problems.check(isClearRefusal(code, stderr), `no clear refusal ${what}: exit code ${code}: ${stderr.trim()}`);
    const run = join(copy, name);
    if (!/"event":"run-opened".*\n/.test(await journalText(run))) continue;
    const before = (await answeredIn(run)).map(({ attempt }) => attempt);
    const resumed = await stage.bench(['run', '--resume', run, '-q']);
    problems.equal(resumed.code, 0, `resumed with room, ${what} (${resumed.stderr.trim()})`);
    if (resumed.code !== 0) continue;
    total.resumed += 1;
    const after = new Set((await answeredIn(run)).map(({ attempt }) => attempt));
    const lost = before.filter((attempt) => !after.has(attempt));
    total['finished before'] += before.length;
    total['lost of them'] += lost.length;
    problems.equal(lost, [], `finished attempts lost ${what}`);
    problems.equal(comparable(await resultsOf(run)), results, `results ${what}`);
  }
  problems.equal(total.left, 0, 'processes left');
  problems.check(count < 5 || total.resumed > 0, 'no disk filled up in the middle of a run');
  return { problems: problems.found, counts: total };
}

async function readOnly(stage: Stage): Promise<Findings> {
  const problems = new Problems();
  const { matrix, run } = await reference(stage);
  const folder = stage.file('read-only');
  await mkdir(folder);
  const frozen = await copyOf(stage, run, 'frozen');
  const command = (of: string): Program => [
    'unshare',
    '--mount',
    'sh',
    join(SCRIPTS, 'read-only.sh'),
    of,
    ...stage.program,
  ];
  const before = await journalText(frozen);
  for (const [what, words, where] of [
    ['a new run', ['run', matrix, '-q', '--out', join(folder, 'new')], folder],
    ['a resumed run', ['run', '--resume', frozen, '-q'], frozen],
    ['judging', ['judge', frozen], frozen],
    ['reporting', ['report', frozen], frozen],
  ] as const) {
    const { code, stderr } = await stage.bench(words, { command: command(where) });
    problems.check(isClearRefusal(code, stderr), `${what}: no clear refusal: exit code ${code}: ${stderr.trim()}`);
  }
  problems.equal(await journalText(frozen), before, 'the journal is as it was');
  return { problems: problems.found, counts: { refused: 4 } };
}

/** As another user, for root may write everywhere. */
async function locksItself(stage: Stage): Promise<Findings> {
  const problems = new Problems();
  const { matrix, results } = await reference(stage);
  await chmod(stage.folder, 0o755);
  const home = stage.file('home');
  await mkdir(home);
  await chown(home, NOBODY, NOBODY);
  const run = join(home, stage.runFolder('locked').split('/').at(-1) ?? '');
  const user = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] as const;
  const env = { HOME: home, XDG_RUNTIME_DIR: home };
  const living = stage.start(['run', matrix, '-q', '--out', run], {
    command: [...user, ...stage.program],
    env,
    cwd: home,
  });
  const ended = living.ended;
  while (
    (await journalText(run)).split('"event":"attempt-finished"').length < 4 &&
    (await Promise.race([ended, sleep(20)])) === undefined
  );
  if (existsSync(join(run, 'evidence'))) for (const path of [run, join(run, 'evidence')]) await chmod(path, 0o555);
  const { code, stderr } = await ended;
  problems.check(isClearRefusal(code, stderr), `no clear refusal: exit code ${code}: ${stderr.trim()}`);
  problems.equal(await stage.survivors(), [], 'processes left');
  const before = (await answeredIn(run).catch(() => [])).map(({ attempt }) => attempt);
  problems.check(before.length >= 3, `only ${before.length} attempts had finished (${stderr.trim()})`);
  for (const path of [run, join(run, 'evidence')]) if (existsSync(path)) await chmod(path, 0o755);
  const resumed = await stage.bench(['run', '--resume', run, '-q'], {
    command: [...user, ...stage.program],
    env,
    cwd: home,
  });
  problems.equal(resumed.code, 0, `resumed (${resumed.stderr.trim()})`);
  if (resumed.code !== 0) return { problems: problems.found, counts: { refused: 1 } };
  const after = new Set((await answeredIn(run)).map(({ attempt }) => attempt));
  const lost = before.filter((attempt) => !after.has(attempt));
  problems.equal(lost, [], 'finished attempts lost');
  problems.equal(comparable(await resultsOf(run)), results, 'results');
  return {
    problems: problems.found,
    counts: { refused: 1, resumed: 1, 'finished before': before.length, 'lost of them': lost.length },
  };
}
