/** Pids come round within a second, and strangers get those of the dead: a run tells every outcome right and signals no stranger. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problems, type Campaign, type Findings } from './campaign.ts';
import { unshareMissing } from './privileges.ts';
import { answeredIn } from './simulated-matrix.ts';
import { probeMatrix } from './probe-matrix.ts';
import { FIXTURES, type Program, type Stage } from './stage.ts';

/** The kernel keeps the first 300 for itself after the first round. */
const PIDS = 420;
const NAMESPACE = ['--pid', '--fork', '--kill-child', '--mount-proc'] as const;

export const pids: Campaign = {
  name: 'pids',
  about: 'pid reuse in a pid namespace with few pids',
  counts: { full: 30, short: 4 },
  trials: ({ count }) => {
    const missing = unshareMissing(NAMESPACE, ['sh', '-c', `echo ${PIDS} > /proc/sys/kernel/pid_max`]);
    return (['fork', 'spawn'] as const).map((isolation) => ({
      name: `${count} attempts by ${isolation}, every other one hangs and leaves orphans`,
      missing,
      run: (stage) => comeRound(stage, count, isolation),
    }));
  },
};

async function comeRound(stage: Stage, count: number, isolation: 'fork' | 'spawn'): Promise<Findings> {
  const problems = new Problems();
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const matrix = await probeMatrix(stage, 'pids', { probe: 'campaign/odd_hangs', numbers, isolation, deadline: '2s' });
  const run = stage.runFolder();
  const result = stage.file('churn');
  const [scripts, flags] = [join(FIXTURES, 'campaign'), NAMESPACE];
  const command: Program = [
    'unshare',
    ...flags,
    'sh',
    join(scripts, 'few-pids.sh'),
    String(PIDS),
    join(scripts, 'churn_pids.py'),
    result,
    ...stage.program,
  ];
  const { code, stderr } = await stage.bench(['run', matrix, '-q', '--out', run], {
    command,
    limitSeconds: 240 + 20 * count,
  });
  problems.equal(code, 0, `exit code (${stderr.trim()})`);
  const told = new Map((await answeredIn(run)).map((one) => [Number(one.case['number']), one.finished?.outcome.kind]));
  for (const number of numbers)
    problems.equal(told.get(number), number % 2 === 1 ? 'hang' : 'pass', `outcome of ${number}`);
  const churned: unknown = existsSync(result) ? JSON.parse(await readFile(result, 'utf8')) : null;
  const of = (name: string): number =>
    typeof churned === 'object' && churned !== null && name in churned
      ? Number(Object.entries(churned).find(([key]) => key === name)?.[1])
      : Number.NaN;
  problems.equal(of('signalled'), 0, 'bystanders that a signal ended');
  problems.check(of('rounds') > 3, `the pids came round ${of('rounds')} times only`);
  const left = await stage.survivors();
  problems.equal(left, [], 'processes left');
  return {
    problems: problems.found,
    counts: {
      attempts: told.size,
      bystanders: of('bystanders'),
      'bystanders signalled': of('signalled'),
      'times round': of('rounds'),
      left: left.length,
    },
  };
}
