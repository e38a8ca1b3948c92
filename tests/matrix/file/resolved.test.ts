import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../../harness/model/errors.ts';
import { loadMatrix } from '../../../harness/matrix/load.ts';
import { matrixHash, parseResolved, resolvedJson } from '../../../harness/matrix/file/resolved.ts';
import { randomMatrix } from '../random-matrix.ts';

const test = suite('matrix/resolved');

const SMALL = `schema: 1
name: t
probe: ./p.py
environments:
  - { kind: interpreter, python: /usr/bin/python3 }
axes: { size: [8, 16], layout: [nchw, nhwc] }
`;

function hash(text: string): string {
  return matrixHash(loadMatrix(text, 't.yml'));
}

test('every default is spelled out', () => {
  const resolved: unknown = JSON.parse(resolvedJson(loadMatrix(SMALL, 't.yml')));
  assert.equal(resolved, {
    schema: 1,
    name: 't',
    description: '',
    probe: './p.py',
    device: 'auto',
    environments: [{ kind: 'interpreter', name: 'python-usr-bin-python3', python: '/usr/bin/python3', env: {} }],
    env: {},
    settings: { default: { env: {}, torch: {} } },
    axes: { size: [8, 16], layout: ['nchw', 'nhwc'] },
    constants: {},
    include: [],
    exclude: [],
    isolation: 'fork',
    cache: 'cold',
    attempts: 1,
    measure: { repeats: 3, budget: '2s', verify: true, rtol: 0.001, atol: 0.0001 },
    watchdog: {
      deadlines: {
        start: '30s',
        import: '120s',
        device: '60s',
        allocate: '30s',
        'first-run': '60s',
        steady: '60s',
        verify: '120s',
      },
      hard_limit: '1800s',
      adaptive: { multiple: 20, at_least: '5s', after_passes: 3 },
      term_grace: '2s',
      kill_wait: '15s',
      output_limit: '1024KiB',
      native_stacks: 'auto',
    },
    health: { canary: true, every: 100, deadline: '30s', cool_down: '5s', retries: 3 },
    controls: [],
    search: { strategy: 'map', axis: 'size' },
    bad: ['hang', 'unkillable', 'host-lost'],
    expect: [],
  });
});

test('it is a matrix file itself', () => {
  const matrix = loadMatrix(SMALL, 't.yml');
  assert.equal(loadMatrix(resolvedJson(matrix), 'matrix.resolved.json'), matrix);
});

test('random matrices come back equal, with the same hash and the same order', () => {
  fc.assert(
    fc.property(randomMatrix, ({ matrix }) => {
      const text = resolvedJson(matrix);
      const back = parseResolved(text);
      assert.equal(back, matrix);
      assert.equal(Object.keys(back.axes), Object.keys(matrix.axes));
      assert.is(resolvedJson(back), text);
      assert.is(matrixHash(back), matrixHash(matrix));
    }),
    { seed: 3, numRuns: 80 },
  );
});

test('durations of any length come back exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 604_800_000 }), (milliseconds) => {
      const matrix = loadMatrix(`${SMALL}watchdog: { hard_limit: ${milliseconds}ms }\n`, 't.yml');
      assert.is(parseResolved(resolvedJson(matrix)).watchdog.hard_limit, matrix.watchdog.hard_limit);
    }),
    { seed: 4, numRuns: 80 },
  );
});

test('what a person wrote is never lost on the way out: a hardware watchdog, a limit of the disk, an image that may be pulled', () => {
  const text = `${SMALL}watchdog: { hardware_watchdog: /dev/watchdog1, adaptive: false }\nprovision: { max_disk: 1.5GB, pull: missing }\n`;
  const matrix = loadMatrix(text, 't.yml');
  assert.is(matrix.watchdog.hardware_watchdog, '/dev/watchdog1');
  assert.equal(parseResolved(resolvedJson(matrix)), matrix);
});

test('what means the same has the same hash, what does not has another', () => {
  assert.match(hash(SMALL), /^[0-9a-f]{64}$/);
  assert.is(hash(`${SMALL}env: { A: "1", B: "2" }\nattempts: 1\n`), hash(`env: { B: "2", A: "1" }\n${SMALL}`));
  assert.is.not(hash(`${SMALL}attempts: 2\n`), hash(SMALL));
  assert.is.not(
    hash(SMALL.replace('size: [8, 16], layout: [nchw, nhwc]', 'layout: [nchw, nhwc], size: [8, 16]')),
    hash(SMALL),
  );
});

test('a damaged file is refused with what is wrong', () => {
  const text = resolvedJson(loadMatrix(SMALL, 't.yml'));
  for (const [damaged, wanted] of [
    [text.slice(0, 200), 'cannot be used'],
    [text.replace('"attempts": 1', '"attempts": 0'), 'attempts: 0 is out of range'],
    ['[]', 'the file is a list'],
  ] as const) {
    assert.throws(
      () => parseResolved(damaged),
      (error: unknown) => error instanceof UsageError && error.message.includes(wanted),
    );
  }
});

test.run();
