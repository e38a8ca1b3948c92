import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { benchHere } from '../in-process.ts';

const test = suite('cli/run-options');

/** What is said of words that are refused before anything is read or written. */
async function problem(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await benchHere(['run', ...words]);
  assert.is(code, 2, stderr);
  assert.is(stdout, '');
  return stderr;
}

test('--device takes a kind or one card by its PCI address', async () => {
  const said = await problem('matrices/conv2d.yml', '--device', 'gpu0');
  assert.match(said, /^bench: --device: "gpu0" is none of auto, rocm, .*rocm:0000:03:00\.0\n/);
  assert.match(said, /next: bench run --help[\s\S]*\(option\)/);
});

for (const seed of ['', ' ', 'x', '-1', '1.5', '1e3', '0x10', '99999999999999999999']) {
  test(`--seed "${seed}" is refused in words`, async () => {
    assert.ok(
      (await problem('m.yml', `--seed=${seed}`)).includes(
        `--seed: "${seed}" is not a whole number of at most 15 digits`,
      ),
    );
  });
}

test('--fail-on names what it takes', async () => {
  assert.match(await problem('m.yml', '--fail-on', 'hang,hnag'), /--fail-on: "hnag" is none of .*hang.*expectation/);
  assert.match(await problem('m.yml', '--fail-on', ' , '), /--fail-on: names nothing; give some of .*hang/);
});

test('numbers keep to what can be', async () => {
  assert.match(await problem('m.yml', '--slots', '65'), /--slots: "65" is not a number of cards from 1 to 64/);
  assert.match(await problem('m.yml', '--jobs', '0'), /--jobs: "0" is not a whole number from 1 to 16/);
  assert.match(await problem('m.yml', '--expect', 'all'), /--expect: "all" is not a number of cells/);
  assert.match(await problem('matrices/conv2d.yml', '--max-disk', '20'), /--max-disk: "20" is not a size/);
});

test('an empty path is refused', async () => {
  for (const name of ['model', 'out', 'resume', 'baseline'])
    assert.ok((await problem('m.yml', `--${name}=`)).includes(`--${name}: names nothing; give a path`));
});

test('a run needs a matrix or a run to go on with, and not both', async () => {
  assert.match(await problem(), /no matrix file was given[\s\S]*\(no-matrix\)/);
  const both = await problem('m.yml', '--resume', 'runs/a');
  assert.match(both, /a matrix file cannot be given with --resume: the run folder has it/);
  assert.match(both, /next: (?:npx )?bench run --resume runs\/a\n/);
  assert.match(await problem('--retry-host-lost', 'm.yml'), /--retry-host-lost is about a run that goes on/);
});

const settled = {
  device: 'cpu',
  model: 'm',
  isolation: 'fork',
  search: 'line',
  out: 'o',
  seed: '1',
  jobs: '2',
  'max-disk': '20GB',
};
for (const [name, value] of Object.entries(settled)) {
  test(`--${name} is settled when a run goes on`, async () => {
    assert.match(
      await problem('--resume', 'runs/a', `--${name}`, value),
      new RegExp(`--${name} cannot be given with --resume`),
    );
  });
}

test('what git bisect run would take for "bad" is an end of the bisection', async () => {
  assert.is((await benchHere(['probe', 'm.yml', '--environment', '5.2', '--case', 'size=1', '--seed', 'x'])).code, 128);
  assert.is((await benchHere(['--no-color', 'probe', 'm.yml'])).code, 128);
});

test.run();
