import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { planText } from '../../../harness/cli/run/plan-text.ts';
import { planOf, type Here } from '../../../harness/cli/run/plan-of.ts';
import { loadMatrix } from '../../../harness/matrix/load.ts';

const test = suite('cli/plan-text');

const MATRICES = join(import.meta.dirname, '..', '..', '..', 'matrices');
const SHIPPED = readdirSync(MATRICES).filter((name) => name.endsWith('.yml'));

for (const file of SHIPPED) {
  test(`${file}: lines, cells, time and downloads on 80 columns`, () => {
    const text = planText(planOf(loadMatrix(readFileSync(join(MATRICES, file), 'utf8'), file)));
    for (const label of ['lines', 'cells', 'Attempts and time', 'Downloads']) assert.match(text, label);
    assert.equal(
      text.split('\n').filter((line) => line.length > 80),
      [],
    );
  });
}

const KNOWN = '{ kind: wheel, torch: "1.13.1", rocm: "5.2" }';
const UNKNOWN = ['{ kind: wheel, torch: "2.0.1", rocm: "5.3" }', '{ kind: wheel, torch: "2.1.2", rocm: "5.5" }'];

/** The plan with its lines joined: where they break does not matter here. */
function plan(...environments: readonly string[]): string {
  return planHere(undefined, ...environments);
}

function planHere(found: Omit<Here, 'environmentsFolder'> | undefined, ...environments: readonly string[]): string {
  const lines = [
    'schema: 1',
    'name: t',
    'probe: conv2d',
    'environments:',
    ...environments.map((one) => `  - ${one}`),
    'axes: { size: [8, 16] }',
  ];
  const here = found === undefined ? undefined : { ...found, environmentsFolder: '/cache' };
  return planText(planOf(loadMatrix(lines.join('\n'), 't.yml'), undefined, null, here)).replaceAll(/\s+/g, ' ');
}

test('a plan says how much is downloaded in all: known sizes, and 1 to 6 GB for each other file', () => {
  assert.match(
    plan(KNOWN, ...UNKNOWN),
    /Downloads: 3 files, about 3 to 13 GB, kept in \S+\/bench\/environments; 2 of unknown size, taken as 1 to 6 GB each/,
  );
  assert.match(plan(KNOWN), /Downloads: 1 file, about 1 GB, kept in \S+\/bench\/environments torch-/);
  assert.match(plan('{ kind: interpreter, python: python3 }'), /Downloads nothing/);
});

test('what is here already is not downloaded, and what cannot be made is told before the start', () => {
  const image = '{ kind: container, image: "rocm/pytorch:a", name: box }';
  const ready = new Map([['rocm5.2-torch1.13.1', { kind: 'ready' }] as const]);
  const some = planHere({ environments: ready, freeBytes: 3e9 }, KNOWN, ...UNKNOWN);
  assert.match(some, /Downloads: 2 files, about 2 to 12 GB/);
  assert.match(some, 'here already rocm5.2-torch1.13.1');
  assert.match(some, /3\.0 GB are free: not enough for all at once/);
  assert.not.match(planHere({ environments: ready, freeBytes: 5e9 }, KNOWN, ...UNKNOWN), 'not enough');
  assert.match(planHere({ environments: ready, freeBytes: 1 }, KNOWN), /Downloads nothing here already rocm5/);
  const cannot = new Map(
    ['box', 'rocm5.2-torch1.13.1'].map((name) => [name, { kind: 'cannot', reason: `nothing for ${name}` }] as const),
  );
  const none = planHere({ environments: cannot, freeBytes: null }, KNOWN, image);
  assert.match(
    none,
    /Downloads: 1 file, about 1 GB.*as it is - rocm5\.2-torch1\.13\.1: nothing for rocm\S+ - box: nothing for box/,
  );
  assert.match(
    planHere({ environments: new Map([['box', { kind: 'to-make' }]]), freeBytes: 1 }, image),
    /Images to pull, kept by podman or docker; one of ROCm is 20 GB and more rocm\/pytorch:a/,
  );
});

test('the chosen search and the canaries each have a line', () => {
  assert.match(plan(KNOWN), /map about [\d,]+ attempts \([\d, to]+\), chosen .* \+ canaries about .*/);
});

test('nothing in a matrix steers the terminal', () => {
  const text = planText(
    planOf(
      loadMatrix(
        [
          'schema: 1',
          'name: t',
          'description: "a\\e[31mb\\u202ec\\ad"',
          'probe: conv2d',
          `environments: [${KNOWN}]`,
          'axes: { size: [8] }',
        ].join('\n'),
        't.yml',
      ),
      undefined,
      null,
    ),
  );
  assert.match(text, /^t: a␛\[31mb⟨U\+202E⟩c␇d\n/);
});

test.run();
