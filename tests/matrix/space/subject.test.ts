import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadMatrix } from '../../../harness/matrix/load.ts';
import { environmentOf, subjectOf, variablesFor } from '../../../harness/matrix/space/subject.ts';

const test = suite('matrix/subject');

const matrix = loadMatrix(
  `schema: 1
name: t
probe: conv2d
env: { A: m, B: m, C: m, D: m }
environments:
  - { kind: wheel, torch: "1.13.1", rocm: "5.2", env: { B: e, C: e, D: null } }
  - { kind: interpreter, python: ~/venv/bin/python }
  - { kind: container, image: "docker.io/rocm/pytorch:rocm5.5_py3.8", rocm: "5.5" }
  - { kind: container, image: "registry:5000/a/torch@sha256:0123456789abcdef" }
settings:
  default: {}
  off: { env: { A: null, C: s, D: s } }
axes: { size: [8] }
`,
  't.yml',
);

test('a later level wins, and null takes a variable away', () => {
  assert.equal(variablesFor(matrix, 'rocm5.2-torch1.13.1', 'default'), { A: 'm', B: 'e', C: 'e' });
  assert.equal(variablesFor(matrix, 'rocm5.2-torch1.13.1', 'off'), { B: 'e', C: 's', D: 's' });
});

test('environments are named after what they are', () => {
  assert.equal(
    matrix.environments.map(({ name }) => name),
    ['rocm5.2-torch1.13.1', 'python-venv-bin-python', 'rocm5.5_py3.8', 'torch-0123456789ab'],
  );
  assert.throws(() => environmentOf(matrix, 'nobody'), /no environment "nobody"/);
  assert.throws(() => variablesFor(matrix, 'rocm5.2-torch1.13.1', 'nothing'), /no setting "nothing"/);
});

test('a subject has environment, setting, versions, variables and parameters', () => {
  assert.equal(subjectOf(matrix, { environment: 'rocm5.2-torch1.13.1', setting: 'off', case: { size: 8 } }), {
    size: 8,
    environment: 'rocm5.2-torch1.13.1',
    setting: 'off',
    torch: '1.13.1',
    rocm: '5.2',
    'env.B': 'e',
    'env.C': 's',
    'env.D': 's',
  });
  const { torch, rocm } = subjectOf(matrix, { environment: 'rocm5.5_py3.8', setting: 'default', case: {} });
  assert.equal([torch, rocm], [null, '5.5']);
});

test.run();
