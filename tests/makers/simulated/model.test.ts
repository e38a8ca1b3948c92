import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attemptRandom } from '../../../harness/makers/simulated/chance.ts';
import { fateOf, simulatedCard } from '../../../harness/makers/simulated/fate-of.ts';
import { modelJsonSchema, type CardModel } from '../../../harness/makers/simulated/model.ts';
import { ModelError, parseModel } from '../../../harness/makers/simulated/parse-model.ts';
import { featuresOf, knowledgeOf } from '../../../harness/knowledge/probes.ts';
import type { Environment } from '../../../harness/matrix/kinds/kinds.ts';

const test = suite('model of a simulated card');

const HEAD = `schema: 1
name: sample
description: a card for tests
device: { name: a card, target: gfx1010 }
time_scale: 0.02
`;
const card = (rest: string): CardModel => parseModel(HEAD + rest, 'sample.yml');

function problems(text: string): readonly { line: number; column: number; path: string; message: string }[] {
  try {
    parseModel(text, 'sample.yml');
  } catch (error) {
    if (error instanceof ModelError) return error.problems;
    throw error;
  }
  return [];
}

const wheel: Environment = {
  kind: 'wheel',
  name: 'rocm5.4.2-torch2.0.1',
  torch: '2.0.1',
  rocm: '5.4.2',
  python: '3.10',
  env: {},
};
const circumstances = {
  environment: wheel,
  setting: 'gemm-off',
  variables: { MIOPEN_DEBUG_CONV_GEMM: '0' },
  switches: { cudnn_enabled: false },
  case: { size: 48, in_channels: 16, dtype: 'float32' },
  features: { workspace_bytes: 1_327_104 },
};
/** The fate's kind of that attempt when `when` hangs and all else passes. */
function meets(when: string, more = ''): boolean {
  const model = card(`${more}rules:\n  - when: ${when}\n    fate: { kind: hang }\n`);
  return simulatedCard(model, 1).fate(circumstances, 'c.1').kind === 'hang';
}

for (const [when, expected] of [
  ['{}', true],
  ['{ environment: rocm5.4.2-torch2.0.1 }', true],
  ['{ environment: other }', false],
  ['{ setting: [default, gemm-off] }', true],
  ["{ torch: '2.0.1' }", true],
  ["{ rocm: { version: '>=5.4,<5.5' } }", true],
  ["{ rocm: { version: '<5.4' } }", false],
  ["{ rocm: { not: ['5.4.2'] } }", false],
  ["{ env.MIOPEN_DEBUG_CONV_GEMM: '0' }", true],
  ["{ env.MIOPEN_DEBUG_CONV_FFT: '0' }", false],
  ['{ switch.cudnn_enabled: false }', true],
  ['{ switch.cudnn_enabled: true }', false],
  ['{ size: { gt: 32, lte: 48 } }', true],
  ['{ size: { gt: 48 } }', false],
  ['{ in_channels: { power_of_two: true, multiple_of: 8 } }', true],
  ['{ size: { odd: true } }', false],
  ['{ dtype: float32 }', true],
  ['{ workspace_bytes: { gt: 1048576 } }', true],
  ['{ output_bytes: { gt: 0 } }', false],
  ['{ size: 48, dtype: float16 }', false],
  ['[{ size: 47 }, { dtype: float32 }]', true],
  ['[{ size: 47 }, { dtype: float16 }]', false],
] as const) {
  test(`${when} ${expected ? 'holds' : 'does not hold'}`, () => assert.is(meets(when), expected));
}

test('interpreters have no declared versions: conditions on those are false', () => {
  const model = card("rules: [{ when: { rocm: { not: '5.2' } }, fate: { kind: hang } }]");
  const environment: Environment = { kind: 'interpreter', name: 'python', python: 'python3', env: {} };
  assert.is(simulatedCard(model, 1).fate({ ...circumstances, environment }, 'c.1').kind, 'pass');
});

test('the first rule that holds decides, then the default', () => {
  const model = card(`rules:
  - { when: { size: 8 }, fate: { kind: hang } }
  - { when: { size: [8, 16] }, fate: { kind: no-binary } }
default: { kind: wrong-result }
`);
  assert.equal(
    [8, 16, 24].map((size) => fateOf(model, { size }, 0).kind),
    ['hang', 'no-binary', 'wrong-result'],
  );
});

test('fates have their defaults spelled out and carry the time scale to the worker', () => {
  const model = card('rules: [{ when: { size: 48 }, fate: { kind: hang, ignore_term: true } }]');
  assert.equal(simulatedCard(model, 1).fate(circumstances, 'c.1'), {
    kind: 'hang',
    activity: 'idle',
    ignore_term: true,
    grandchild: false,
    new_session: false,
    time_scale: 0.02,
  });
});

test('rules with a probability draw independently of each other', () => {
  const model = card(`rules:
  - { when: {}, probability: 0.3, fate: { kind: hang } }
  - { when: {}, probability: 0.5, fate: { kind: no-binary } }
`);
  const counts = { hang: 0, 'no-binary': 0, pass: 0 };
  for (let index = 0; index < 4000; index += 1) {
    const { kind } = fateOf(model, {}, attemptRandom(42, `cell.${index}`));
    if (kind === 'hang' || kind === 'no-binary' || kind === 'pass') counts[kind] += 1;
  }
  assert.ok(Math.abs(counts.hang / 4000 - 0.3) < 0.03, JSON.stringify(counts));
  assert.ok(Math.abs(counts['no-binary'] / 4000 - 0.35) < 0.03, JSON.stringify(counts));
});

test('probability 0 never applies and 1 always does', () => {
  const model = card(
    'rules: [{ when: {}, probability: 0, fate: { kind: hang } }, { when: {}, probability: 1, fate: { kind: no-binary } }]',
  );
  for (const random of [0, 0.5, 0.999_999]) assert.is(fateOf(model, {}, random).kind, 'no-binary');
});

test('the draw depends on seed and attempt alone', () => {
  assert.is(attemptRandom(1, 'cell.1'), attemptRandom(1, 'cell.1'));
  assert.is.not(attemptRandom(1, 'cell.1'), attemptRandom(2, 'cell.1'));
  assert.is.not(attemptRandom(1, 'cell.1'), attemptRandom(1, 'cell.2'));
});

test('the device says SIMULATED and names the model', () => {
  assert.equal(simulatedCard(card(''), 1).device, {
    kind: 'simulated',
    name: 'SIMULATED a card',
    target: 'gfx1010',
    pciAddress: null,
    simulation: { model: 'sample', timeScale: 0.02 },
  });
});

test('an unknown name in a condition is told with its place and a suggestion', () => {
  const [problem, ...rest] = problems(`${HEAD}rules:\n  - when: { sise: 8 }\n    fate: { kind: pass }\n`);
  assert.equal(rest, []);
  assert.equal([problem?.line, problem?.column, problem?.path], [7, 13, 'rules[0].when.sise']);
  assert.match(problem?.message ?? '', /did you mean "size"\?/);
});

test('every feature that a convolution has may be used', () => {
  const features = featuresOf(knowledgeOf('conv2d'), { size: 48, in_channels: 16, out_channels: 32 });
  for (const name of Object.keys(features ?? {}))
    assert.equal(problems(`${HEAD}rules: [{ when: { ${name}: 1 }, fate: { kind: pass } }]`), []);
  assert.ok(features !== null);
});

test('names of a custom probe are declared', () => {
  assert.is(
    problems(`${HEAD}rules: [{ when: [{ size: 1 }, { flavour: 1 }], fate: { kind: pass } }]`)[0]?.path,
    'rules[0].when[1].flavour',
  );
  assert.equal(problems(`${HEAD}parameters: [flavour]\nrules: [{ when: { flavour: 1 }, fate: { kind: pass } }]`), []);
});

for (const [what, text, line, message] of [
  ['an unknown fate', 'default: { kind: hangs }', 6, /did you mean "hang"\?/],
  ['an unknown field of a fate', 'default: { kind: hang, ignore_trem: true }', 6, /did you mean "ignore_term"\?/],
  ['an unknown operator', 'rules: [{ when: { size: { gtr: 8 } }, fate: { kind: pass } }]', 6, /gt/],
  ['a probability above 1', 'rules: [{ when: {}, probability: 1.5, fate: { kind: pass } }]', 6, /at most 1/],
  [
    'an unknown switch',
    'rules: [{ when: { switch.cudnn_enable: true }, fate: { kind: pass } }]',
    6,
    /did you mean "switch\.cudnn_/,
  ],
  ['a key written twice', 'default: { kind: pass }\ndefault: { kind: pass }', 7, /twice/],
  ['text that is not YAML', 'rules: [', 6, /YAML/],
] as const) {
  test(`${what} is told with its line`, () => {
    const [problem] = problems(HEAD + text);
    assert.is(problem?.line, line);
    assert.match(problem?.message ?? '', message);
  });
}

test('every problem of a file is told at once, in the order of the file', () => {
  const found = problems('schema: 1\nname: x\ndescription: ""\ndevice: { name: a, target: navi10 }\ntime_scale: 0\n');
  assert.equal(
    found.map(({ path }) => path),
    ['description', 'device.target', 'time_scale'],
  );
});

test('a simulated card says that it is one, and by which model', () => {
  assert.equal(simulatedCard(card(''), 1).device, {
    kind: 'simulated',
    name: 'SIMULATED a card',
    target: 'gfx1010',
    pciAddress: null,
    simulation: { model: 'sample', timeScale: 0.02 },
  });
});

test('the JSON Schema takes what the parser takes as given, defaults left out', () => {
  const schema = JSON.parse(JSON.stringify(modelJsonSchema()));
  assert.is(schema.$schema, 'http://json-schema.org/draft-07/schema#');
  assert.equal(schema.required, ['schema', 'name', 'description', 'device', 'time_scale']);
  assert.is(schema.additionalProperties, false);
});

test.run();
