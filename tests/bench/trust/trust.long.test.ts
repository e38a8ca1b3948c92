import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { exitCode } from './goals.ts';
import { BROKEN } from './families/broken.ts';
import { MONOTONE, type Family } from './families/monotone.ts';
import { jobsOf } from './parts/parts.ts';
import { drive, wellCard, type Card } from './drive.ts';
import { figuresOf } from './figures.ts';
import { isMonotone, surfaceOf, type Surface } from './surface.ts';
import { Random } from '../search/random.ts';

const test = suite('bench/trust');

const RUN = fileURLToPath(new URL('run.ts', import.meta.url));

function surfaces(families: readonly Family[]): readonly Surface[] {
  return families.flatMap((family) => [1, 2, 3].map((seed) => family(new Random(seed))));
}

test('one family is measured, every goal is told, and the exit code says whether all are met', async () => {
  const { stdout, exitCode: code } = await execa({
    reject: false,
    timeout: 120_000,
  })`node --import tsx ${RUN} --only ${'all pass'} --surfaces 1 --json`;
  const { goals, samples } = JSON.parse(stdout);
  assert.ok(samples.length > 0 && samples.every(({ family }: { family: string }) => family === 'all pass'));
  assert.ok(goals.some(({ goal }: { goal: string }) => goal.includes('wrong cells')));
  assert.is(code, goals.every(({ met }: { met: boolean }) => met) ? 0 : 1);
});

test('one missed goal, and no goal at all, are exit code 1', () => {
  const row = { goal: 'a goal', wanted: 'at most 0', measured: '0', met: true };
  assert.is(exitCode([row]), 0);
  assert.is(exitCode([row, { ...row, met: false }]), 1);
  assert.is(exitCode([]), 1);
});

test('a seed gives the same surfaces, another seed others, and words choose families', () => {
  const wanted = { seed: 1, only: ['bands'], surfaces: 2 };
  assert.equal(jobsOf(wanted), jobsOf(wanted));
  assert.equal(
    jobsOf(wanted).map(({ family }) => family),
    ['bands', 'bands'],
  );
  assert.is.not(jobsOf(wanted)[0]?.seed, jobsOf({ ...wanted, seed: 2 })[0]?.seed);
});

test('larger is worse on every surface of the families of which that is said, and on none of the others', () => {
  assert.ok(surfaces(Object.values(MONOTONE)).every(isMonotone));
  assert.not.ok(surfaces(Object.values(BROKEN)).some(isMonotone));
});

test('what a card does otherwise than the truth is counted as wrong, and what it does as the truth is not', async () => {
  const space = {
    environments: ['a', 'b'],
    settings: ['default'],
    fixed: { channels: [1, 2] },
    sizes: [8, 16, 24, 32],
  };
  const surface = surfaceOf(space, ({ row, place }) => (row === 1 && place >= 2 ? 'hang' : 'pass'));
  const counted = async (card: Card): Promise<Record<string, number>> =>
    figuresOf(surface, await drive(surface, { card }), 20, 'fork');
  const right = await counted(wellCard(surface));
  assert.equal([right['wrong'], right['wrong, certain'], right['hanging lines']], [0, 0, 2]);
  const lulled = await counted({ suspect: () => 'pass' });
  assert.equal([lulled['dangerous'], lulled['wrong, certain']], [4, 2]);
  const alarmed = await counted({ suspect: () => 'hang' });
  assert.equal([alarmed['wrong'], alarmed['dangerous'], alarmed['wrong, certain']], [12, 0, 4]);
});

test.run();
