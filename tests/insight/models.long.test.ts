/** What insight says of the shipped models, from the cells that a search really asks for. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explain } from '../../harness/insight/explain.ts';
import type { Insight } from '../../harness/model/results/insight.ts';
import { surroundingsOf } from '../../harness/insight/surroundings.ts';
import { enumerate } from '../../harness/matrix/space/enumerate.ts';
import type { Matrix } from '../../harness/matrix/file/schema.ts';
import { drive, shippedMatrix, type Driven } from './simulated.ts';
import { cellKey } from '../../harness/model/cell.ts';

const test = suite('explanations of the shipped models');

function insightOf(matrix: Matrix, { observations }: Driven): Insight {
  const cells = [...enumerate(matrix).lines()].flatMap((line) => line.cells);
  return explain({
    observations,
    matrix: cells.map((place) => ({ place, id: place.id })),
    tried: new Set(observations.map(({ place }) => cellKey(place))),
    surroundings: surroundingsOf(matrix, () => null),
    askable: () => true,
  });
}

const conv2d = shippedMatrix('conv2d');
const measured = insightOf(conv2d, drive(conv2d, 'measured'));

test('measured: the im2col workspace comes first, its rivals are named, and the probes settle it', () => {
  const before = measured;
  assert.is(before.state, 'explained');
  assert.ok(
    before.indistinct.some(({ statement, apart }) => statement.includes('input size') && apart === 'new-shapes'),
  );
  assert.ok(before.proposals.length > 0);
  assert.ok(
    before.proposals.every(({ cell }) => cell === null),
    'in the matrix nothing tells them apart: kernel, batch and type are constants',
  );
  const probing = { ...conv2d, explain: { probes: 4 } };
  const driven = drive(probing, 'measured');
  const asked = driven.answers.filter(({ purpose }) => purpose === 'explain');
  assert.ok(asked.length >= 1 && asked.length <= 4);
  assert.ok(asked.every(({ isolation }) => isolation === 'spawn'));
  const after = insightOf(probing, driven);
  const [first] = after.explanations;
  assert.is(first?.statement, 'im2col workspace above 1 MiB');
  assert.equal(
    first?.terms.map((term) => (term.kind === 'above' ? [term.quantity, term.value] : [])),
    [['workspace_bytes', 2 ** 20]],
  );
  assert.is(first?.exceptions.count, 0);
  assert.not.ok(
    after.indistinct.some(({ kind, apart }) => kind === 'same' && apart !== 'nowhere'),
    'nothing else fits any more',
  );
});

test('measured: that it takes powers of two is refuted, with cells', () => {
  const { refuted } = measured;
  const powers = refuted.find(({ claim }) => claim.includes('power of two'));
  assert.ok(powers !== undefined);
  const [example] = powers.counterexamples.cells;
  assert.is(example?.observed, 'bad');
  assert.not.ok(Number.isInteger(Math.log2(Number(example?.case['in_channels']))));
});

test('founding-notes: versions, the power of two and the size as one conjunction', () => {
  const matrix = shippedMatrix('conv2d');
  const { explanations, refuted } = insightOf(matrix, drive(matrix, 'founding-notes'));
  const terms = explanations[0]?.terms ?? [];
  const versions = terms.find((term) => term.kind === 'one-of');
  assert.equal(versions?.quantity, 'rocm');
  assert.equal(versions?.kind === 'one-of' ? versions.values : [], ['5.3', '5.5', '5.6', '5.7', '6.0', '6.1']);
  assert.ok(terms.some((term) => term.kind === 'property' && term.property === 'power-of-two' && term.holds));
  assert.ok(terms.some((term) => term.kind === 'above' && term.quantity === 'size' && term.value === 32));
  assert.is(terms.length, 3);
  assert.not.ok(
    refuted.some(({ claim }) => claim.includes('power of two')),
    'nothing speaks against it here',
  );
});

test('founding-notes, probed: both channel counts, and pixels instead of the side', () => {
  const matrix = shippedMatrix('conv2d', { explain: { probes: 10 } });
  const { explanations } = insightOf(matrix, drive(matrix, 'founding-notes'));
  const terms = explanations[0]?.terms ?? [];
  assert.ok(
    terms.some(
      (term) =>
        term.kind === 'property' &&
        term.property === 'power-of-two' &&
        term.quantifier === 'all' &&
        term.quantities.join() === 'in_channels,out_channels',
    ),
    explanations[0]?.statement,
  );
  assert.ok(terms.some((term) => term.kind === 'above' && term.quantity === 'pixels' && term.value === 1024));
});

test('settings: the variable that decides is named', () => {
  const matrix = shippedMatrix('conv2d-solvers');
  const { explanations } = insightOf(matrix, drive(matrix, 'measured'));
  assert.ok(explanations[0]?.statement.includes('MIOPEN_DEBUG_CONV_GEMM not set'), explanations[0]?.statement);
  assert.ok(explanations[0]?.statement.includes('im2col workspace above 1 MiB'));
});

test('the limit is found although cells are flaky: what bounds a line was tried often enough', () => {
  const matrix = shippedMatrix('conv2d');
  const { explanations } = insightOf(matrix, drive(matrix, 'flaky'));
  assert.equal(
    explanations[0]?.terms.map((term) => (term.kind === 'above' ? [term.quantity, term.value] : [])),
    [['size', 48]],
  );
  assert.is(explanations[0]?.exceptions.count, 0);
});

test('a run that was cut short goes on with the probe it would have made', () => {
  const matrix = shippedMatrix('conv2d', { explain: { probes: 3 } });
  const whole = drive(matrix, 'founding-notes');
  const probes = whole.answers.findIndex(({ purpose }) => purpose === 'explain');
  assert.ok(probes > 0);
  const cut = whole.answers.slice(0, probes + 2);
  const resumed = drive(matrix, 'founding-notes', cut);
  assert.equal(
    resumed.answers.map(({ cell }) => cell.id),
    whole.answers.map(({ cell }) => cell.id),
  );
});

test.run();
