import { mkdir, readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, inFolder, type Ended } from './bench-process.ts';
import { benchHere } from './in-process.ts';
import { smallMatrix } from './matrices.ts';
import { chooseDevice } from '../../harness/devices/choose.ts';
import { discover } from '../../harness/devices/discover.ts';
import { NoVerdictError } from '../../harness/model/errors.ts';
import { packageVersion } from '../../harness/machine/installation.ts';
import { skip } from '../skip.ts';

const test = suite('cli/usage');

interface Wrong {
  readonly words: readonly string[];
  /** What standard error says: what is wrong, and what to do. */
  readonly says: readonly RegExp[];
}

/** All wrong command lines of a test: each exits 2, says why on stderr, and prints nothing else. */
async function refused(wrong: readonly Wrong[]): Promise<void> {
  for (const { words, says } of wrong) {
    const { code, stdout, stderr } = await benchHere(words);
    const all = `bench ${words.join(' ')}\n${stderr}`;
    assert.is(code, 2, all);
    assert.is(stdout, '', all);
    for (const one of says) assert.match(stderr, one, all);
    assert.not.match(stderr, /^ +at /m, `no stack: ${all}`);
  }
}

test('words that bench does not know, and files that are none', async () => {
  await inFolder(async (folder) => {
    const empty = folder.file('empty');
    await mkdir(empty);
    await refused([
      { words: ['run', '--nope'], says: [/unknown option '--nope'/, /bench --help/] },
      { words: ['run'], says: [/no matrix file was given/, /for example: bench run matrices\/conv2d\.yml/] },
      {
        words: ['run', folder.file('absent.yml')],
        says: [/cannot read the matrix .*absent\.yml: there is no such file/],
      },
      { words: ['plan', empty], says: [/cannot read the matrix .*empty: it is a folder/] },
      { words: ['run', '--resume', empty], says: [/empty is not the folder of a run/, /journal\.jsonl/] },
      { words: ['run', 'm.yml', '--resume', empty], says: [/a matrix file cannot be given with --resume/] },
      { words: ['run', 'm.yml', '--seed', 'x'], says: [/--seed: "x" is not a whole number/] },
    ]);
  });
});

test('a wrong matrix is named with file, line and column, all its problems at once', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, { more: 'colour: red\nattempts: many\n' });
    await refused([
      {
        words: ['run', matrix],
        says: [
          /matrix\.yml has 2 problems/,
          /matrix\.yml:14:1: .*colour/,
          /matrix\.yml:15:11: attempts/,
          /correct the file/,
        ],
      },
    ]);
  });
});

test('plan refuses a probe that run would refuse', async () => {
  await inFolder(async (folder) => {
    const text = await readFile(await smallMatrix(folder), 'utf8');
    const misspelt = await folder.write('misspelt.yml', text.replace('probe: conv2d', 'probe: conv2dd'));
    const absent = await folder.write('absent.yml', text.replace('probe: conv2d', 'probe: ./absent.py'));
    await refused(
      ['plan', 'run'].flatMap((command) => [
        { words: [command, misspelt], says: [/no probe called conv2dd/, /built-in probes: .*conv2d/] },
        {
          words: [command, absent],
          says: [/the probe \.\/absent\.py is not a file \(looked for \/.*absent\.py\)/, /begins with "\.\/"/],
        },
      ]),
    );
  });
});

test('--help and --version are no errors', async () => {
  const [help, runHelp, version]: readonly Ended[] = await Promise.all(
    [['--help'], ['run', '--help'], ['--version']].map((words) => bench(words)),
  );
  for (const command of ['run', 'plan', 'judge', 'report'])
    assert.match(help?.stdout ?? '', new RegExp(`^  ${command} `, 'm'));
  for (const option of ['device', 'resume', 'fail-on', 'json', 'quiet'])
    assert.match(runHelp?.stdout ?? '', new RegExp(`--${option}`));
  assert.is(version?.stdout, `${packageVersion()}\n`);
  for (const ended of [help, runHelp, version]) assert.equal([ended?.code, ended?.stderr], [0, '']);
});

const WITHOUT_CARD = 'without a card: exit 3, what was looked for, and three ways on';
if (await hasCard()) {
  skip(test, import.meta.url, WITHOUT_CARD, 'this machine has a card');
} else {
  test(WITHOUT_CARD, async () => {
    await inFolder(async (folder) => {
      const matrix = await smallMatrix(folder);
      const { code, stdout, stderr } = await benchHere([
        'run',
        matrix,
        '--device',
        'auto',
        '--out',
        folder.file('run'),
      ]);
      assert.is(code, 3);
      assert.is(stdout, '');
      for (const place of ['/dev/kfd', '/sys/class/kfd', '/proc/driver/nvidia'])
        assert.ok(stderr.includes(place), `${place} was looked at: ${stderr}`);
      for (const way of ['--device simulated', '--device cpu', 'a box with a card'])
        assert.ok(stderr.includes(way), `${way}: ${stderr}`);
    });
  });
}

async function hasCard(): Promise<boolean> {
  try {
    chooseDevice('auto', await discover());
    return true;
  } catch (error) {
    if (error instanceof NoVerdictError) return false;
    throw error;
  }
}

test('more cells than results can list are refused before anything is written; plan counts them', async () => {
  await inFolder(async (folder) => {
    const matrix = await folder.write(
      'm.yml',
      'schema: 1\nname: m\nprobe: conv2d\ndevice: cpu\nenvironments: [{ kind: interpreter, python: python3 }]\naxes: { b: [1, 2], size: { from: 1, to: 1000000, step: 1 } }\n',
    );
    const { code, stderr } = await benchHere(['run', matrix, '--out', folder.file('run')]);
    assert.is(code, 2);
    assert.match(stderr, /2,000,000 cells; a run takes up to 250,000/);
    assert.match((await benchHere(['plan', matrix])).stdout, /2,000,000/);
  });
});

test.run();
