/** Completion scripts, sourced and asked in the shells themselves. */
import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, inFolder, type Folder } from './bench-process.ts';
import { benchHere } from './in-process.ts';
import { skip } from '../skip.ts';

const test = suite('cli/completion');

async function scriptFor(shell: string, folder: Folder): Promise<string> {
  const { code, stdout, stderr } = await benchHere(['completion', shell]);
  assert.is(code, 0, stderr);
  return folder.write(`bench.${shell}`, stdout);
}

const ASK_BASH =
  'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bench; printf "%s\\n" "${COMPREPLY[@]}"';

test('bash: commands, options, choices and files', async () => {
  await inFolder(async (folder) => {
    const script = await scriptFor('bash', folder);
    await folder.write('matrix.yml', '');
    const ask = async (...words: string[]): Promise<string[]> => {
      const { stdout, stderr } = await bench(['-c', ASK_BASH, 'bash', script, 'bench', ...words], {
        command: ['/bin/bash'],
        cwd: folder.path,
      });
      assert.is(stderr, '');
      return stdout.split('\n').filter((word) => word !== '');
    };
    for (const command of ['run', 'plan', 'report', 'env']) assert.ok((await ask('')).includes(command), command);
    assert.equal(await ask('ru'), ['run']);
    assert.equal(await ask('run', '--isol'), ['--isolation']);
    assert.equal((await ask('run', '--isolation', '')).toSorted(), ['fork', 'spawn']);
    assert.ok((await ask('run', '--device', '')).includes('simulated'));
    assert.equal(await ask('run', '--fail-on', 'wr'), ['wrong-result']);
    assert.equal(await ask('compare', '--fail-on', 'reg'), ['regression']);
    assert.equal(await ask('run', 'matr'), ['matrix.yml']);
    assert.equal(await ask('env', 'wh'), ['why']);
  });
});

const FISH = '/usr/bin/fish';
const FISH_NAME = 'fish: commands, options and choices';
if (existsSync(FISH)) {
  test(FISH_NAME, async () => {
    await inFolder(async (folder) => {
      const script = await scriptFor('fish', folder);
      const ask = async (line: string): Promise<string[]> => {
        const { stdout } = await bench(['-c', `source ${script}; complete -C ${JSON.stringify(line)}`], {
          command: [FISH],
          env: { HOME: folder.path },
        });
        return stdout.split('\n').flatMap((one) => (one === '' ? [] : [one.split('\t')[0] ?? '']));
      };
      assert.equal(await ask('bench ru'), ['run']);
      assert.equal(await ask('bench run --isol'), ['--isolation']);
      assert.equal((await ask('bench run --isolation ')).toSorted(), ['fork', 'spawn']);
    });
  });
} else skip(test, import.meta.url, FISH_NAME, 'no fish here');

const ZSH = '/usr/bin/zsh';
const ZSH_NAME = 'zsh: the script parses and registers itself';
if (existsSync(ZSH)) {
  test(ZSH_NAME, async () => {
    await inFolder(async (folder) => {
      const script = await scriptFor('zsh', folder);
      const { code, stdout, stderr } = await bench(
        ['-f', '-c', `autoload -U compinit; compinit -u -D; source ${script}; print -r -- $_comps[bench]`],
        { command: [ZSH], env: { HOME: folder.path } },
      );
      assert.equal([code, stdout.trim(), stderr], [0, '_bench', '']);
    });
  });
} else skip(test, import.meta.url, ZSH_NAME, 'no zsh here');

test('another shell is refused', async () => {
  const { code, stderr } = await benchHere(['completion', 'tcsh']);
  assert.is(code, 2);
  assert.match(stderr, /bash, zsh, fish/);
});

test.run();
