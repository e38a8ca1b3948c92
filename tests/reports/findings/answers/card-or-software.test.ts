import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CellResult, ControlResult, HealthSummary, Results } from '../../../../harness/model/results/results.ts';
import { cardOrSoftware, type Blame } from '../../../../reports/findings/answers/card-or-software.ts';
import { buildResults, REAL_CARD, wheel } from '../../build-results.ts';

/** What the controls and canaries showed → the answer. No answer says more than was seen. */
const test = suite('reports/card-or-software');

type Control = ControlResult['control'];

/** Two environments, old and new, of one cell each. */
function results(
  verdicts: readonly [CellResult['verdict'], CellResult['verdict']],
  controls: readonly ControlResult[],
  health: Partial<HealthSummary> = {},
  run: Partial<Results['run']> = {},
): Results {
  const built = buildResults({
    matrix: 'm',
    environments: [wheel('5.2', '1.13.1'), wheel('6.4', '2.9.1')],
    channels: [[16, 32]],
    sizes: [64],
    plan: () => ({ firstBad: null, outcome: { kind: 'pass' } }),
    device: REAL_CARD,
  });
  const cells = built.cells.map((cell, place) => ({
    ...cell,
    verdict: verdicts[place] ?? 'pass',
    basis: { kind: 'observed' as const },
    confirmed: verdicts[place] === 'hang' ? true : null,
  }));
  const summary: HealthSummary = {
    canaries: { healthy: 3, sick: 0, inconclusive: 0 },
    seconds: 1,
    failures: [],
    unfit: [],
    voidAttempts: 0,
    left: [],
    ...health,
  };
  return {
    ...built,
    cells,
    run: { ...built.run, ...run },
    health: summary,
    ...(controls.length === 0 ? {} : { controls: [...controls] }),
  };
}

const OLD = 'rocm5.2-torch1.13.1';
const NEW = 'rocm6.4-torch2.9.1';

function control(name: Control, environment: string, result: ControlResult['result']): ControlResult {
  const reason =
    result === 'healthy' ? '' : result === 'sick' ? 'does not return (hang in first-run)' : 'no code for this card';
  const outcome = result === 'healthy' ? 'pass' : result === 'sick' ? 'hang' : 'error';
  return {
    control: name,
    environment,
    setting: 'default',
    occasion: 'after-hang',
    case: {},
    result,
    outcome,
    reason,
    seconds: 1,
  };
}

const basics = (environment: string, result: ControlResult['result']): ControlResult[] => [
  control('element-wise', environment, result),
  control('matmul', environment, result),
];

const TABLE: readonly (readonly [what: string, given: Results, blame: Blame, says: readonly RegExp[]])[] = [
  [
    'element-wise and matmul pass where convolutions hang',
    results(['hang', 'pass'], [...basics(OLD, 'healthy'), ...basics(NEW, 'healthy')]),
    'suspect',
    [/^The card computes: element-wise, matmul passed in 1 environment in which the suspect, conv2d, hangs\./],
  ],
  [
    'the convolution hangs without MIOpen too',
    results(
      ['hang', 'hang'],
      [
        ...basics(OLD, 'healthy'),
        control('convolution-without-dnn', OLD, 'sick'),
        ...basics(NEW, 'healthy'),
        control('convolution-without-dnn', NEW, 'sick'),
      ],
    ),
    'suspect',
    [/^The card computes/, /fails with MIOpen off as well: it is not MIOpen alone/],
  ],
  [
    'the convolution passes without MIOpen',
    results(
      ['hang', 'pass'],
      [
        ...basics(OLD, 'healthy'),
        control('convolution-without-dnn', OLD, 'healthy'),
        control('convolution-without-dnn', NEW, 'sick'),
      ],
    ),
    'suspect',
    [/^The card computes/, /passes with MIOpen off wherever the suspect hangs/],
  ],
  [
    'everything hangs',
    results(['hang', 'hang'], [...basics(OLD, 'sick'), ...basics(NEW, 'sick')]),
    'card-or-driver',
    [/^The card, its driver or all of the software: element-wise, matmul fail wherever/],
  ],
  [
    'even controls fail in one environment, and pass in the other',
    results(['hang', 'pass'], [...basics(OLD, 'sick'), ...basics(NEW, 'healthy')]),
    'software',
    [
      /^The software of rocm5\.2-torch1\.13\.1: even element-wise, matmul fail there, and pass in rocm6\.4-torch2\.9\.1 on the same card/,
    ],
  ],
  [
    'controls disagree where it hangs',
    results(['hang', 'hang'], [control('element-wise', OLD, 'healthy'), control('matmul', OLD, 'sick')]),
    'open',
    [/^Not decided: .*1 control failed, such as matmul in rocm5\.2/],
  ],
  [
    'no controls, and it hangs under some versions only',
    results(['hang', 'pass'], []),
    'software',
    [/^The versions make the difference.*No control ran where it hangs/],
  ],
  ['no controls, and it hangs everywhere', results(['hang', 'hang'], []), 'open', [/^Not known: .*Add controls/]],
  [
    'controls that could not be run decide nothing',
    results(['hang', 'hang'], basics(OLD, 'inconclusive')),
    'open',
    [/^Not known/, /2 controls could not be run, such as element-wise in rocm5\.2.*no code for this card/],
  ],
  [
    'nothing hung',
    results(['pass', 'pass'], basics(OLD, 'healthy')),
    'nothing-hung',
    [/^Nothing hung, and the controls \(element-wise, matmul\) passed/, /The canary passed all 3 times/],
  ],
  [
    'nothing hung, but a control did',
    results(['pass', 'pass'], [control('matmul', OLD, 'sick')]),
    'open',
    [/^Not known: nothing of the matrix hung, but 1 control failed/],
  ],
  [
    'the machine went down, and no hang was seen',
    results(['host-lost', 'pass'], basics(OLD, 'healthy')),
    'open',
    [/^Not known: the machine went down during 1 cell\./, /The canary passed all 3 times/],
  ],
  ['a hang that fresh processes refuted is no hang', results(['flaky', 'pass'], []), 'nothing-hung', [/^Nothing hung/]],
  [
    'a card that stayed sick',
    results(
      ['hang', 'pass'],
      basics(OLD, 'healthy'),
      {
        canaries: { healthy: 1, sick: 4, inconclusive: 0 },
        failures: [
          {
            check: 'canary.5',
            why: 'retry',
            environment: OLD,
            setting: 'default',
            result: 'sick',
            reason: 'does not return',
            seconds: 30,
            after: 'a.1',
          },
        ],
      },
      { status: 'quarantined' },
    ),
    'card-or-driver',
    [
      /^The card or its driver/,
      /The canary failed 4 times and passed 1 time; the first time after a\.1: it does not return/,
    ],
  ],
  [
    'a process in state D is named, with what is known of its end',
    results(['hang', 'pass'], [], {
      left: [
        { pid: 42, attempt: 'a.1', ended: null },
        { pid: 43, attempt: 'a.2', ended: 'it was gone when the run was resumed' },
      ],
    }),
    'software',
    [
      /^The versions make the difference/,
      /Process 42 of a\.1 could not be killed; nothing is known/,
      /Process 43 of a\.2 could not be killed: it was gone/,
    ],
  ],
];

for (const [what, given, blame, says] of TABLE) {
  test(what, () => {
    const said = cardOrSoftware(given);
    assert.is(said?.blame, blame);
    const texts = said?.statements.map(({ text }) => text) ?? [];
    for (const [place, pattern] of says.entries()) {
      if (place === 0) assert.match(texts[0] ?? '', pattern);
      else
        assert.ok(
          texts.some((text) => pattern.test(text)),
          `${String(pattern)} in\n${texts.join('\n')}`,
        );
    }
  });
}

test('cuDNN is what it is called on a CUDA card', () => {
  const given = results(['hang', 'hang'], [control('convolution-without-dnn', OLD, 'sick')]);
  assert.ok(
    cardOrSoftware({ ...given, device: { ...given.device, kind: 'cuda' } })?.statements.some(({ text }) =>
      /cuDNN/.test(text),
    ),
  );
});

test('older results, without any health probe, get no answer', () => {
  const { health: _, ...older } = results(['hang', 'pass'], []);
  assert.is(cardOrSoftware(older), null);
});

function sentences(one: Results): string {
  return (cardOrSoftware(one)?.statements ?? []).map(({ text }) => text).join('\n');
}

test('a convolution that never hangs says nothing when it passes with MIOpen off, nor one environment of all', () => {
  const before = {
    ...control('convolution-without-dnn', OLD, 'healthy'),
    occasion: 'before' as const,
    case: { in_channels: 3, out_channels: 16, size: 64 },
  };
  assert.not.match(sentences(results(['hang', 'hang'], [...basics(OLD, 'healthy'), before])), /MIOpen/);
  assert.match(
    sentences(results(['hang', 'hang'], [control('convolution-without-dnn', OLD, 'healthy')])),
    /passes with MIOpen off in 1 of 2 environments in which the suspect hangs/,
  );
});

test('a suspect that is no convolution is not explained by one', () => {
  const given = results(
    ['hang', 'hang'],
    [...basics(OLD, 'healthy'), control('convolution-without-dnn', OLD, 'healthy')],
  );
  const other = { ...given, cells: given.cells.map((cell) => ({ ...cell, case: { size: 64 } })) };
  assert.match(sentences(given), /with MIOpen off/);
  assert.not.match(sentences(other), /MIOpen/);
});

test.run();
