import { once } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HealthOrder, Prober } from '../../../harness/runner/executor.ts';
import { DeviceHealth, type HealthPorts } from '../../../harness/runner/health/device-health.ts';
import { listening, recorded, type Recorded } from '../recorded.ts';
import { emptyReport } from '../../../harness/model/attempt/empty-report.ts';
import type { AttemptReport } from '../../../harness/model/attempt/attempt.ts';
import type { Cell } from '../../../harness/model/cell.ts';
import type { Answer } from '../../../harness/search/search.ts';
import type { Outcome } from '../../../harness/model/outcome.ts';

const test = suite('runner/health/device-health');

const never = new AbortController().signal;
const hang: Outcome = { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 1 };
const pass: Outcome = { kind: 'pass' };
const noBinary: Outcome = { kind: 'error', phase: 'first-run', errorClass: 'no-binary', message: 'no kernel image' };
const workerLost: Outcome = { kind: 'error', phase: 'start', errorClass: 'harness', message: 'the worker was lost' };
const unkillable: Outcome = { kind: 'unkillable', phase: 'first-run', state: 'D' };

const cell = (environment = 'a', size = 8): Cell => ({
  id: `${environment}-${size}`,
  environment,
  setting: 'default',
  case: { size },
  line: 'l',
  position: 0,
});

interface World extends Recorded {
  readonly health: DeviceHealth;
  /** Such as "canary a fork" and "canary a spawn fresh". */
  readonly asked: string[];
  readonly answers: readonly Answer[];
  readonly slept: number[];
}

interface Script {
  readonly answer?: (order: HealthOrder, count: number) => Outcome | AttemptReport;
  readonly unavailable?: readonly string[];
  readonly ports?: Partial<HealthPorts>;
}

function world({ answer = () => pass, unavailable = [], ports = {} }: Script = {}): World {
  const asked: string[] = [];
  const slept: number[] = [];
  const search = listening();
  const run = recorded(search, { watched: true });
  const { state } = run;
  const prober: Prober = {
    healthPlace: async ({ environment }, fresh) =>
      unavailable.includes(environment)
        ? { kind: 'unavailable', reason: 'no Python' }
        : {
            kind: 'ready',
            probe: async (order) => {
              asked.push([order.probe, environment, order.isolation, ...(fresh ? ['fresh'] : [])].join(' '));
              const said = answer(order, asked.length);
              return 'outcome' in said ? said : emptyReport(said);
            },
          },
  };
  const health = new DeviceHealth({
    health: { canary: true, every: 3, deadline: 1, cool_down: 5, retries: 2 },
    controls: [],
    device: { kind: 'rocm', name: 'card', target: 'gfx1010', pciAddress: '0000:28:00.0', simulation: null },
    environments: ['a', 'b', 'c', 'd'],
    prober,
    recorder: run.recorder,
    ids: state.ids,
    memory: state.health,
    known: state.answers.knownPasses,
    warmUp: () => null,
    passes: () => state.answers.passes,
    observer: () => {},
    bootId: 'boot',
    sleep: async (seconds) => {
      slept.push(seconds);
    },
    ...ports,
  });
  return { ...run, health, asked, answers: search.answers, slept };
}

/** One attempt that has ended, as the loop makes it known. */
async function end({ health, recorder }: World, id: string, outcome: Outcome, one = cell()): Promise<string | null> {
  const report = emptyReport(outcome);
  await recorder.append({
    event: 'attempt-started',
    attempt: id,
    cell: { ...one, case: { ...one.case } },
    isolation: 'fork',
    purpose: 'search',
    bootId: 'boot',
  });
  await recorder.append({ event: 'attempt-finished', attempt: id, report });
  return health.after(id, one, report, never);
}

test('once at the start, after each failure, and after so many passes', async () => {
  const here = world();
  for (const [place, outcome] of [pass, pass, hang, pass, pass, pass, pass].entries()) {
    assert.is(await here.health.before(cell(), never), null);
    assert.is(await end(here, `a.${place}`, outcome), null);
  }
  const started = here.events.flatMap((event) =>
    event.event === 'health-started' ? [`${event.check} ${event.why} ${event.after}`] : [],
  );
  assert.equal(started, ['canary.1 start null', 'canary.2 bad-outcome a.2', 'canary.3 periodic a.5']);
  assert.equal(here.slept, []);
});

test('a sick device is left alone, asked again in fresh processes, and used again once it answers', async () => {
  const here = world({ answer: (_, count) => (count === 2 || count === 3 ? hang : pass) });
  await here.health.before(cell(), never);
  assert.is(await end(here, 'a.1', hang), null);
  assert.equal(here.asked, ['canary a fork', 'canary a fork', 'canary a spawn fresh', 'canary a spawn fresh']);
  assert.equal(here.slept, [5, 5]);
  assert.equal(
    here.answers.map(({ outcome }) => outcome),
    ['hang'],
    'the attempt after which it became sick counts',
  );
});

test('one that stays sick is asked in two other environments, then quarantined, and told how to reset the card', async () => {
  const here = world({ answer: () => hang });
  const sick = await here.health.before(cell('b'), never);
  assert.equal(here.asked, [
    'canary b fork',
    'canary b spawn fresh',
    'canary b spawn fresh',
    'canary a fork',
    'canary c fork',
  ]);
  assert.match(
    sick ?? '',
    /the canary does not return \(hang in first-run\); as root.*echo 1 > \/sys\/bus\/pci\/devices\/0000:28:00\.0\/reset; or reboot/,
  );
});

test('an environment in which alone the canary fails is unfit: the device is healthy, and is asked elsewhere from then on', async () => {
  const here = world({ answer: ({ site }) => (site.environment === 'b' ? hang : pass) });
  await here.health.before(cell('a'), never);
  assert.is(await end(here, 'b.1', hang, cell('b')), null);
  const before = here.asked.length;
  assert.is(await end(here, 'b.2', hang, cell('b')), null);
  assert.equal(here.asked.slice(before), ['canary a fork']);
});

test('an environment that cannot reach the card says nothing of the card', async () => {
  const here = world({ answer: () => noBinary });
  assert.is(await here.health.before(cell(), never), null);
  assert.is(await end(here, 'a.1', noBinary), null);
  assert.equal(here.slept, []);
  assert.equal(
    here.answers.map(({ outcome }) => outcome),
    ['error'],
    'the search hears of it all the same',
  );
});

test('a canary whose worker died is tried again in a fresh one, and that is no sign of sickness', async () => {
  const here = world({ answer: (_, count) => (count === 1 ? workerLost : pass) });
  assert.is(await here.health.before(cell(), never), null);
  assert.equal(here.asked, ['canary a fork', 'canary a fork fresh']);
  assert.equal(
    here.events.flatMap((event) => (event.event === 'health-finished' ? [event.result] : [])),
    [null, 'healthy'],
  );
});

test('an environment that does not start is passed over at the start and asked nothing', async () => {
  const here = world({ unavailable: ['a'] });
  assert.is(await here.health.before(cell('a'), never), null);
  assert.equal(here.events, []);
  await here.health.before(cell('b'), never);
  assert.equal(here.asked, ['canary b fork']);
});

test('a canary that cannot be killed ends it at once: no cool-down helps', async () => {
  const report: AttemptReport = {
    ...emptyReport(unkillable),
    cleanup: {
      signals: ['SIGKILL'],
      reapSeconds: null,
      swept: 0,
      left: [42],
      leftProcesses: [{ pid: 42, startTicks: 7 }],
    },
  };
  const here = world({
    answer: (_, count) => (count === 2 ? report : pass),
    ports: { health: { canary: true, every: 0, deadline: 1, cool_down: 5, retries: 0 } },
  });
  await here.health.before(cell(), never);
  const sick = await end(here, 'a.1', hang);
  assert.match(sick ?? '', /the canary survived SIGKILL \(pid 42, state D\).*wait, then resume; if it stays, reboot/);
  assert.equal(here.asked, ['canary a fork', 'canary a fork']);
  assert.equal(
    here.events.flatMap((event) => (event.event === 'health-finished' ? event.left : [])),
    [{ pid: 42, startTicks: 7 }],
  );
});

test('controls: before the first attempt of an environment and after its first hang, in fresh processes', async () => {
  const here = world({ ports: { controls: ['element-wise', 'matmul'] } });
  for (const [place, outcome] of [pass, hang, hang].entries()) {
    await here.health.before(cell('a', place), never);
    await end(here, `a.${place}`, outcome, cell('a', place));
  }
  assert.equal(
    here.events.flatMap((event) =>
      event.event === 'health-started' && event.probe !== 'canary' && event.probe !== 'witness'
        ? [`${event.probe} ${event.isolation} ${event.after} ${String(event.case['size'])}`]
        : [],
    ),
    ['element-wise spawn null 0', 'matmul spawn null 0', 'element-wise spawn a.1 1', 'matmul spawn a.1 1'],
  );
});

test('a run that goes on repeats no control that was made, and asks the canary first', async () => {
  const first = world({ ports: { controls: ['element-wise', 'matmul'] } });
  await first.health.before(cell(), never);
  const again = world({ ports: { controls: ['element-wise', 'matmul'] } });
  // Killed in the middle of the second control.
  for (const event of first.events.slice(0, -1)) again.state.apply(event);
  await again.health.before(cell(), never);
  assert.equal(again.asked, ['canary a fork', 'matmul a spawn']);
  assert.equal(
    again.events.flatMap((event) => (event.event === 'health-started' ? [event.check] : [])),
    ['canary.2', 'matmul.2'],
  );
});

test('a control that fails is followed by a canary', async () => {
  const here = world({
    answer: ({ probe }) => (probe === 'canary' ? pass : hang),
    ports: { controls: ['element-wise'] },
  });
  assert.is(await here.health.before(cell(), never), null);
  assert.equal(here.asked, ['canary a fork', 'element-wise a spawn', 'canary a fork']);
});

test('an interruption during a cool-down ends the asking, and nothing is quarantined', async () => {
  const stop = new AbortController();
  const here = world({ answer: () => hang, ports: { sleep: async () => stop.abort('SIGINT') } });
  assert.is(await here.health.before(cell(), stop.signal), null);
  assert.is(here.asked.length, 1);
});

test('two canaries at the same time: each end is written under its own name', async () => {
  const here = world();
  await Promise.all([here.health.before(cell('a'), never), here.health.before(cell('b'), never)]);
  const names = (kind: 'health-started' | 'health-finished'): readonly string[] =>
    here.events.flatMap((event) => (event.event === kind ? [event.check] : [])).toSorted();
  assert.equal(names('health-started'), ['canary.1', 'canary.2']);
  assert.equal(names('health-finished'), ['canary.1', 'canary.2']);
});

test('attempts at the same time cool a sick device down once, and the next one waits for it', async () => {
  const alarm = new AbortController();
  const asleep = once(alarm.signal, 'abort');
  const here = world({
    answer: ({ isolation }) => (isolation === 'fork' ? hang : pass),
    ports: { sleep: async () => void (await asleep) },
  });
  const waiting = [end(here, 'a.1', hang), end(here, 'b.1', hang, cell('b'))];
  await new Promise((resolve) => setImmediate(resolve));
  const next = here.health.before(cell('c'), never);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(here.asked, ['canary a fork', 'canary b fork'], 'nothing is asked while it cools down');
  alarm.abort();
  assert.equal(await Promise.all([...waiting, next]), [null, null, null]);
  assert.equal(here.asked, ['canary a fork', 'canary b fork', 'canary a spawn fresh']);
});

test('health.canary: false asks nothing', async () => {
  const here = world({ ports: { health: { canary: false, every: 1, deadline: 1, cool_down: 5, retries: 2 } } });
  await here.health.before(cell(), never);
  await end(here, 'a.1', hang);
  assert.equal(here.asked, []);
});

test('after a hang a known pass of the suspect is tried again, as it passed', async () => {
  const here = world();
  await here.health.before(cell('a', 8), never);
  await end(here, 'a.1', pass, cell('a', 8));
  assert.is(await end(here, 'a.2', hang, cell('a', 9)), null);
  assert.equal(here.asked, ['canary a fork', 'canary a fork', 'witness a fork']);
  assert.equal(
    here.answers.map(({ outcome }) => outcome),
    ['pass', 'hang'],
  );
});

test('witnesses that hang are tried again after a pause, in fresh processes; one that passes in the end lets the hang stand', async () => {
  const here = world({ answer: ({ probe }, count) => (probe === 'witness' && count < 6 ? hang : pass) });
  await here.health.before(cell('a', 8), never);
  await end(here, 'a.1', pass, cell('a', 8));
  assert.is(await end(here, 'a.2', hang, cell('a', 9)), null);
  assert.equal(here.asked.slice(2), ['witness a fork', ...Array.from({ length: 3 }, () => 'witness a spawn fresh')]);
  assert.equal(here.slept, [5, 5, 5]);
  assert.equal(
    here.answers.map(({ outcome }) => outcome),
    ['pass', 'hang'],
  );
});

test('where no witness passes any more the run ends, and the hang is not believed', async () => {
  const here = world({ answer: ({ probe }) => (probe === 'witness' ? hang : pass) });
  await here.health.before(cell('a', 8), never);
  await end(here, 'a.1', pass, cell('a', 8));
  const why = await end(here, 'a.2', hang, cell('a', 9));
  assert.match(why ?? '', /the canary passes, but in a the suspect no longer runs what it ran before/);
  assert.equal(
    here.answers.map(({ outcome }) => outcome),
    ['pass'],
  );
});

test('before the first attempt of a site the smallest case is tried, once more where that fails, and at the end the first pass', async () => {
  const smallest = { ...cell('a', 1), isolation: 'spawn' as const };
  const here = world({ ports: { warmUp: () => smallest }, answer: (_, count) => (count === 2 ? hang : pass) });
  await here.health.before(cell('a', 8), never);
  await here.health.before(cell('a', 8), never);
  assert.equal(here.asked, ['canary a fork', 'witness a spawn', 'witness a spawn fresh']);
  await end(here, 'a.1', hang, cell('a', 9));
  await here.health.atEnd(never);
  assert.equal(here.asked.slice(3), ['canary a fork', 'witness a spawn', 'witness a spawn']);
});

test.run();
