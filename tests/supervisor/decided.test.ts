import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runHelper } from '../../harness/machine/processes/helper.ts';
import { look } from '../../harness/machine/processes/read.ts';
import { signalProcess } from '../../harness/machine/processes/signal.ts';
import { waitUntil } from '../../harness/machine/time.ts';
import type { Evidence } from '../../harness/model/attempt/evidence.ts';
import { Afterwards } from '../../harness/supervisor/attempt/afterwards.ts';
import type { Collector } from '../../harness/supervisor/evidence/collector.ts';
import { ALL_COLLECTORS } from '../../harness/supervisor/evidence/gatherer.ts';
import { parseAttemptLine } from '../../harness/supervisor/wire/attempt-lines.ts';
import { skip } from '../skip.ts';
import { SOON, attempt, watchdogOf, withBench, type RequestChanges } from './supervised.ts';

/** Decide first, look second: what a signal, a stop or a trace of ours sets going has hung all the same. */
const test = suite('decided');

const forEver = (): Promise<never> => new Promise(() => undefined);
/** Until the process has ended: whoever waits for it then looks no further. */
const lingers: Collector = { name: 'lingers', limit: 60, manner: 'stops', collect: forEver };
/** As a tracer does that attaches and lets go. */
const stopsForAMoment: Collector = {
  name: 'stops for a moment',
  limit: 60,
  manner: 'signals',
  collect: async ({ processes: [main] }) => {
    if (main === undefined) throw new Error('nothing to stop');
    signalProcess(main, 'SIGSTOP');
    await waitUntil(() => look(main)?.state !== 'S', 60);
    signalProcess(main, 'SIGCONT');
    return forEver();
  },
};

interface Woken {
  readonly case: Record<string, string>;
  readonly collectors: readonly Collector[];
  /** null: nobody waited for what it does. */
  readonly afterwards: Evidence['afterwards'] | null;
}

const ANSWERS = [...ALL_COLLECTORS, lingers];
const WOKEN: Readonly<Record<string, Woken>> = {
  'a pause that the request for stacks ends, and passes': {
    case: { how: 'pause' },
    collectors: ANSWERS,
    afterwards: { kind: 'passed', detail: '' },
  },
  'a select in C': { case: { how: 'select' }, collectors: ANSWERS, afterwards: { kind: 'passed', detail: '' } },
  'a sleep in C': { case: { how: 'sleep' }, collectors: ANSWERS, afterwards: { kind: 'passed', detail: '' } },
  'one that raises when woken': {
    case: { how: 'pause', next: 'raise' },
    collectors: ANSWERS,
    afterwards: { kind: 'raised', detail: 'InterruptedError: woken by somebody' },
  },
  'one that exits when woken': {
    case: { how: 'pause', next: 'exit' },
    collectors: ANSWERS,
    afterwards: { kind: 'exited', detail: 'code 3' },
  },
  'one that dies by the request': {
    case: { how: 'dies' },
    collectors: ANSWERS,
    afterwards: { kind: 'died', detail: 'SIGSEGV' },
  },
  'one that works on when woken': {
    case: { how: 'pause', next: 'work' },
    collectors: ALL_COLLECTORS,
    afterwards: null,
  },
  'one that ends the worker when woken': {
    case: { how: 'pause', next: 'end the worker' },
    collectors: ANSWERS,
    afterwards: null,
  },
  'one that stops the worker when woken': {
    case: { how: 'pause', next: 'stop the worker' },
    collectors: ALL_COLLECTORS,
    afterwards: null,
  },
  'one that a stop and its end wake': {
    case: { how: 'epoll' },
    collectors: [stopsForAMoment],
    afterwards: { kind: 'passed', detail: '' },
  },
};

async function hangs(
  name: string,
  { collectors, afterwards, ...rest }: Woken,
  changes: RequestChanges = {},
): Promise<void> {
  await withBench(async (bench) => {
    const worker = await bench.start('woken');
    const watchdog = watchdogOf({ deadline: SOON });
    const request = await bench.request({ watchdog, case: rest.case, evidence: { collectors }, ...changes });
    const report = await attempt(worker, request);
    const { outcome, evidence } = report;
    assert.is(outcome.kind === 'hang' && outcome.phase, 'first-run', JSON.stringify(outcome));
    assert.equal([report.timing, report.check], [null, null], 'what it measured when woken is not told as measured');
    if (afterwards !== null) {
      assert.equal(evidence?.afterwards, afterwards, name);
      assert.equal(report.cleanup.signals, [], 'it had ended');
    }
    assert.ok((evidence?.processes.length ?? 0) > 0);
    assert.is(worker.alive, !/worker/.test(rest.case['next'] ?? ''));
  });
}

for (const [name, woken] of Object.entries(WOKEN)) test(`${name}: a hang`, () => hangs(name, woken));

const TRACED = 'one that a tracer wakes: a hang';
const mayTrace =
  (await runHelper('gdb', ['--version'], { limitMs: 10_000 })).kind === 'done' && process.getuid?.() === 0;
if (mayTrace) {
  test(TRACED, async () => {
    const nativeStacks = ALL_COLLECTORS.find(({ name }) => name === 'Native stacks');
    assert.ok(nativeStacks);
    const collectors = [nativeStacks, lingers];
    const watchdog = watchdogOf({ deadline: SOON, native_stacks: 'always' });
    const woken = { case: { how: 'epoll' }, collectors, afterwards: { kind: 'passed', detail: '' } } as const;
    await hangs(TRACED, woken, { watchdog });
  });
} else skip(test, import.meta.url, TRACED, 'it needs root and gdb');

test('one that goes on by itself while the evidence is gathered passes, and was sent no signal', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('woken');
    const file = join(bench.folder, 'go on');
    const lets: Collector = {
      name: 'lets it go on',
      limit: 60,
      manner: 'looks',
      collect: async () => {
        await writeFile(file, '');
        return forEver();
      },
    };
    let asked = false;
    const asks: Collector = {
      ...lingers,
      name: 'asks',
      manner: 'signals',
      collect: async () => ((asked = true), forEver()),
    };
    const report = await attempt(
      worker,
      await bench.request({
        watchdog: watchdogOf({ deadline: SOON }),
        case: { how: 'file', file },
        evidence: { collectors: [lets, asks] },
      }),
    );
    assert.equal(report.outcome, { kind: 'pass' });
    assert.ok(existsSync(file), 'the limit had passed');
    assert.not(asked);
    assert.is(report.evidence, null);
    assert.equal(report.cleanup.signals, []);
  });
});

type Exit = { readonly code?: number; readonly signal?: string } | null;

function told(lines: readonly string[], exit: Exit): string | undefined {
  const afterwards = new Afterwards();
  for (const line of lines) afterwards.hear(parseAttemptLine(line));
  return afterwards.told(exit === null ? null : { event: 'exited', attempt: 'a', seconds: 1, ...exit })?.kind;
}

test('what came after: the end counts more than what was said, an error more than being done', () => {
  const error = '{"error":{"type":"E","message":"m","class":"other"}}';
  assert.is(told([], null), undefined);
  assert.is(told(['garbage'], null), undefined);
  assert.is(told(['{"progress":"x"}'], null), 'went-on');
  assert.is(told(['{"done":true}'], null), 'passed');
  assert.is(told(['{"done":true}'], { code: 0 }), 'passed');
  assert.is(told(['{"done":true}'], { code: 1 }), 'exited');
  assert.is(told([], { code: 0 }), 'exited');
  assert.is(told([error, '{"done":true}'], { code: 0 }), 'raised');
  assert.is(told([error], { signal: 'SIGABRT' }), 'died');
});

test.run();
