/** What explanations may claim, on surfaces made by rules of their own language and on data that support none. */
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explain } from '../../harness/insight/explain.ts';
import { knowledgeOf } from '../../harness/knowledge/probes.ts';
import type { Insight } from '../../harness/model/results/insight.ts';
import type { Observation } from '../../harness/insight/ranking/observation-table.ts';
import { CellFacts, type CellRef, type Surroundings } from '../../harness/insight/cell-facts.ts';
import { allHold, type Term } from '../../harness/model/results/term.ts';
import type { Case } from '../../harness/model/cell.ts';
import { createSearch } from '../../harness/search/create.ts';
import { drive, enumerationOf, matrixOf, type Plane } from '../search/surfaces.ts';

const test = suite('explanations');

const VERSIONS = ['5.0', '5.2', '5.3', '5.5', '5.7', '6.0', '6.2'];
const SURROUNDINGS: Surroundings = {
  knowledge: knowledgeOf('conv2d'),
  environments: VERSIONS.map((rocm) => ({ name: `rocm${rocm}`, rocm, torch: null })),
  settings: [{ name: 'default', env: {}, torch: {} }],
};
const CHANNELS = [
  [16, 32],
  [15, 31],
  [17, 33],
  [32, 64],
  [64, 128],
  [3, 16],
  [24, 48],
  [20, 36],
] as const;
const SIZES = [8, 16, 24, 31, 32, 33, 40, 48, 56, 64, 96, 128];

const CELLS: readonly CellRef[] = VERSIONS.flatMap((rocm) =>
  CHANNELS.flatMap(([inputs, outputs]) =>
    SIZES.map((size): CellRef => ({
      environment: `rocm${rocm}`,
      setting: 'default',
      case: { in_channels: inputs, out_channels: outputs, size, kernel: 3, dtype: 'float32' },
    })),
  ),
);

function insightOf(
  places: readonly CellRef[],
  isBad: (place: CellRef) => boolean,
  surroundings: Surroundings = SURROUNDINGS,
): Insight {
  return explain({
    observations: places.map((place) => ({ place, bad: isBad(place) })),
    matrix: places.map((place, index) => ({ place, id: `cell-${index}` })),
    tried: new Set(),
    surroundings,
    askable: () => true,
  });
}

const FITS = { from: 0, below: 0 };
const limits = fc.oneof(
  fc.constantFrom(16, 24, 32, 40, 56).map((value): Term => ({ kind: 'above', quantity: 'size', value, fits: FITS })),
  fc
    .constantFrom(2 ** 19, 2 ** 20, 2 ** 21)
    .map((value): Term => ({ kind: 'above', quantity: 'workspace_bytes', value, fits: FITS })),
  fc
    .constantFrom(2 ** 17, 2 ** 18, 2 ** 19)
    .map((value): Term => ({ kind: 'above', quantity: 'output_bytes', value, fits: FITS })),
  fc.constantFrom(15, 16, 24).map((value): Term => ({ kind: 'at-most', quantity: 'in_channels', value, fits: FITS })),
);
const properties = fc.record({ of: fc.constantFrom(2, 4, 16), holds: fc.boolean() }).map(({ of, holds }): Term => ({
  kind: 'property',
  property: of === 2 ? 'power-of-two' : 'multiple',
  of,
  quantities: ['in_channels'],
  quantifier: 'all',
  holds,
}));
const versions = fc
  .record({ from: fc.integer({ min: 0, max: 5 }), length: fc.integer({ min: 2, max: 4 }) })
  .map(({ from, length }): Term => ({
    kind: 'one-of',
    quantity: 'rocm',
    values: VERSIONS.slice(from, from + length),
    outOf: VERSIONS,
    ordered: true,
  }));
const rules = fc.oneof(
  limits.map((one) => [one]),
  fc.tuple(versions, limits),
  fc.tuple(properties, limits),
  fc.tuple(versions, properties, limits),
);

test('the rule that made the cells comes first, or one that says the same of all of them', () => {
  const facts = new CellFacts(SURROUNDINGS, CELLS, []);
  fc.assert(
    fc.property(rules, (rule) => {
      const isBad = (place: CellRef): boolean => allHold(rule, facts.lookup(place));
      const bad = CELLS.filter(isBad).length;
      fc.pre(bad >= 8 && bad <= CELLS.length - 8);
      const { explanations } = insightOf(CELLS, isBad);
      const [first] = explanations;
      assert.ok(first !== undefined);
      const wrong = CELLS.filter((place) => allHold(first.terms, facts.lookup(place)) !== isBad(place));
      assert.is(wrong.length, 0, `${first.statement} for ${JSON.stringify(rule)}`);
      assert.is(first.exceptions.count, 0);
    }),
    { seed: 4, numRuns: 14 },
  );
});

test('a few wrong cells do not hide the rule', () => {
  const rule: Term[] = [
    { kind: 'one-of', quantity: 'rocm', values: ['5.3', '5.5', '5.7'], outOf: VERSIONS, ordered: true },
    { kind: 'above', quantity: 'workspace_bytes', value: 2 ** 20, fits: FITS },
  ];
  const facts = new CellFacts(SURROUNDINGS, CELLS, []);
  const isBad = (place: CellRef): boolean => allHold(rule, facts.lookup(place)) !== (CELLS.indexOf(place) % 67 === 5);
  const [first] = insightOf(CELLS, isBad).explanations;
  assert.is(first?.statement, 'ROCm 5.3 to 5.7 and im2col workspace above 1 MiB');
  assert.is(first?.exceptions.count, CELLS.filter((_, index) => index % 67 === 5).length);
  assert.ok((first?.exceptions.cells.length ?? 0) > 0);
});

test('labels by chance are not explained', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 150, maxLength: 150 }), (coins) => {
      const some = CELLS.filter((_, index) => index % 4 === 1).slice(0, 150);
      const { state, explanations } = insightOf(some, (place) => coins[some.indexOf(place)] === true);
      assert.is(state, 'unclear');
      assert.is(explanations.length, 0);
    }),
    { seed: 11, numRuns: 6 },
  );
});

function silentState(places: readonly CellRef[], isBad: (place: CellRef) => boolean): string {
  const { state, explanations, text } = insightOf(places, isBad);
  assert.is(explanations.length, 0);
  assert.ok(text.length > 0);
  return state;
}

test('what the data cannot support is not said', () => {
  const some = CELLS.slice(0, 40);
  assert.is(
    silentState([], () => true),
    'nothing-observed',
  );
  assert.is(
    silentState(some, () => false),
    'all-good',
  );
  assert.is(
    silentState(some, () => true),
    'all-bad',
  );
  assert.is(
    silentState(some, (place) => place === some[3]),
    'too-few',
  );
  assert.is(
    silentState(some.slice(0, 4), (place) => place.case['size'] === 8 || place.case['size'] === 31),
    'unclear',
  );
  const few = CELLS.filter(
    ({ environment, case: { size } }) => environment === 'rocm5.3' && (size === 8 || size === 48),
  );
  const one = explain({
    observations: few.map((place) => ({ place, bad: place.case['in_channels'] === 16 && place.case['size'] === 48 })),
    matrix: CELLS.map((place, index) => ({ place, id: `cell-${index}` })),
    tried: new Set(),
    surroundings: SURROUNDINGS,
    askable: () => true,
  });
  assert.is(one.state, 'too-few');
  assert.ok(
    one.proposals.some(({ predictions }) => predictions.some(({ bad }) => bad)),
    'what would tell is proposed',
  );
});

test('an explanation that nothing in the matrix tells from the first is named with the probe that would', () => {
  const { indistinct, proposals } = insightOf(CELLS, ({ case: { size } }) => Number(size) > 32);
  const pixels = indistinct.find(({ statement }) => statement === 'output pixels (H x W) above 1,024');
  assert.is(pixels?.apart, 'new-shapes');
  const telling = proposals.find(({ predictions }) => {
    const own = predictions.find(({ statement }) => statement === 'output pixels (H x W) above 1,024');
    return own !== undefined && own.bad !== predictions[0]?.bad;
  });
  assert.is(telling?.cell, null);
  assert.not.equal(telling?.place.case['height'], telling?.place.case['width']);
});

test('a cell of the matrix is proposed before any new shape', () => {
  const observed = CELLS.filter(
    ({ case: { in_channels: inputs, size } }) => inputs === 16 || (inputs === 15 && size === 8),
  );
  const insight = explain({
    observations: observed.map((place) => ({ place, bad: Number(place.case['size']) > 32 })),
    matrix: CELLS.map((place, index) => ({ place, id: `cell-${index}` })),
    tried: new Set(),
    surroundings: SURROUNDINGS,
    askable: () => true,
  });
  assert.not.equal(insight.proposals[0]?.cell, null);
  assert.ok(insight.indistinct.some(({ apart }) => apart === 'matrix'));
});

test('a probe that is no convolution: its own parameters and their products', () => {
  const places = [1, 2, 3, 4, 6, 8, 12, 16].flatMap((threads) =>
    [10, 50, 64, 100, 200, 500, 1000].map((rows): CellRef => ({
      environment: 'a',
      setting: 'default',
      case: { threads, rows } satisfies Case,
    })),
  );
  const surroundings: Surroundings = {
    knowledge: knowledgeOf('threads.py'),
    environments: [{ name: 'a', rocm: null, torch: null }],
    settings: [{ name: 'default', env: {}, torch: {} }],
  };
  const { explanations } = insightOf(
    places,
    ({ case: { threads, rows } }) => Number(threads) * Number(rows) > 800,
    surroundings,
  );
  assert.equal(
    explanations[0]?.terms.map((term) => ('quantity' in term ? term.quantity : '')),
    ['threads*rows'],
  );
  assert.is(explanations[0]?.exceptions.count, 0);
});

const hangsByEights = ({ in_channels: channels, size }: Case): boolean =>
  Number(channels) % 8 === 0 && Number(size) > 40;

test('where one hang a line is too little, no rule is told, no probe is made for one, and cells that would tell are named', () => {
  const plane: Plane = {
    environments: ['5.3'],
    fixed: [3, 8, 12, 16, 17, 24, 31, 32].map((channels) => ({ in_channels: channels, out_channels: 32 })),
    sizes: [8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 128],
  };
  const matrix = matrixOf(plane, { search: { strategy: 'map', audit: 'none' }, explain: { probes: 12 } });
  const told = drive(
    createSearch(matrix, enumerationOf(plane)),
    ({ cell }) => (hangsByEights(cell.case) ? 'hang' : 'pass'),
    matrix,
  );
  assert.is(told.filter(({ purpose }) => purpose === 'explain').length, 0);
  const cells = new Map(told.map((one) => [one.cell.id, { place: one.cell, bad: one.grade === 'bad' }]));
  const { state, text, proposals } = explain({
    observations: [...cells.values()],
    matrix: [...enumerationOf(plane).lines()].flatMap((line) =>
      line.cells.map((cell) => ({ place: cell, id: cell.id })),
    ),
    tried: new Set(),
    surroundings: SURROUNDINGS,
    askable: () => true,
  });
  assert.is(state, 'unclear');
  assert.match(text, /^no simple rule/);
  assert.ok(proposals.length > 0 && proposals.every(({ cell }) => cell === null), 'every line was looked at');
});

const isBad = ({ case: { size, in_channels: inputs } }: CellRef): boolean => Number(size) > 32 && inputs !== 3;

test('probes made because a rule predicts them speak against it and never for it', () => {
  const [seen, later] = [CELLS.filter((_, index) => index % 5 !== 0), CELLS.filter((_, index) => index % 5 === 0)];
  const beyond = (more: readonly Observation[]): number => {
    const { explanations } = explain({
      observations: [...seen.map((place) => ({ place, bad: isBad(place) })), ...more],
      matrix: CELLS.map((place, index) => ({ place, id: `cell-${index}` })),
      tried: new Set(),
      surroundings: SURROUNDINGS,
      askable: () => true,
    });
    const rule = explanations.find(({ statement }) => statement === 'in_channels above 8 and size above 32');
    return rule?.bits.beyondChance ?? Number.NEGATIVE_INFINITY;
  };
  const without = beyond([]);
  assert.ok(without > 0);
  assert.is(beyond(later.map((place) => ({ place, bad: isBad(place), chosen: true }))), without);
  assert.ok(beyond(later.map((place) => ({ place, bad: isBad(place), chosen: false }))) > without);
  assert.ok(beyond(later.slice(0, 6).map((place) => ({ place, bad: !isBad(place), chosen: true }))) < without);
});

test('versions that change at the same steps are both named', () => {
  const wheels = [
    ['2.0.1', '5.3'],
    ['2.2.2', '5.6'],
    ['2.3.1', '5.7'],
    ['2.4.1', '6.0'],
    ['2.5.1', '6.1'],
    ['2.9.1', '6.4'],
  ] as const;
  const places = wheels.flatMap(([torch]) =>
    [8, 16, 32, 64].flatMap((channels) =>
      SIZES.map((size): CellRef => ({ environment: torch, setting: 'default', case: { channels, size } })),
    ),
  );
  const told = (environments: Surroundings['environments']): Insight =>
    insightOf(places, ({ environment, case: { size } }) => environment >= '2.3.1' && Number(size) > 40, {
      knowledge: knowledgeOf('mine.py'),
      axis: 'size',
      environments,
      settings: [{ name: 'default', env: {}, torch: {} }],
    });
  const both = told(wheels.map(([torch, rocm]) => ({ name: torch, torch, rocm })));
  assert.match(
    both.text,
    /^ROCm 5.7 to 6.4, or torch 2.3.1 to 2.9.1, and size above 40: these wheels cannot tell ROCm from torch; fits all 288/,
  );
  assert.equal(
    both.explanations[0]?.twins?.map(({ instead, quantity, words }) => [instead, quantity, words]),
    [['rocm', 'torch', 'torch 2.3.1 to 2.9.1']],
  );
  // A wheel that has the one without the other tells.
  const apart = told(wheels.map(([torch, rocm]) => ({ name: torch, torch, rocm: torch === '2.3.1' ? '5.6' : rocm })));
  assert.is(apart.explanations[0]?.twins, undefined);
  assert.match(apart.text, /^torch 2.3.1 to 2.9.1 and size above 40: fits all/);
});

test('a rule that leaves out more than a tenth of the bad cells is partial; one that leaves out more than half is not told first', () => {
  const mostly = insightOf(CELLS, ({ environment, case: { size, in_channels: inputs } }) => {
    const spots = Number(size) * 7 + Number(inputs) * 3 + Number(environment.slice(-1)) * 5;
    return Number(size) > 64 || (Number(size) < 40 && spots % 11 === 0);
  });
  const [first] = mostly.explanations;
  assert.is(first?.partial, true);
  assert.match(mostly.text, /: partial, fits \d+ of \d+ bad/);
  assert.ok(
    mostly.explanations.every(({ support, partial }, index) => {
      const share = support.badExplained / support.bad;
      return partial === (share < 0.9 ? true : undefined) && (index > 0 || share >= 0.5);
    }),
  );
});

const isFlakyHere = ({ case: { size } }: CellRef): boolean => size === 48 || size === 56;

test('a flaky cell is neither bad nor good, and is told as what it is', () => {
  const { flaky, bad, explanations, text } = explain({
    observations: CELLS.map((place) => ({
      place,
      bad: Number(place.case['size']) > 40,
      ...(isFlakyHere(place) ? { share: 0.3 } : {}),
    })),
    matrix: CELLS.map((place, index) => ({ place, id: `cell-${index}` })),
    tried: new Set(),
    surroundings: SURROUNDINGS,
    askable: () => true,
  });
  const some = CELLS.filter(isFlakyHere).length;
  assert.is(flaky, some);
  assert.is(bad, CELLS.filter(({ case: { size } }) => Number(size) > 56).length);
  assert.is(explanations[0]?.statement, 'size above 40');
  assert.equal([explanations[0]?.support.flakyExplained, explanations[0]?.support.flaky], [some, some]);
  assert.match(text, new RegExp(`of ${some} flaky cells ${some} lie where it holds`));
});

test('what one rule leaves is explained by a second', () => {
  const { explanations, remainder } = insightOf(CELLS, ({ environment, case: { in_channels: inputs, size } }) => {
    const [version, channels] = [environment.slice(-3), Number(inputs)];
    return (
      (version >= '5.3' && version <= '5.7' && Number.isInteger(Math.log2(channels)) && Number(size) > 32) ||
      (version >= '6.0' && channels % 2 === 1 && Number(size) <= 24)
    );
  });
  assert.ok((explanations[0]?.exceptions.count ?? 0) > 0, explanations[0]?.statement);
  assert.is(remainder[0]?.exceptions.count, 0);
});

test('the same data in the same order give the same words', () => {
  const [once, again] = [0, 1].map(() =>
    insightOf(CELLS, ({ case: { size, in_channels: inputs } }) => Number(size) * Number(inputs) > 900),
  );
  assert.equal(once, again);
});

test.run();
