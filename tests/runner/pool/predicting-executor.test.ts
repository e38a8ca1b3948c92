import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BUILT_IN } from '../../../harness/catalogue/rows/built-in.ts';
import { loadMatrix } from '../../../harness/matrix/load.ts';
import { PredictingExecutor, predictor } from '../../../harness/runner/pool/predicting-executor.ts';
import type { DeviceInfo, NewEvent } from '../../../harness/model/events.ts';
import type { Cell } from '../../../harness/model/cell.ts';
import type { Matrix } from '../../../harness/matrix/file/schema.ts';

const test = suite('runner/pool/predicting-executor');
const never = new AbortController().signal;

function matrixOf(more = ''): Matrix {
  return loadMatrix(
    `schema: 1
name: m
probe: conv2d
environments:
  - { kind: wheel, name: old, torch: "1.10.1", rocm: "4.2", python: "3.9" }
  - { kind: wheel, name: new, torch: "2.2.2", rocm: "5.7" }
  - { kind: interpreter, name: own, python: python3 }
settings: { default: { env: { HSA_OVERRIDE_GFX_VERSION: 10.3.0 } }, plain: {} }
axes: { size: [8] }
${more}`,
    'm.yml',
  );
}

const CARD: DeviceInfo = {
  kind: 'rocm',
  name: 'card',
  target: 'gfx1010',
  pciAddress: '0000:03:00.0',
  simulation: null,
};

function cell(environment: string, setting: string): Cell {
  return { id: `${environment}/${setting}`, environment, setting, case: { size: 8 }, line: 'l', position: 0 };
}

/** What was asked of the executor behind, and what was recorded. */
function world(
  matrix: Matrix,
  device: DeviceInfo,
): { readonly executor: PredictingExecutor; readonly asked: string[]; readonly events: NewEvent[] } {
  const asked: string[] = [];
  const events: NewEvent[] = [];
  const executor = new PredictingExecutor(
    {
      place: async ({ id }) => {
        asked.push(id);
        return { kind: 'unavailable', reason: 'behind' };
      },
      healthPlace: async ({ environment, setting }) => {
        asked.push(`health ${environment}/${setting}`);
        return { kind: 'unavailable', reason: 'behind' };
      },
      close: async () => {},
    },
    {
      settings: Object.keys(matrix.settings),
      predict: predictor(matrix, device, BUILT_IN),
      recorder: {
        append: async (event) => void events.push(event),
        appendDurably: async (event) => void events.push(event),
      },
      observer: () => {},
    },
  );
  return { executor, asked, events };
}

test('a wheel without code is left out, whole or under one setting, and said once', async () => {
  const { executor, asked, events } = world(matrixOf(), CARD);
  for (const environment of ['old', 'new', 'own']) {
    for (const setting of ['default', 'plain', 'plain']) await executor.place(cell(environment, setting), never);
    await executor.healthPlace({ environment, setting: 'default' }, false, never);
  }
  assert.equal(asked, [
    'new/default',
    'health new/default',
    'own/default',
    'own/plain',
    'own/plain',
    'health own/default',
  ]);
  assert.equal(
    events.map((event) =>
      event.event === 'environment-unavailable' ? [event.environment, event.setting] : [event.event],
    ),
    [
      ['old', null],
      ['new', 'plain'],
    ],
  );
  for (const event of events)
    assert.match(event.event === 'environment-unavailable' ? event.reason : '', /^predicted, not measured: /);
});

test('when it is asked for, on a simulated card and on a card that is not known, everything is tried', async () => {
  const simulation = { model: 'm', timeScale: 1 };
  for (const [matrix, device] of [
    [matrixOf('include_no_binary: true'), CARD],
    [matrixOf(), { ...CARD, kind: 'simulated', simulation }],
    [matrixOf(), { ...CARD, kind: 'cuda' }],
  ] as const) {
    const { executor, asked, events } = world(matrix, device);
    await executor.place(cell('old', 'default'), never);
    assert.equal([asked, events], [['old/default'], []]);
  }
});

test.run();
