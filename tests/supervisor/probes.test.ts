import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LOG_SIGNATURES } from '../../harness/supervisor/signatures/classify.ts';
import { IDLE, SOON, attempt, watchdogOf, withBench } from './supervised.ts';

/** What honest, crashing and lying probes come to. */
const test = suite('probes');

test('a pass: complete report, and no empty file left behind', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('passes');
    const heard: string[] = [];
    for (const isolation of ['fork', 'spawn'] as const) {
      const request = await bench.request({ isolation });
      const report = await worker.attempt(request, {
        signal: new AbortController().signal,
        onPhase: (phase) => heard.push(phase),
      });
      assert.equal(report.outcome, { kind: 'pass' });
      assert.equal(report.cleanup, { signals: [], reapSeconds: null, swept: 0, left: [] });
      assert.is(report.timing?.runs.length, 1);
      assert.is(report.timing?.flops, 2);
      assert.is(report.check?.matches, true);
      assert.is(report.evidence, null);
      assert.ok((report.maxRssKib ?? 0) > 1000);
      assert.ok((report.cpuSeconds ?? -1) >= 0);
      assert.equal(
        report.phases.map(({ phase }) => phase),
        heard.splice(0),
      );
      assert.ok(report.phases.reduce((sum, { seconds }) => sum + seconds, 0) <= report.seconds);
      for (const name of ['stdout', 'stderr', 'stacks']) assert.not(existsSync(join(request.directory, name)), name);
    }
  });
});

for (const [message, errorClass] of [
  ['something else', 'other'],
  ['HIP out of memory. Tried to allocate 2.25 GiB', 'out-of-memory'],
  ['HIP error: no kernel image is available for execution on the device', 'no-binary'],
  ['miopenStatusUnknownError', 'miopen-error'],
] as const) {
  test(`raises: "${message}" is an error of class ${errorClass}`, async () => {
    await withBench(async (bench) => {
      const worker = await bench.start('raises');
      const { outcome, evidence } = await attempt(worker, await bench.request({ case: { message } }));
      assert.equal(outcome, { kind: 'error', phase: 'first-run', errorClass, message: `RuntimeError: ${message}` });
      assert.match(
        evidence?.pythonStacks ?? '',
        /Traceback[^]*raises\.py", line \d+/,
        'the author of a probe needs the line',
      );
    });
  });
}

const memoryFault = LOG_SIGNATURES.find(({ id }) => id === 'mem_fault')?.sample ?? '';
for (const [signal, log, signature] of [
  ['SIGSEGV', 'nothing known', null],
  ['SIGABRT', memoryFault, 'mem_fault'],
  ['SIGKILL', '', null],
] as const) {
  test(`dies by ${signal}: crash, explained by ${signature}`, async () => {
    await withBench(async (bench) => {
      const worker = await bench.start('dies');
      const report = await attempt(worker, await bench.request({ case: { signal, log } }));
      assert.equal(report.outcome, { kind: 'crash', phase: 'first-run', signal, signature });
      assert.is(report.evidence?.stderrTail, `${log}\n`);
      assert.ok(worker.alive);
    });
  });
}

const HONEST = [
  '{"phase":"first-run","t":"NOW"}',
  '{"first":0.01}',
  '{"check":{"matches":true,"maxError":0,"tolerance":0.1}}',
  '{"done":true}',
];
const LIES: Record<string, readonly string[]> = {
  'a phase that goes back': ['{"phase":"steady","t":"NOW"}', ...HONEST],
  'a phase twice': ['{"phase":"first-run","t":"NOW"}', ...HONEST],
  'time that goes back': [
    '{"phase":"first-run","t":"NOW"}',
    '{"phase":"steady","t":0}',
    '{"first":0.01}',
    '{"done":true}',
  ],
  'done before the end': ['{"done":true}', ...HONEST],
  'a check without a run': [HONEST[2] ?? '', '{"done":true}'],
  'a negative time': ['{"first":-1}', ...HONEST],
  'an absurd time': ['{"first":1e300}', ...HONEST],
  'a run longer than the attempt': ['{"first":500}', '{"done":true}'],
  'a time that is text': ['{"first":"fast"}', ...HONEST],
  'no end': HONEST.slice(0, 3),
  'nothing at all': [],
  'half a line of JSON': ['{"first":0.01}', '{"check":{"matches":false,"maxErr', '{"done":true}'],
  'a check that is too long to be passed on': [
    '{"first":0.01}',
    '{"check":{"matches":false,"maxError":1,"tolerance":0,"why":"LONG"}}',
    '{"done":true}',
  ],
  'a check that was begun and never told': [
    ...HONEST.slice(0, 2),
    '{"phase":"verify","t":"NOW"}',
    'matches',
    '{"done":true}',
  ],
};
for (const [name, lines] of Object.entries(LIES)) {
  test(`lies: ${name} is a protocol error`, async () => {
    await withBench(async (bench) => {
      const worker = await bench.start('says');
      const { outcome } = await attempt(worker, await bench.request({ case: { lines: lines.join('|'), code: 0 } }));
      assert.is(outcome.kind === 'error' && outcome.errorClass, 'protocol', JSON.stringify(outcome));
      assert.ok(worker.alive);
    });
  });
}

test('garbage, unknown fields and long lines do not spoil an honest result', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('says');
    const lines = [
      'not JSON',
      '[1,2]',
      '{"unknown":1}',
      `{"long":"${'x'.repeat(30_000)}"}`,
      '{"phase":"first-run","t":"NOW","extra":true}',
      ...HONEST.slice(1),
    ];
    const { outcome } = await attempt(worker, await bench.request({ case: { lines: lines.join('|'), code: 0 } }));
    assert.equal(outcome, { kind: 'pass' });
  });
});

const FALSE_CHECKS = {
  null: ['{"check":{"matches":false,"maxError":null,"tolerance":0.1}}'],
  "NaN, as Python's json writes it": ['{"check":{"matches":false,"maxError":NaN,"tolerance":0.1}}'],
  'infinity that is said to match': ['{"check":{"matches":true,"maxError":Infinity,"tolerance":0.1}}'],
  'NaN and a good one after it': ['{"check":{"matches":false,"maxError":NaN,"tolerance":0.1}}', HONEST[2]],
};
test('a false check is a wrong result, with NaN as null', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('says');
    for (const [name, checks] of Object.entries(FALSE_CHECKS)) {
      const lines = ['{"first":0.01}', ...checks, '{"done":true}'].join('|');
      const { outcome } = await attempt(worker, await bench.request({ case: { lines, code: 0 } }));
      assert.equal(outcome, { kind: 'wrong-result', maxError: null, tolerance: 0.1 }, name);
    }
  });
});

test('a code other than 0 is an error, whatever was said before', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('says');
    const { outcome } = await attempt(worker, await bench.request({ case: { lines: HONEST.join('|'), code: 3 } }));
    assert.is(outcome.kind === 'error' && outcome.errorClass, 'other');
    assert.match(outcome.kind === 'error' ? outcome.message : '', /code 3/);
  });
});

test('a closed channel is no pass', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('closes_channel');
    for (const isolation of ['fork', 'spawn'] as const) {
      const { outcome } = await attempt(worker, await bench.request({ isolation }));
      assert.is(outcome.kind === 'error' && outcome.errorClass, 'protocol');
    }
  });
});

test('a simulated card: no probe is imported, its own seconds are no lie, its orphans are swept', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('import_raises', { probe: null });
    const simulated = { device: 'simulated' } as const;
    const pass = await attempt(
      worker,
      await bench.request({ ...simulated, fate: { kind: 'pass', seconds: 90, time_scale: 0.001 } }),
    );
    assert.equal(pass.outcome, { kind: 'pass' });
    assert.is(pass.timing?.firstRun, 90);
    const hang = {
      kind: 'hang',
      activity: 'idle',
      ignore_term: true,
      grandchild: true,
      new_session: true,
      time_scale: 0.001,
    } as const;
    const watchdog = watchdogOf({ deadline: SOON, term_grace: '300ms' });
    const report = await attempt(worker, await bench.request({ ...simulated, fate: hang, watchdog }));
    assert.is(report.outcome.kind, 'hang');
    assert.is(report.cleanup.swept, 1, 'the one in a session of its own; the other was in the group');
    assert.is((await bench.survivors()).length, IDLE);
  });
});

test.run();
