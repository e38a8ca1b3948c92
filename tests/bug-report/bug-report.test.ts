import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goldenResults } from '../github/mock/plans.ts';
import { bugReport, PROJECTS } from '../../harness/bug-report/bug-report.ts';
import { shellPrefix } from '../../harness/bug-report/variables.ts';
import { variablesOf } from '../../reports/findings/words/variables.ts';
import { Results } from '../../harness/model/results/results.ts';
import { findingsOf } from '../../reports/findings/findings.ts';
import { refusalBy } from '../refusal.ts';

const test = suite('github/upstream');
const SIMULATED = goldenResults('results-founding-notes');
/** The same as if a card had been there: what a real run looks like to the report. */
const REAL: Results = {
  ...SIMULATED,
  device: { ...SIMULATED.device, kind: 'rocm', name: 'Radeon RX 5600 XT', simulation: null },
};

const write = (
  results: Results,
  cell: string | null = null,
  project: (typeof PROJECTS)[number] = 'rocm',
  allowSimulated = false,
) => bugReport(findingsOf(results), { cell, project, allowSimulated });

test('a report names shape, program, driver line, versions, boundary, evidence and how sure it is', () => {
  const { markdown, cell } = write(REAL);
  assert.is(REAL.cells.find(({ id }) => id === cell)?.confirmed, true, 'the best witnessed one');
  for (const part of [
    'never returns on gfx1010',
    '```python',
    'MIOpenDriver conv -n 1',
    'HSA_OVERRIDE_GFX_VERSION=10.3.0',
    '## Versions and variables',
    'size ≤ 32 pass, ≥ 33 hang',
    'rocm6.4-torch2.8.0',
    'freshly started process',
    'Python stacks',
    '_conv_forward',
    '6.8.0-45-generic',
  ]) {
    assert.ok(markdown.includes(part), part);
  }
  assert.not.match(markdown, /SIMULATED|\\\d/);
  assert.ok(markdown.length < 60_000);
});

for (const project of PROJECTS) {
  test(`a report for ${project} pings nobody and refers to nothing, hostile names included`, () => {
    const attack = '@torvalds fixes #12 <img src=x> <!-- ``` | owner/repo#3';
    const hostile = Results.parse(
      JSON.parse(
        JSON.stringify(REAL, (_, value: unknown) =>
          typeof value === 'string' && /Radeon|Ryzen|6\.8\.0|5\.3\.22804|MIOpen\(HIP\)|clinfo/.test(value)
            ? attack
            : value,
        ),
      ),
    );
    const { markdown } = write(hostile, null, project, true);
    assert.match(markdown, /torvalds/);
    const outside = markdown.replaceAll(/^(`{3,})\w*\n[\s\S]*?^\1$/gm, '');
    assert.not.match(outside, /@[A-Za-z0-9]|(?<!&)#\d|<script|<img|<!--/i);
  });
}

test('a simulated run is refused, and marked where it is asked for', () => {
  assert.is(refusalBy(() => write(SIMULATED)).code, 'simulated-run');
  const { markdown } = write(SIMULATED, null, 'rocm', true);
  assert.match(markdown, /^# SIMULATED: /);
  assert.match(markdown, /```python\n# SIMULATED/);
});

test('the cell can be chosen by the beginning of its id; what did not hang is refused', () => {
  const hang = REAL.attempts.find(({ report }) => report.outcome.kind === 'hang')?.cell ?? '';
  assert.is(write(REAL, hang).cell, hang);
  assert.is(write(REAL, hang.slice(-8)).cell, hang);
  assert.is(refusalBy(() => write(REAL, 'rocm')).code, 'cell-ambiguous');
  assert.is(refusalBy(() => write(REAL, 'no-such-cell')).code, 'cell-unknown');
  assert.is(refusalBy(() => write(REAL, REAL.cells[0]?.id ?? '')).code, 'cell-not-hung');
  assert.is(refusalBy(() => write({ ...goldenResults('results-tiny-cpu') })).code, 'no-hang');
});

test('for a probe that bench does not know the report says what is left out', () => {
  const { markdown, program } = write({ ...REAL, run: { ...REAL.run, probe: 'attention.py' } });
  assert.is(program, null);
  assert.match(markdown, /## Reproducer\n\n_Left out: bench does not know what this probe runs/);
  assert.not.match(markdown, /MIOpenDriver/);
  assert.match(markdown, /in\\_channels/);
});

test("an environment's variables come after the matrix's and before the setting's", () => {
  const [cell] = REAL.cells;
  assert.ok(cell);
  const settings = [
    { name: 'default', description: '', env: { A: 'matrix', B: 'matrix' }, torch: {} },
    { name: 'other', description: '', env: { A: 'matrix', B: 'setting', C: null }, torch: {} },
  ];
  const environments = REAL.environments.map((one) => ({ ...one, env: { A: 'environment', B: 'environment' } }));
  assert.equal(variablesOf({ ...REAL, settings, environments }, { ...cell, setting: 'other' }), [
    ['A', 'environment'],
    ['B', 'setting'],
    ['C', null],
  ]);
  assert.is(
    shellPrefix([
      ['A', "it's"],
      ['C', null],
    ]),
    `env -u C A='it'\\''s' `,
  );
});

test('on the CPU no card poses as another, and an environment without torch is none of torch', () => {
  const cpu: Results = {
    ...REAL,
    device: { ...REAL.device, kind: 'cpu', name: 'a processor', target: null },
    environments: REAL.environments.map(({ versions, ...one }) => ({
      ...one,
      torch: null,
      versions: versions === null ? null : { ...versions, torch: null },
    })),
  };
  const { title, markdown } = write(cpu);
  assert.match(title, /never returns on a processor$/);
  assert.match(markdown, /HSA\\_OVERRIDE/, 'the variable is named all the same');
  assert.not.match(markdown, /poses as|- Card:|MIOpen folders/);
});

test('what took the machine down is not said to have hung', () => {
  const lost: Results = {
    ...REAL,
    attempts: REAL.attempts.map((one) =>
      one.report.outcome.kind === 'hang'
        ? { ...one, report: { ...one.report, outcome: { kind: 'host-lost' }, evidence: null } }
        : one,
    ),
    cells: REAL.cells.map((one) => (one.verdict === 'hang' ? { ...one, verdict: 'host-lost' } : one)),
  };
  const { title, markdown } = write(lost);
  assert.match(title, /takes the machine down on gfx1010 with torch/);
  assert.not.match(markdown, /never returns|does not return/);
});

test.run();
