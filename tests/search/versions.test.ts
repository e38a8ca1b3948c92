/** The search along environments: every change is found, both ends come first, untestable environments are stepped around. */
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSearch } from '../../harness/search/create.ts';
import type { Answer } from '../../harness/search/search.ts';
import { VersionsSearch } from '../../harness/search/versions.ts';
import type { OutcomeKind } from '../../harness/model/outcome.ts';
import { transitionsOf } from '../../harness/insight/transitions.ts';
import { drive, enumerationOf, matrixOf, type Plane } from './surfaces.ts';

const test = suite('search along the environments');

function plane(count: number, sizes: readonly number[] = [48]): Plane {
  return {
    environments: Array.from({ length: count }, (_, index) => `v${index}`),
    fixed: [{ in_channels: 16 }],
    sizes,
  };
}

/** 'b' bad, 'g' good, 'x' unavailable; one letter for each environment. */
function asked(
  pattern: string,
  every: boolean,
  sizes: readonly number[] = [48],
): { readonly order: string[]; readonly bads: ReadonlyMap<string, boolean> } {
  const surface = plane(pattern.length, sizes);
  const matrix = matrixOf(surface);
  const truth: Record<string, OutcomeKind> = { b: 'hang', g: 'pass', x: 'unavailable' };
  const answers = drive(
    new VersionsSearch(enumerationOf(surface), { attempts: 1, isolation: 'fork', every }),
    ({ cell }) => truth[pattern[Number(cell.environment.slice(1))] ?? 'x'] ?? 'error',
    matrix,
  );
  const searched = answers.filter(({ purpose }) => purpose === 'search');
  const graded = searched.filter(({ grade }) => grade !== 'untestable');
  return {
    order: searched.map(({ cell }) => cell.environment),
    bads: new Map(graded.map(({ cell, grade }) => [cell.environment, grade === 'bad'])),
  };
}

function changesIn(pattern: string, bads: ReadonlyMap<string, boolean>): string[] {
  const environments = [...pattern].map((_, index) => ({ name: `v${index}`, torch: null, rocm: null }));
  const cells = [...bads].map(([environment, bad]) => ({
    environment,
    setting: 'default',
    case: {},
    bad,
    observed: true,
  }));
  return transitionsOf(environments, cells).map(
    ({ from, to, turns, skipped }) => `${from} ${to} ${turns}${skipped.length > 0 ? ` (${skipped.join()})` : ''}`,
  );
}

test('both ends first, then halves', () => {
  assert.equal(asked('gggggbbb', false).order, ['v0', 'v7', 'v3', 'v5', 'v4']);
});

test('one change among 64 environments takes 2 + 6 questions when one is assumed', () => {
  assert.ok(asked(`${'g'.repeat(41)}${'b'.repeat(23)}`, false).order.length <= 8);
});

test('versions that turn good and bad again', () => {
  const pattern = 'gbgbbg';
  const { bads } = asked(pattern, true);
  assert.equal(changesIn(pattern, bads), ['v0 v1 bad', 'v1 v2 good', 'v2 v3 bad', 'v4 v5 good']);
});

test('an environment that cannot be had is stepped around, and the change is a range', () => {
  assert.equal(changesIn('ggxxbb', asked('ggxxbb', false).bads), ['v1 v4 bad (v2,v3)']);
  assert.equal(changesIn('xggbbx', asked('xggbbx', false).bads), ['v2 v3 bad']);
  assert.equal(asked('xxx', true).order.length, 3);
});

test('a bad cell at a change is confirmed in a fresh process', () => {
  const surface = plane(4);
  const answers = drive(
    new VersionsSearch(enumerationOf(surface), { attempts: 1, isolation: 'fork', every: true }),
    ({ cell }) => (cell.environment >= 'v2' ? 'hang' : 'pass'),
    matrixOf(surface),
  );
  const confirmed = answers.filter(({ purpose }) => purpose === 'confirm');
  assert.equal(
    confirmed.map(({ cell, isolation }) => [cell.environment, isolation]),
    [['v2', 'spawn']],
  );
  const allBad = drive(
    new VersionsSearch(enumerationOf(surface), { attempts: 1, isolation: 'fork', every: true }),
    () => 'hang',
    matrixOf(surface),
  );
  assert.equal(
    allBad.filter(({ purpose }) => purpose === 'confirm').map(({ cell }) => cell.environment),
    ['v0'],
    'where all are bad the oldest is',
  );
});

test('with several cases an environment in use is asked before a new one is provisioned', () => {
  const { order } = asked('gggbbb', false, [32, 48]);
  const firstUse = [...new Set(order)];
  const switches = order.filter((one, index) => index > 0 && one !== order[index - 1]).length;
  assert.is(switches, firstUse.length - 1, order.join(' '));
});

test('every change of any pattern is found, nothing is asked twice, and a replay goes on the same', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[gbx]{1,14}$/), fc.nat(20), (pattern, cut) => {
      const { order, bads } = asked(pattern, true);
      assert.is(new Set(order).size, order.length);
      const known = new Map(
        [...pattern].flatMap((letter, index): [string, boolean][] =>
          letter === 'x' ? [] : [[`v${index}`, letter === 'b']],
        ),
      );
      assert.equal(changesIn(pattern, bads), changesIn(pattern, known));

      const surface = plane(pattern.length);
      const truth: Record<string, OutcomeKind> = { b: 'hang', g: 'pass', x: 'unavailable' };
      const rules = { attempts: 1, isolation: 'fork', every: true } as const;
      const whole = drive(
        new VersionsSearch(enumerationOf(surface), rules),
        ({ cell }) => truth[pattern[Number(cell.environment.slice(1))] ?? 'x'] ?? 'error',
        matrixOf(surface),
      );
      const resumed = new VersionsSearch(enumerationOf(surface), rules);
      for (const answer of whole.slice(0, cut)) resumed.tell(answer);
      assert.equal(
        resumed.next(1).map(({ cell }) => cell.id),
        whole.slice(cut, cut + 1).map(({ cell }) => cell.id),
      );
    }),
    { seed: 7, numRuns: 150 },
  );
});

function cost(all: readonly Answer[]): number {
  return all.reduce((sum, { seconds }) => sum + seconds, 0);
}

test('with an axis every line has a certificate, both ends come first, at less than half of the grid', () => {
  const sizes = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128];
  const surface: Plane = {
    ...plane(8, sizes),
    fixed: [3, 16, 17, 32, 64].map((channels) => ({ in_channels: channels })),
  };
  const lines = [...enumerationOf(surface).lines()];
  const first = fc.array(fc.integer({ min: 0, max: sizes.length }), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(first, fc.constantFrom('fork' as const, 'spawn' as const), (turns, isolation) => {
      const told = (strategy: 'versions' | 'grid'): Answer[] => {
        const matrix = matrixOf(surface, { isolation, search: { strategy } });
        return drive(
          createSearch(matrix, enumerationOf(surface)),
          ({ cell }) => (cell.position >= (turns[Number(cell.environment.slice(1))] ?? 0) ? 'hang' : 'pass'),
          matrix,
        );
      };
      const [own, grid] = [told('versions'), told('grid')];
      for (const line of lines) {
        const turn = turns[Number(line.environment.slice(1))] ?? 0;
        const seen = new Set(own.filter(({ cell }) => cell.line === line.id).map(({ cell }) => cell.position));
        assert.ok((turn === 0 || seen.has(turn - 1)) && (turn === sizes.length || seen.has(turn)), line.id);
      }
      assert.ok(cost(own) < cost(grid) / 2, `${cost(own)} of ${cost(grid)}`);
      const order = [...new Set(own.map(({ cell }) => cell.environment))];
      assert.equal(order.slice(0, 3), ['v0', 'v7', 'v3']);
    }),
    { seed: 5, numRuns: 30 },
  );
});

test.run();
