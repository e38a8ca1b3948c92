/** The models that the program brings, point by point against what they claim to repeat. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fate } from '../../../harness/model/attempt/fate.ts';
import { attemptRandom } from '../../../harness/makers/simulated/chance.ts';
import { fateOf } from '../../../harness/makers/simulated/fate-of.ts';
import type { CardModel } from '../../../harness/makers/simulated/model.ts';
import { parseModel } from '../../../harness/makers/simulated/parse-model.ts';
import { subjectOf } from '../../../harness/makers/simulated/subject.ts';
import { featuresOf, knowledgeOf } from '../../../harness/knowledge/probes.ts';
import { classify, crashSignature } from '../../../harness/supervisor/signatures/classify.ts';

const test = suite('models of simulated cards');
const folder = join(import.meta.dirname, '../../../matrices/models');
const model = (name: string): CardModel => parseModel(readFileSync(join(folder, `${name}.yml`), 'utf8'), name);

interface Point {
  readonly rocm: string;
  readonly channels: readonly [number, number];
  readonly size: number;
  readonly env?: Record<string, string>;
  readonly cudnn?: boolean;
}

/** A 3x3 convolution with padding 1 in fp32, batch 1. */
function meet(card: CardModel, { rocm, channels: [input, output], size, env = {}, cudnn }: Point, random = 0.5): Fate {
  const parameters = { size, in_channels: input, out_channels: output };
  const subject = subjectOf({
    environment: { kind: 'wheel', name: `rocm${rocm}`, torch: '2.0.1', rocm, python: '3.10', env: {} },
    setting: 'default',
    variables: env,
    switches: cudnn === undefined ? {} : { cudnn_enabled: cudnn },
    case: parameters,
    features: featuresOf(knowledgeOf('conv2d'), parameters),
  });
  return fateOf(card, subject, random);
}

const CHANNELS = [
  [16, 32],
  [15, 31],
  [17, 33],
  [31, 63],
  [32, 64],
  [64, 128],
  [3, 16],
  [16, 33],
  [15, 32],
] as const;
const SIZES = [8, 16, 31, 32, 33, 40, 44, 48, 64, 65, 96, 128, 256];
const POWERS = new Set(['16,32', '32,64', '64,128']);

test('founding notes: every version, channel pair and size', () => {
  const card = model('founding-notes');
  const hangs: Record<string, (channels: string, size: number) => boolean> = {
    '5.0': () => false,
    '5.1.1': () => false,
    '5.2': () => false,
    '5.3': (channels, size) => POWERS.has(channels) && size > 32,
    '5.4.2': (channels, size) => channels === '64,128' && size > 64,
    '5.5': (channels, size) => POWERS.has(channels) && size > 32,
    '5.6': (channels, size) => POWERS.has(channels) && size > 32,
    '5.7': (channels, size) => POWERS.has(channels) && size > 32,
    '6.0': (channels, size) => POWERS.has(channels) && size > 32,
    '6.1': (channels, size) => POWERS.has(channels) && size > 32,
    '6.2': () => false,
    '6.2.4': () => false,
    '6.3': () => false,
    '6.4': () => false,
    '7.2': () => false,
  };
  for (const [rocm, expected] of Object.entries(hangs)) {
    for (const channels of CHANNELS) {
      for (const size of SIZES) {
        const wanted = expected(channels.join(), size) ? 'hang' : 'pass';
        assert.is(meet(card, { rocm, channels, size }).kind, wanted, `ROCm ${rocm}, ${channels.join('->')} at ${size}`);
      }
    }
  }
});

test('founding notes: every way to hang occurs', () => {
  const card = model('founding-notes');
  const fates = ['5.3', '5.5', '5.6', '5.7', '6.0', '6.1'].map((rocm) =>
    meet(card, { rocm, channels: [16, 32], size: 64 }),
  );
  const hangs = fates.filter((fate) => fate.kind === 'hang');
  assert.is(hangs.length, 6);
  assert.is(new Set(hangs.map((fate) => JSON.stringify(fate))).size, 6);
  assert.ok(hangs.some(({ activity }) => activity === 'busy') && hangs.some(({ activity }) => activity === 'idle'));
  assert.ok(
    hangs.some((fate) => fate.ignore_term) &&
      hangs.some((fate) => fate.grandchild) &&
      hangs.some((fate) => fate.new_session),
  );
});

test('measured: every point on record, and the shapes that tell the explanations apart', () => {
  const card = model('measured');
  const points: readonly (readonly [readonly [number, number], number, 'pass' | 'hang'])[] = [
    ...[32, 36, 40, 42].map((size) => [[16, 32], size, 'pass'] as const),
    ...[44, 46, 48, 50, 52, 56, 60, 64].map((size) => [[16, 32], size, 'hang'] as const),
    [[15, 31], 48, 'hang'],
    [[17, 33], 48, 'hang'],
    [[17, 33], 64, 'hang'],
    [[31, 63], 64, 'hang'],
    [[3, 16], 32, 'pass'],
    [[15, 32], 44, 'pass'],
    [[17, 32], 42, 'hang'],
    [[32, 64], 30, 'pass'],
    [[32, 64], 31, 'hang'],
    [[64, 64], 21, 'pass'],
    [[64, 64], 22, 'hang'],
    [[3, 16], 98, 'pass'],
    [[3, 16], 99, 'hang'],
  ];
  for (const rocm of ['5.2', '5.7', '6.4']) {
    for (const [channels, size, wanted] of points) {
      assert.is(meet(card, { rocm, channels, size }).kind, wanted, `${channels.join('->')} at ${size}`);
    }
  }
});

test('measured: without the GEMM family or without MIOpen everything passes', () => {
  const card = model('measured');
  const point = { rocm: '5.7', channels: [64, 128], size: 256 } as const;
  const implicitOnly = {
    MIOPEN_DEBUG_CONV_GEMM: '0',
    MIOPEN_DEBUG_CONV_DIRECT: '0',
    MIOPEN_DEBUG_CONV_WINOGRAD: '0',
    MIOPEN_DEBUG_CONV_FFT: '0',
    MIOPEN_DEBUG_CONV_IMPLICIT_GEMM: '1',
  };
  const gemmOnly = { ...implicitOnly, MIOPEN_DEBUG_CONV_GEMM: '1', MIOPEN_DEBUG_CONV_IMPLICIT_GEMM: '0' };
  assert.is(meet(card, { ...point, env: { MIOPEN_DEBUG_CONV_GEMM: '0' } }).kind, 'pass');
  assert.is(meet(card, { ...point, env: implicitOnly }).kind, 'pass');
  assert.is(meet(card, { ...point, cudnn: false }).kind, 'pass');
  assert.is(meet(card, { ...point, cudnn: true }).kind, 'hang');
  assert.is(meet(card, { ...point, env: gemmOnly }).kind, 'hang');
});

test('flaky: about four in ten hang in the flaky band, never below it, always above it', () => {
  const card = model('flaky');
  const share = (size: number): number => {
    const fates = Array.from({ length: 2000 }, (_, index) =>
      meet(card, { rocm: '5.7', channels: [16, 32], size }, attemptRandom(1, `c.${index}`)),
    );
    return fates.filter(({ kind }) => kind === 'hang').length / fates.length;
  };
  assert.is(share(48), 0);
  assert.ok(Math.abs(share(64) - 0.4) < 0.04, String(share(64)));
  assert.is(share(256), 1);
});

test('islands: larger is not worse, and every kind of fate occurs', () => {
  const card = model('islands');
  const bands = [32, 40, 48, 56, 96, 112, 128].map(
    (size) => meet(card, { rocm: '5.2', channels: [16, 32], size }).kind,
  );
  assert.equal(bands, ['pass', 'hang', 'hang', 'pass', 'hang', 'hang', 'pass']);
  const kinds = new Set<string>();
  for (const rocm of ['5.2', '5.3', '5.5', '5.6', '5.7', '6.0', '6.2', '6.4']) {
    for (const channels of CHANNELS) for (const size of SIZES) kinds.add(meet(card, { rocm, channels, size }).kind);
  }
  assert.equal([...kinds].toSorted(), ['crash', 'hang', 'no-binary', 'pass', 'slow-search', 'wrong-result']);
});

for (const file of readdirSync(folder).filter((name) => name.endsWith('.yml'))) {
  test(`${file} says that it is a simulation, and its crashes print lines that are recognised`, () => {
    const card = model(file.replace('.yml', ''));
    assert.is(`${card.name}.yml`, file);
    assert.match(card.description, /^SIMULATION /);
    for (const { fate } of card.rules) {
      if (fate.kind === 'crash') assert.ok(crashSignature(classify(fate.log, 'stderr')) !== null, fate.log);
    }
  });
}

test.run();
