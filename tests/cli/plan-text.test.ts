import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { duration } from '../../harness/cli/describe.ts';
import { planText } from '../../harness/cli/plan-text.ts';
import { planOf } from '../../harness/cli/plan.ts';
import { loadMatrix } from '../../harness/matrix/load.ts';

const test = suite('cli/plan-text');

const KNOWN = '{ kind: wheel, torch: "1.13.1", rocm: "5.2" }';
const UNKNOWN = ['{ kind: wheel, torch: "2.0.1", rocm: "5.3" }', '{ kind: wheel, torch: "2.1.2", rocm: "5.5" }'];

/** The plan with its lines joined: where they break does not matter here. */
function plan(...environments: readonly string[]): string {
  const lines = ['schema: 1', 'name: t', 'probe: conv2d', 'environments:', ...environments.map((one) => `  - ${one}`), 'axes: { size: [8, 16] }'];
  return planText(planOf(loadMatrix(lines.join('\n'), 't.yml'))).replaceAll(/\s+/g, ' ');
}

test('a plan says how much is downloaded in all: known sizes, and 1 to 6 GB for each other file', () => {
  assert.match(plan(KNOWN, ...UNKNOWN), /Downloads: 3 files, about 3 to 13 GB, kept in \S+\/bench\/environments; 2 of unknown size, taken as 1 to 6 GB each/);
  assert.match(plan(KNOWN), /Downloads: 1 file, about 1 GB, kept in \S+\/bench\/environments torch-/);
  assert.match(plan('{ kind: interpreter, python: python3 }'), /Downloads nothing/);
});

test('times: minutes below an hour, hours above', () => {
  for (const [seconds, text] of [
    [0.23, '0.23 s'],
    [12, '12 s'],
    [185, '3 min 05 s'],
    [3599, '59 min 59 s'],
    [3600, '1 h 00 min'],
    [6784, '1 h 53 min'],
    [7800, '2 h 10 min'],
  ] as const) {
    assert.is(duration(seconds), text);
  }
});

test.run();
