import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explainFailure } from '../../../../harness/environments/kinds/wheel/wheel-failure.ts';
import {
  environmentsFolder,
  planWheel,
  type WheelPlan,
} from '../../../../harness/environments/kinds/wheel/wheel-plan.ts';

const test = suite('what a wheel needs');

function plan(torch: string, rocm: string, index?: string, version = '3.10.13'): WheelPlan {
  const environment = { kind: 'wheel', name: 'x', torch, rocm, python: '3.10', env: {} } as const;
  return planWheel(index === undefined ? environment : { ...environment, index }, {
    executable: `/python/${version}`,
    version,
  });
}

test('the requirement names the ROCm build and the index is the public one of its tag', () => {
  const { requirement, index, extraIndex, constraints } = plan('2.0.1', '5.4.2');
  assert.is(requirement, 'torch==2.0.1+rocm5.4.2');
  assert.is(index, 'https://download.pytorch.org/whl/rocm5.4.2');
  assert.is(extraIndex, 'https://pypi.org/simple', 'which has the NumPy that this wheel can load');
  assert.equal(constraints, ['numpy<2']);
  assert.is(plan('2.5.1', '6.2').extraIndex, null);
});

test('an old index without dependencies gets PyPI beside it, an index of the matrix stands alone', () => {
  assert.is(plan('1.13.1', '5.2').extraIndex, 'https://pypi.org/simple');
  assert.is(plan('1.13.1', '5.2', 'https://mirror.example/simple').extraIndex, null);
  assert.is(plan('1.13.1', '5.2', 'https://mirror.example/simple').index, 'https://mirror.example/simple');
});

test('NumPy 2 is held back below torch 2.3, as versions and not as text', () => {
  assert.equal(plan('2.2.2', '5.7').constraints, ['numpy<2']);
  assert.equal(plan('2.3.0', '6.0').constraints, []);
  assert.equal(plan('2.10.0', '7.0').constraints, []);
});

test('the key reads well and differs with the wheel, the index and the Python', () => {
  const { key } = plan('2.0.1', '5.4.2');
  assert.match(key, /^torch2\.0\.1-rocm5\.4\.2-py3\.10-[0-9a-f]{12}$/);
  assert.is(plan('2.0.1', '5.4.2').key, key);
  const others = [
    plan('2.0.0', '5.4.2'),
    plan('2.0.1', '5.3'),
    plan('2.0.1', '5.4.2', 'https://mirror.example'),
    plan('2.0.1', '5.4.2', undefined, '3.10.14'),
  ];
  assert.is(new Set([key, ...others.map((other) => other.key)]).size, 5);
});

test('the cache folder follows XDG; a relative one is ignored', () => {
  assert.is(environmentsFolder({ HOME: '/home/me', XDG_CACHE_HOME: '/cache' }), '/cache/bench/environments');
  assert.is(environmentsFolder({ HOME: '/home/me' }), '/home/me/.cache/bench/environments');
  assert.is(environmentsFolder({ HOME: '/home/me', XDG_CACHE_HOME: 'cache' }), '/home/me/.cache/bench/environments');
});

for (const [log, next] of [
  [
    'ERROR: Could not find a version that satisfies the requirement torch==1\nERROR: No matching distribution found for torch==1',
    'no such wheel',
  ],
  [
    '  × No solution found when resolving dependencies:\n  ╰─▶ Because there is no version of torch==9',
    'no such wheel',
  ],
  [
    'The virtual environment was not created successfully because ensurepip is not\navailable.\n ensurepip is not available',
    'python3-venv',
  ],
  ['ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device', 'disk is full'],
  ['WARNING: Retrying … Failed to establish a new connection: [Errno -2] Name or service not known', 'did not answer'],
] as const) {
  test(`a log leads to the next step: ${next}`, () => assert.match(explainFailure(log), next));
}

/** As pip ends without a network: the last lines are those of a wheel that is not there. */
function pipLog(reason: string): string {
  const retry = `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by '${reason}': /simple/torch/`;
  return `${retry}\nERROR: Could not find a version that satisfies the requirement torch==1.13.1+rocm5.2 (from versions: none)\nERROR: No matching distribution found for torch==1.13.1+rocm5.2`;
}

for (const log of [
  pipLog(
    'NewConnectionError("<urllib3.connection.HTTPSConnection object>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution")',
  ),
  pipLog('NewConnectionError("[Errno 111] Connection refused")'),
  pipLog('NewConnectionError("[Errno 101] Network is unreachable")'),
  pipLog(
    'ReadTimeoutError("HTTPSConnectionPool(host=\'mirror.example\', port=443): Read timed out. (read timeout=15)")',
  ),
  'error: Failed to fetch: `https://mirror.example/torch/`\n  Caused by: error sending request for url\n  Caused by: client error (Connect)\n  Caused by: dns error',
]) {
  const reason = /name resolution|refused|unreachable|timed out|dns error/.exec(log)?.[0] ?? '';
  test(`without a network no wheel is called missing: ${reason}`, () => {
    assert.match(explainFailure(log), 'the index did not answer');
    assert.not.match(explainFailure(log), 'no such wheel');
  });
}

const HASHES = 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.';
for (const [log, hint, never] of [
  [
    `The page of torch was not read: HTTP 500\n${pipLog('')}`,
    /^the index answered HTTP 500; .*the index is in trouble/,
    'no such wheel',
  ],
  [
    `The page of torch was not read: HTTP 401\n${pipLog('')}`,
    /^the index answered HTTP 401; .*name and a password/,
    'no such wheel',
  ],
  [`torch.whl was not fetched: other side closed\n${HASHES}`, /the file never arrived whole/, 'do not use it'],
  [HASHES, /do not use it/, 'arrived whole'],
] as const) {
  test(`what went wrong before pip was asked is told: ${log.split('\n')[0]}`, () => {
    assert.match(explainFailure(log), hint);
    assert.not.match(explainFailure(log), never);
  });
}

test('where the wheel itself is here something that it asks for is missing', () => {
  const log =
    'error: No solution found when resolving dependencies\n  cause: Because other was not found in the package registry and torch==1 depends on other, …';
  assert.match(explainFailure(log, true), /; cause: Because other was not found.*; torch itself was found/);
  assert.match(explainFailure(log, false), 'no such wheel');
});

test('of a traceback the last line is told', () => {
  assert.is(
    explainFailure("ERROR: Exception:\nTraceback (most recent call last):\nUnicodeDecodeError: 'utf-8' codec\n"),
    "UnicodeDecodeError: 'utf-8' codec",
  );
});

test('the last error line is told; a log without any tells nothing', () => {
  assert.match(
    explainFailure('ERROR: one\nERROR: No matching distribution found for torch==1'),
    'ERROR: No matching distribution found',
  );
  assert.is(explainFailure('Collecting torch'), '');
});

test.run();
