/** ci/nightly.sh as the timer starts it, on the simulated card: two nights with a regression between them, a night that is cut off, too few verdicts. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { packageRoot } from '../../harness/machine/installation.ts';
import { COMMAND } from '../cli/bench-process.ts';

const test = suite('nightly');
const SCRIPT = join(packageRoot(), 'ci', 'nightly.sh');
const LIMIT_SECONDS = 400;

const CARD = `schema: 1
name: as-ever
description: a test's own
device: { name: test card, target: gfx1010 }
time_scale: 0.1
`;

/** Hangs on rocm5.3 above 16 as ever; `worse`: on rocm5.2 above 32 as well. */
function model(worse: boolean): string {
  return `${CARD}rules:
  - { when: { rocm: '5.3', size: { gt: 16 } }, fate: { kind: hang } }
${worse ? "  - { when: { rocm: '5.2', size: { gt: 32 } }, fate: { kind: hang } }" : ''}
default: { kind: pass, seconds: 0.1 }
`;
}

/** `seconds`: of the card, for a run. */
function passing(seconds: number): string {
  return `${CARD}default: { kind: pass, seconds: ${seconds} }\n`;
}

const MATRIX = `schema: 1
name: small
probe: conv2d
device: simulated
simulate: ./model.yml
environments:
  - { kind: wheel, rocm: '5.2', torch: 1.13.1 }
  - { kind: wheel, rocm: '5.3', torch: 2.0.1 }
axes:
  size: [8, 16, 32, 64]
constants: { in_channels: 16, out_channels: 32, kernel: 3, padding: 1 }
search: { strategy: line, axis: size }
# Seconds of the card, which are tenths of seconds: a hang is known after half a second.
watchdog: { deadlines: { device: 10m, allocate: 10m, first-run: 5s, steady: 10m, verify: 10m }, adaptive: false }
health: { deadline: 10m }
`;

/** No attempt of it is ever taken for a hang. */
const PATIENT = MATRIX.replace('first-run: 5s', 'first-run: 10h').replace(
  'watchdog: {',
  'watchdog: { hard_limit: 10h,',
);

interface Place {
  readonly nights: string;
  file(name: string): string;
  write(name: string, text: string): void;
  start(more?: Readonly<Record<string, string>>, ...args: string[]): Running;
  night(more?: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended>;
}

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

async function inPlace(use: (place: Place) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'bench-nightly-'));
  const file = (name: string): string => join(path, name);
  const write = (name: string, text: string): void => writeFileSync(file(name), text);
  const start = (more: Readonly<Record<string, string>> = {}, ...args: string[]): Running => {
    const { GITHUB_TOKEN: _one, GH_TOKEN: _other, GITHUB_STEP_SUMMARY: _summary, ...kept } = process.env;
    // HOME without a login of gh: nothing may be sent from a test.
    const env = {
      ...kept,
      HOME: path,
      GH_CONFIG_DIR: path,
      BENCH_COMMAND: COMMAND.join(' '),
      BENCH_MATRIX: file('matrix.yml'),
      BENCH_NIGHTS: file('nights'),
      BENCH_DEVICE: 'simulated',
      ...more,
    };
    const child = spawn(SCRIPT, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_SECONDS * 1000);
    const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, text }))).finally(() =>
      clearTimeout(timer),
    );
    return { child, ended };
  };
  try {
    write('matrix.yml', MATRIX);
    write('model.yml', model(false));
    await use({ nights: file('nights'), file, write, start, night: (more, ...args) => start(more, ...args).ended });
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

function folders(nights: string): string[] {
  return readdirSync(nights)
    .filter((name) => name.startsWith('night-'))
    .toSorted();
}

test('the second night names exactly the regression between the nights; the baseline outlives the rotation', async () => {
  await inPlace(async ({ nights, night, file, write }) => {
    // Both environments at once: most of the time goes by in waiting for hangs.
    const issue = { BENCH_ISSUE: 'owner/repo#12', BENCH_KEEP: '1', BENCH_RUN_OPTIONS: '--slots 2' };
    const first = await night(issue);
    assert.is(first.code, 0, first.text);
    const [baseline = ''] = folders(nights);
    assert.is(readlinkSync(join(nights, 'baseline')), baseline);

    write('worse.yml', model(true));
    const worseCard = { ...issue, BENCH_RUN_OPTIONS: `${issue.BENCH_RUN_OPTIONS} --model ${file('worse.yml')}` };
    const second = await night(worseCard);
    assert.is(second.code, 1, second.text);
    const worse = folders(nights).at(-1) ?? '';
    const comment = readFileSync(join(nights, worse, 'comment.txt'), 'utf8');
    const said = comment.slice(comment.indexOf('## SIMULATED: Against the baseline'), comment.indexOf('<details>'));
    assert.match(said, '1 new hang, 1 boundary moved down');
    assert.equal(said.match(/^- .*/gm), [
      '- rocm5.2-torch1.13.1 size 64: hang (was pass)',
      '- rocm5.2-torch1.13.1: size ≤ 64 pass -&gt; size ≤ 32 pass, ≥ 64 fail',
    ]);
    assert.equal(folders(nights), [baseline, worse]);

    // The owner takes the hang as known: the next night like it is quiet.
    assert.is((await night({}, '--promote')).code, 0);
    assert.is(readlinkSync(join(nights, 'baseline')), worse);
    const third = await night(worseCard);
    assert.is(third.code, 0, third.text);
    assert.is(folders(nights).length, 2, 'the first night was rotated away, the baseline not');
    assert.ok(folders(nights).includes(worse));
    const page = readFileSync(join(nights, 'history.html'), 'utf8');
    assert.match(page, 'size ≤ 32 pass, ≥ 64 fail');
  });
});

test('too few verdicts fail a night, a first one as well; such a night is no baseline, and stays', async () => {
  await inPlace(async ({ nights, night, write }) => {
    write('model.yml', passing(0.1));
    // One of before, and one of a clock that was ahead: by name tonight is not the newest, and stays all the same.
    for (const name of ['night-20200101-000000', 'night-20991231-000000']) {
      mkdirSync(join(nights, name), { recursive: true });
      for (const file of ['results.json', '.night-done']) writeFileSync(join(nights, name, file), '');
    }
    const { code, text } = await night({ BENCH_EXPECT: '9', BENCH_KEEP: '1' });
    assert.is(code, 3, text);
    const [tonight, ahead, ...more] = folders(nights);
    assert.equal([ahead, ...more], ['night-20991231-000000'], text);
    assert.ok(existsSync(join(nights, tonight ?? '', 'summary.md')));
    assert.match(text, '8 cells got a verdict, and 9 were expected');
    assert.not.ok(existsSync(join(nights, 'baseline')));
  });
});

test('a night that was cut off is gone on with, by signal and by SIGKILL; two at once are refused', async () => {
  await inPlace(async ({ nights, night, start, write }) => {
    // Every attempt of the first two nights takes six minutes: neither comes to an end by itself.
    write('matrix.yml', PATIENT);
    write('model.yml', passing(3600));
    const cut = start();
    const name = await until(() => begun(nights, 0));
    const other = await night();
    assert.is(other.code, 3, other.text);
    assert.match(other.text, 'another night is running');
    cut.child.kill('SIGTERM');
    const ended = await cut.ended;
    assert.is(ended.code, 143, ended.text);
    assert.match(readFileSync(join(nights, 'current'), 'utf8'), `${name} 1`);

    const attempts = attemptsOf(nights, name);
    const killed = start();
    await until(() => begun(nights, attempts));
    assert.match(readFileSync(join(nights, 'current'), 'utf8'), `${name} 2`);
    killed.child.kill('SIGKILL');
    // What the killed script had started goes on, and holds the run's own lock and our pipes until it is over.
    const { pid } = Holder.parse(JSON.parse(readFileSync(join(nights, name, 'run.lock'), 'utf8')));
    process.kill(pid, 'SIGINT');
    await killed.ended;
    assert.is(killed.child.signalCode, 'SIGKILL');

    // The card lives faster from now on.
    writeFileSync(join(nights, name, 'model.yml'), passing(0.1));
    const whole = await night();
    assert.is(whole.code, 0, whole.text);
    assert.match(whole.text, `going on with ${name} (start 3 of 5)`);
    assert.equal(folders(nights), [name]);
    assert.not.ok(existsSync(join(nights, 'current')));
  });
});

test('a decision to go on without the cells that took the machine down holds for one start', async () => {
  await inPlace(async ({ nights, night, file, write }) => {
    write('stub', 'echo "stub $*"\nif [ "$1" = run ]; then exit 130; fi\n');
    const stub = { BENCH_COMMAND: `sh ${file('stub')}` };
    assert.is((await night(stub, '--accept-host-lost')).code, 2, 'no night was begun');
    mkdirSync(join(nights, 'night-20260101-000000'));
    for (const name of ['current', 'night-20260101-000000/matrix.resolved.json'])
      writeFileSync(join(nights, name), 'night-20260101-000000 1\n');
    assert.is((await night(stub, '--accept-host-lost')).code, 0);
    const [first, second] = [await night(stub), await night(stub)];
    assert.equal(
      [first, second].map(({ text }) => /stub run --resume .*\/night-20260101-000000 --quiet(.*)/.exec(text)?.[1]),
      [' --accept-host-lost', ''],
      `${first.text}${second.text}`,
    );
    const without = await night({ BENCH_COMMAND: 'no-such-node main.js' });
    assert.is(without.code, 2);
    assert.match(without.text, 'no-such-node is not in PATH');
  });
});

test('a signal that comes as soon as bench has been started reaches it, and it is what bench says of its end that counts', async () => {
  await inPlace(async ({ night, file, write }) => {
    // It signals the script that started it, and ends once that has passed the signal on: in time by itself, so with its own code.
    write(
      'stub',
      `if [ "$1" != run ]; then exit 0; fi
trap 'touch ${file('passed-on')}; exit 143' TERM
kill -TERM "$PPID"
for second in 1 2 3 4 5 6 7 8 9 10; do sleep 2; done
touch ${file('went-on')}
`,
    );
    const { code, text } = await night({ BENCH_COMMAND: `sh ${file('stub')}` });
    assert.is(code, 143, text);
    assert.match(text, 'interrupted; the next start goes on');
    assert.ok(existsSync(file('passed-on')));
    assert.not.ok(existsSync(file('went-on')));
  });
});

test('wrong settings are refused before anything is started', async () => {
  await inPlace(async ({ night, nights }) => {
    mkdirSync(join(nights, '..', 'bare'), { recursive: true });
    symlinkSync('night-that-was-removed', join(nights, '..', 'bare', 'baseline'));
    const gone = await night({ BENCH_NIGHTS: join(nights, '..', 'bare') });
    assert.is(gone.code, 2, gone.text);
    assert.match(gone.text, /the baseline .* cannot be used/);
    for (const wrong of [{ BENCH_EXPECT: 'many' }, { BENCH_KEEP: '0' }, { BENCH_MATRIX: '/nowhere.yml' }])
      assert.is((await night(wrong)).code, 2);
    assert.not.ok(existsSync(nights));
  });
});

/** What run.lock tells of who works on the run. */
const Holder = z.object({ pid: z.int().positive() });

/** The first night, once more than so many attempts have begun in it. */
function begun(nights: string, attempts: number): string | null {
  const name = existsSync(nights) ? folders(nights)[0] : undefined;
  return name !== undefined && attemptsOf(nights, name) > attempts ? name : null;
}

function attemptsOf(nights: string, name: string): number {
  const journal = join(nights, name, 'journal.jsonl');
  return existsSync(journal) ? readFileSync(journal, 'utf8').split('"event":"attempt-started"').length - 1 : 0;
}

async function until<T>(look: () => T | null): Promise<T> {
  for (let waited = 0; waited < 200_000; waited += 100) {
    const found = look();
    if (found !== null) return found;
    await sleep(100);
  }
  throw new Error('it did not come to that within 200 s');
}

test.run();
