import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bridges, type Bridge } from '../../harness/catalogue/bridges.ts';
import { BUILT_IN } from '../../harness/catalogue/rows/built-in.ts';
import { differences, wheelVersions, type Versions } from '../../harness/catalogue/differences.ts';
import { expand } from '../../harness/catalogue/rows/expand.ts';

const test = suite('differences and bridges');

const NOTHING_KNOWN = { torch: null, rocm: null, build: 'interpreter' };

function wheel(torch: string, rocm: string, python = '3.10', index?: string): Versions {
  return wheelVersions({ torch, rocm, python, index });
}

function names(bridge: Bridge | undefined): string {
  return bridge === undefined ? '' : [bridge.steps[0]?.from.name, ...bridge.steps.map(({ to }) => to.name)].join(' ');
}

/** Breaks of the staircase inside the range whose wheels hold gfx1030 code, as pairs of what stands on either side. */
const BREAKS = [
  [
    ['1.11.0', '4.5.2'],
    ['1.12.0', '5.0'],
  ],
  [
    ['1.13.1', '5.2'],
    ['2.0.0', '5.3'],
  ],
  [
    ['2.0.1', '5.4.2'],
    ['2.1.0', '5.5'],
  ],
  [
    ['2.9.1', '6.4'],
    ['2.10.0', '7.0'],
  ],
] as const;

test('one factor: not confounded; torch and ROCm: confounded', () => {
  const rocm = differences(wheel('2.0.1', '5.3'), wheel('2.0.1', '5.4.2'));
  assert.equal([rocm.causes, rocm.confounded], [['rocm'], false]);
  assert.equal(
    rocm.different.map(({ factor }) => factor),
    ['rocm', 'miopen'],
  );
  const both = differences(wheel('1.13.1', '5.2'), wheel('2.2.2', '5.7'));
  assert.equal([both.causes, both.confounded], [['torch', 'rocm'], true]);
  const same = differences(wheel('2.0.1', '5.3'), wheel('2.0.1', '5.3', '3.10.4'));
  assert.equal([same.different, same.causes], [[], []]);
  assert.equal(differences(wheel('2.0.1', '5.3'), wheel('2.0.1', '5.3', '3.9')).causes, ['python']);
});

test('what is not known is said, and neither same nor different', () => {
  const unknown = differences(wheel('2.0.1', '5.3'), NOTHING_KNOWN);
  assert.ok(unknown.unknown.includes('torch') && unknown.unknown.includes('rocm'));
  assert.is(unknown.confounded, false);
  assert.equal(bridges(wheel('2.0.1', '5.3'), NOTHING_KNOWN), []);
});

test("AMD's build of the same torch is another build", () => {
  const amd = wheel('2.0.1', '5.7', '3.10', 'https://repo.radeon.com/rocm/manylinux/rocm-rel-5.7');
  assert.is(amd.build, 'amd');
  assert.equal(differences(wheel('2.0.1', '5.4.2'), amd).causes, ['rocm', 'build']);
  assert.is(wheel('2.0.1', '5.7', '3.10', 'http://127.0.0.1:9/x').build, 'http://127.0.0.1:9/x');
});

test('where wheels allow, the shortest way changes one factor a step', () => {
  const [way, ...others] = bridges(wheel('2.1.2', '5.5'), wheel('2.3.1', '6.0'));
  assert.equal(others, []);
  assert.is(way?.confounded, 0);
  assert.is(way?.steps.length, 5);
  for (const step of way?.steps ?? []) assert.is(step.changes.length, 1);
  assert.is(
    names(bridges(wheel('2.5.1', '6.2'), wheel('2.7.1', '6.2.4'))[0]),
    '2.5.1+rocm6.2 2.5.1+rocm6.1 2.6.0+rocm6.1 2.6.0+rocm6.2.4 2.7.1+rocm6.2.4',
  );
});

test('Python is a factor of its own', () => {
  const [way] = bridges(wheel('2.2.2', '5.7', '3.10'), wheel('2.3.1', '6.0', '3.12'));
  assert.equal(way?.steps.map(({ changes }) => changes.join('+')).toSorted(), ['python', 'rocm', 'torch']);
});

test('the breaks are as narrow as wheels allow, and bridged by other builds where some are known', () => {
  for (const [[torchA, rocmA], [torchB, rocmB]] of BREAKS) {
    const [stable, ...others] = bridges(wheel(torchA, rocmA), wheel(torchB, rocmB));
    assert.is(stable?.confounded, 1, `${rocmA}|${rocmB}`);
    assert.is(
      others.some(({ confounded }) => confounded === 0),
      rocmA !== '4.5.2',
      `${rocmA}|${rocmB}`,
    );
  }
  const through = bridges(wheel('1.13.1', '5.2'), wheel('2.0.1', '5.3'));
  assert.is(
    names(through.find((one) => one.through.includes('nightly'))),
    '1.13.1+rocm5.2 2.0.0.dev20230209+rocm5.2 2.0.0.dev20230207+rocm5.3 2.0.1+rocm5.3',
  );
  assert.match(
    names(bridges(wheel('2.0.1', '5.4.2'), wheel('2.1.2', '5.5')).find((one) => one.through.includes('amd'))),
    '2.0.1+rocm5.4.2 2.0.1+rocm5.7 ',
  );
});

test('a way over several breaks goes through each of them', () => {
  const [stable] = bridges(wheel('1.11.0', '4.5.2'), wheel('2.12.1', '7.2'));
  assert.equal(
    stable?.steps.filter(({ changes }) => changes.length > 1).map(({ from, to }) => `${from.rocm}|${to.rocm}`),
    BREAKS.map(([[, before], [, after]]) => `${before}|${after}`),
  );
});

function ids(torch: string, rocm: string, python = '3.10'): readonly string[] {
  return expand(BUILT_IN, { torch, rocm, python }).map((one) => `${one.rocm}/${one.torch}`);
}

test('several wheels in a few words', () => {
  assert.equal(ids('newest-per-rocm', '>=5.2,<5.6'), ['5.2/1.13.1', '5.3/2.0.1', '5.4.2/2.0.1', '5.5/2.1.2']);
  assert.equal(ids('oldest-per-rocm', '5.6'), ['5.6/2.1.0']);
  assert.equal(ids('staircase', '>=5.5,<6.1'), [
    '5.5/2.1.2',
    '5.6/2.1.2',
    '5.6/2.2.2',
    '5.7/2.2.2',
    '5.7/2.3.1',
    '6.0/2.3.1',
  ]);
  assert.equal(ids('2.2.1', '>=0'), ['5.6/2.2.1', '5.7/2.2.1']);
  assert.is(
    ids('all', '>=0', '3.8').length,
    BUILT_IN.wheels.filter(({ channel, pythons }) => channel === 'stable' && pythons.includes('cp38')).length,
  );
  assert.equal(ids('all', '>=9'), []);
});

test.run();
