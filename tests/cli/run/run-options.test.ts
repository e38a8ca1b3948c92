import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRunOptions } from '../../../harness/cli/run/run-options.ts';
import { UsageError } from '../../../harness/model/errors.ts';

const test = suite('cli/run-options');

function problem(
  matrix: string | undefined,
  given: Record<string, unknown>,
): { readonly code: string; readonly message: string; readonly next: string } {
  try {
    parseRunOptions(matrix, given);
  } catch (error) {
    if (error instanceof UsageError) return { code: error.code, message: error.message, next: error.next };
    throw error;
  }
  throw new Error(`${JSON.stringify(given)} was taken`);
}

test('words become options', () => {
  const options = parseRunOptions('m.yml', {
    device: 'cpu',
    seed: '42',
    failOn: 'hang, flaky',
    search: 'grid',
    json: true,
  });
  assert.equal(options, {
    device: { kind: 'cpu', address: null },
    seed: 42,
    failOn: ['hang', 'flaky'],
    search: 'grid',
    json: true,
    quiet: false,
    color: true,
    slots: 1,
  });
});

test('--device takes a kind or one card by its PCI address', () => {
  assert.equal(parseRunOptions('m.yml', { device: 'rocm:0000:03:00.0' }).device, {
    kind: 'rocm',
    address: '0000:03:00.0',
  });
  const { code, message } = problem('m.yml', { device: 'gpu0' });
  assert.is(code, 'option');
  assert.match(message, /^--device: "gpu0" is none of auto, rocm, .*rocm:0000:03:00\.0$/);
});

for (const seed of ['', ' ', 'x', '-1', '1.5', '1e3', '0x10', '99999999999999999999']) {
  test(`--seed "${seed}" is refused in words`, () => {
    const { code, message } = problem('m.yml', { seed });
    assert.is(code, 'option');
    assert.is(message, `--seed: "${seed}" is not a whole number of at most 15 digits`);
  });
}

test('--fail-on names what it takes', () => {
  assert.match(problem('m.yml', { failOn: 'hang,hnag' }).message, /^--fail-on: "hnag" is none of .*hang.*expectation/);
  assert.match(problem('m.yml', { failOn: ' , ' }).message, /^--fail-on: names nothing; give some of .*hang/);
});

test('an empty path is refused', () => {
  for (const name of ['model', 'out', 'resume'])
    assert.is(problem('m.yml', { [name]: '' }).message, `--${name}: names nothing; give a path`);
});

test('a run needs a matrix or a run to go on with, and not both', () => {
  assert.is(problem(undefined, {}).code, 'no-matrix');
  assert.equal(problem('m.yml', { resume: 'runs/a' }), {
    code: 'resume-option',
    message: 'a matrix file cannot be given with --resume: the run folder has it',
    next: 'bench run --resume runs/a',
  });
  assert.is(parseRunOptions(undefined, { resume: 'runs/a', failOn: 'hang', json: true }).resume, 'runs/a');
});

for (const [name, value] of Object.entries({
  device: 'cpu',
  model: 'm',
  isolation: 'fork',
  search: 'line',
  out: 'o',
  seed: '1',
})) {
  test(`--${name} is settled when a run goes on`, () => {
    assert.match(
      problem(undefined, { resume: 'runs/a', [name]: value }).message,
      new RegExp(`^--${name} cannot be given with --resume`),
    );
  });
}

test.run();
