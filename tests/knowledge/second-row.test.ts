/** A probe made up for this test gets by one row what conv2d gets; without a row parameters of conv2d's names mean nothing. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { driverFor, programFor } from '../../harness/bug-report/reproduce.ts';
import { nearShapes } from '../../harness/insight/near-shapes.ts';
import { Quantities } from '../../harness/insight/quantities.ts';
import { NO_KNOWLEDGE, type ProbeKnowledge } from '../../harness/knowledge/knowledge.ts';
import { featuresOf, knowledgeOf } from '../../harness/knowledge/probes.ts';
import type { Case } from '../../harness/model/cell.ts';
import type { Results } from '../../harness/model/results/results.ts';
import { SeriesBuilder } from '../../harness/verdicts/compare/history.ts';
import { cardOrSoftware } from '../../reports/findings/answers/card-or-software.ts';
import { nextSteps } from '../../reports/findings/answers/next-steps.ts';
import { overviewOf } from '../../reports/findings/overview.ts';
import { lineLabel } from '../../reports/history/changes.ts';
import { buildResults, FIRST_RUN_HANG, REAL_CARD, wheel } from '../reports/build-results.ts';

const test = suite('a second row');
const OWN = 'upsample.py';

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value);

const ROW: ProbeKnowledge = {
  probes: ['upsample'],
  parameters: ['size', 'planes_in', 'planes_out'],
  quantities: [{ name: 'doubled', tier: 'derived', words: 'side of the result', divides: true }],
  derive: ({ size }) => (isWhole(size) ? { doubled: size * 2 } : null),
  siblings: [['planes_in', 'planes_out']],
  square: null,
  arrow: ['planes_in', 'planes_out'],
  near: (name) => (name === 'planes_in' ? { changes: [{ planes_in: 5 }], others: false } : null),
  reproduction: ({ size }) => ({
    kind: 'program',
    shape: `upsample of ${String(size)}`,
    program: { name: 'upsample', setup: [], lines: [`result = torch.rand(${String(size)}, device=device)`] },
  }),
  driver: {
    name: 'upsampler',
    library: 'MIOpen',
    origin: 'Made up.',
    commandOf: ({ size }) => ({ kind: 'command', line: `upsampler --size ${String(size)}` }),
  },
  withoutDnn: { control: 'convolution-without-dnn', operation: 'transposed convolution' },
};

const NAMES: Readonly<Record<string, string>> = { in_channels: 'planes_in', out_channels: 'planes_out' };

/** The same run of conv2d or of another probe; `names` says what its parameters are called. */
function resultsOf(probe: string, names: Readonly<Record<string, string>> = {}): Results {
  const built = buildResults({
    matrix: 'm',
    environments: [wheel('5.2', '1.13.1')],
    channels: [
      [16, 32],
      [15, 31],
    ],
    sizes: [8, 32, 33, 64],
    device: REAL_CARD,
    plan: () => ({ firstBad: 2, outcome: FIRST_RUN_HANG }),
    run: { probe },
  });
  const renamed = (one: Case): Case =>
    Object.fromEntries(Object.entries(one).map(([name, value]) => [names[name] ?? name, value]));
  const hung = built.cells.find(({ verdict, basis }) => verdict === 'hang' && basis.kind === 'observed');
  return {
    ...built,
    cells: built.cells.map((cell) => ({ ...cell, case: renamed(cell.case) })),
    lines: built.lines.map((line) => ({ ...line, fixed: renamed(line.fixed) })),
    axes: built.axes.map((axis) => ({ ...axis, parameters: axis.parameters.map((name) => names[name] ?? name) })),
    controls: [
      {
        control: 'convolution-without-dnn',
        environment: 'rocm5.2-torch1.13.1',
        setting: 'default',
        occasion: 'after-hang',
        case: renamed(hung?.case ?? {}),
        result: 'healthy',
        outcome: 'pass',
        reason: '',
        seconds: 1,
      },
    ],
  };
}

/** What history, next steps and the question of card or software say. `knowledge`: null asks the table, by the name of the probe. */
function saidOf(results: Results, knowledge: ProbeKnowledge | null): string {
  const known = knowledge ?? undefined;
  const builder = new SeriesBuilder();
  builder.add(results, 'night');
  const series = builder.series();
  return [
    ...(series?.lines.map((line) => lineLabel(series, line, known)) ?? []),
    ...nextSteps(overviewOf(results), known).map(({ text }) => text),
    ...(cardOrSoftware(results, known)?.statements.map(({ text }) => text) ?? []),
  ]
    .join('\n')
    .replaceAll(`${results.run.probe}, hangs`, 'PROBE, hangs');
}

test('history and findings say of it what they say of conv2d', () => {
  const own = saidOf(resultsOf(OWN, NAMES), ROW);
  assert.match(own, /^rocm5\.2-torch1\.13\.1 16→32\nrocm5\.2-torch1\.13\.1 15→31\n/);
  assert.match(own, /To try: torch\.backends\.cudnn\.enabled = False/);
  assert.match(own, /^A transposed convolution of the size that hangs passes with MIOpen off wherever/m);
  assert.is(
    own.replaceAll('transposed ', '').replaceAll('planes_in', 'in_channels').replaceAll('planes_out', 'out_channels'),
    saidOf(resultsOf('conv2d'), null),
  );
});

test('a probe without a row is reported by its parameters, whatever they are called', () => {
  const own = saidOf(resultsOf(OWN), null);
  assert.match(own, /^rocm5\.2-torch1\.13\.1 in_channels=16 out_channels=32\n/);
  assert.not.match(own, /→|To try|MIOpen/);
  assert.is(knowledgeOf(OWN), NO_KNOWLEDGE);
  assert.equal(featuresOf(knowledgeOf(OWN), { in_channels: 16, out_channels: 32, size: 48 }), {});
});

test('a hang is made to happen again by its own program and driver', () => {
  const results = resultsOf(OWN, NAMES);
  const [cell] = results.cells;
  if (cell === undefined) throw new Error('no cell');
  const program = programFor(results, cell, { limitSeconds: 60, simulated: null }, ROW);
  assert.is(program.kind === 'program' ? program.shape : '', 'upsample of 8');
  assert.match(program.kind === 'program' ? program.text : '', /result = torch\.rand\(8, device=device\)/);
  const command = driverFor(results, cell, ROW)?.command;
  assert.match(command?.kind === 'command' ? command.line : '', /^HSA_OVERRIDE_GFX_VERSION=\S+ upsampler --size 8$/);
  assert.is(driverFor(results, cell), null);
});

test('models, explanations and new shapes get its numbers', () => {
  const cases = [8, 12].map((size): Case => ({ planes_in: 3, planes_out: 4, size }));
  const [first = {}] = cases;
  assert.equal(featuresOf(ROW, first), { doubled: 16 });
  const quantities = new Quantities(ROW, cases, cases);
  assert.is(quantities.of(first).get('doubled'), 16);
  assert.equal(quantities.siblings, [['planes_in', 'planes_out']]);
  assert.ok(quantities.list.some(({ name, divides }) => name === 'doubled' && divides === true));
  assert.ok(nearShapes(ROW, first, new Map()).some((shape) => shape['planes_in'] === 5 && shape['size'] === 8));
});

test.run();
