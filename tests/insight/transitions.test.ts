/** Changes between environments: which factor changed, and the wheels that would tell. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BUILT_IN } from '../../harness/catalogue/rows/built-in.ts';
import { transitionsOf } from '../../harness/insight/transitions.ts';
import type { Transition } from '../../harness/model/results/transition.ts';
import { bridgeWords, transitionWords } from '../../reports/findings/answers/transitions.ts';

const test = suite('transitions');

/** [name, torch, ROCm, bad]; every neighbour that differs gives a transition. */
function along(rows: readonly (readonly [string, string | null, string | null, boolean])[]): readonly Transition[] {
  const environments = rows.map(([name, torch, rocm]) => ({ name, torch, rocm }));
  return transitionsOf(
    environments,
    rows.map(([environment, , , bad]) => ({
      environment,
      setting: 'default',
      case: { size: 48 },
      bad,
      observed: true,
    })),
  );
}

test('5.2 to 5.3 changes both, and the nightlies that bridge it are named', () => {
  const [step] = along([
    ['a', '1.13.1', '5.2', false],
    ['b', '2.0.1', '5.3', true],
  ]);
  assert.ok(step !== undefined);
  assert.is(step.factor, 'both');
  assert.is(transitionWords(step), 'a to b turns bad; confounded: torch 1.13.1 to 2.0.1 and ROCm 5.2 to 5.3 at once');
  assert.equal(bridgeWords(step), [
    'torch only: a against torch 2.0.0.dev20230209 on ROCm 5.2',
    'ROCm only: torch 2.0.0.dev20230209 on ROCm 5.2 against torch 2.0.0.dev20230207 on ROCm 5.3',
    'torch only: torch 2.0.0.dev20230207 on ROCm 5.3 against b',
  ]);
});

test('one factor alone needs no bridge', () => {
  const steps = along([
    ['a', '2.0.1', '5.3', true],
    ['b', '2.0.1', '5.4.2', false],
    ['c', '2.1.0', '5.4.2', true],
  ]);
  assert.equal(
    steps.map(({ factor }) => factor),
    ['rocm', 'torch'],
  );
  assert.equal(steps.flatMap(bridgeWords), []);
});

test('a wheel that shares torch with one side and ROCm with the other is a bridge; environments of the matrix are named', () => {
  const [step] = along([
    ['a', '2.1.2', '5.6', false],
    ['b', '2.2.2', '5.7', true],
  ]);
  assert.ok(
    step?.bridges.some(({ isolates, wheels }) => isolates === 'rocm' && wheels.every(({ torch }) => torch === '2.2.2')),
  );
  assert.ok(step?.bridges[0]?.wheels.some(({ environment }) => environment !== null));
});

test('where no wheel bridges, that is said; a longer way counts', () => {
  const environments = [
    ['a', '2.0.1', '5.4.2'],
    ['b', '2.1.2', '5.5'],
  ].map(([name = '', torch = '', rocm = '']) => ({ name, torch, rocm }));
  const cells = environments.map(({ name }, index) => ({
    environment: name,
    setting: 'default',
    case: { size: 48 },
    bad: index === 1,
    observed: true,
  }));
  const [none] = transitionsOf(environments, cells, { ...BUILT_IN, wheels: [], containers: [] });
  assert.ok(none !== undefined);
  assert.equal(bridgeWords(none), ['none known']);
  const [far] = along([
    ['a', '2.0.1', '5.4.2', false],
    ['b', '2.1.2', '5.5', true],
  ]);
  assert.equal(
    far?.bridges.map(({ isolates }) => isolates),
    ['rocm', 'torch', 'rocm', 'torch', 'rocm'],
  );
  assert.is(bridgeWords(far ?? none)[0], "ROCm only: a against torch 2.0.1 on ROCm 5.7 (AMD's build)");
});

test('unknown versions are not claimed to change', () => {
  assert.equal(
    along([
      ['a', null, null, false],
      ['b', null, null, true],
    ]).map(({ factor }) => factor),
    ['none'],
  );
});

test.run();
