import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { block, type Scene } from '../../../harness/cli/watch/live-block.ts';
import { palette } from '../../../harness/cli/text/palette.ts';
import { count, emptyTally } from '../../../harness/cli/watch/tally.ts';

const test = suite('cli/block');

function scene(change: Partial<Scene> = {}): Scene {
  const tally = emptyTally();
  tally.attempts = 142;
  for (const [kind, times] of [
    ['pass', 120],
    ['hang', 20],
    ['crash', 2],
  ] as const)
    tally.byOutcome.set(kind, times);
  tally.current.set('a', {
    text: 'rocm5.3-torch2.0.1 64->128 size=33 (confirming)',
    phase: 'first-run',
    startedAt: 60_000,
  });
  return {
    tally,
    progress: { linesDone: 25, linesTotal: 98 },
    news: ['rocm5.3-torch2.0.1 16->32 size=33: hang in first-run after 750 ms of silence'],
    began: 0,
    now: 61_500,
    mark: '',
    running: true,
    solvedBefore: 25,
    ...change,
  };
}

test('at 79 columns everything that matters is on the screen', () => {
  assert.equal(block(scene(), 79, palette(false)).split('\n'), [
    '███████░░░░░░░░░░░░░░░░░░░░░░░ 25 %  1 min 1 s',
    'lines 25 of 98   attempts 142   pass 120   hang 20   crash 2',
    'now  first-run 1 s       rocm5.3-torch2.0.1 64->128 size=33 (confirming)',
    '  rocm5.3-torch2.0.1 16->32 size=33: hang in first-run after 750 ms of silence',
  ]);
});

test('at any width no line is longer, and no count is lost', () => {
  for (let width = 19; width <= 120; width += 1) {
    const lines = block(scene(), width, palette(false)).split('\n');
    for (const line of lines) assert.ok([...line].length <= width, `${width}: ${line}`);
    for (const wanted of ['lines 25 of 98', 'attempts 142', 'pass 120', 'hang 20', 'crash 2']) {
      assert.ok(
        lines.some((line) => line.includes(wanted)),
        `${width}: ${wanted} in ${lines.join('\n')}`,
      );
    }
  }
});

test('the last picture has the counts and no attempt that still runs; 100 % is said at the end alone', () => {
  const last = block(scene({ running: false, progress: { linesDone: 98, linesTotal: 98 } }), 79, palette(false));
  assert.match(last, /^█{30} 100 % /);
  assert.not.match(last, /^now/m);
  assert.match(block(scene({ progress: { linesDone: 9999, linesTotal: 10_000 } }), 79, palette(false)), /░ 99 % /);
});

test('a long preparation shows its time', () => {
  const tally = emptyTally();
  tally.preparing = { environment: 'rocm6.4-torch2.9.1', startedAt: 0 };
  assert.match(
    block(scene({ tally, now: 185_000 }), 79, palette(false)),
    /^now  preparing 3 min 5 s rocm6\.4-torch2\.9\.1$/m,
  );
});

test('probes after the last line say what they are for', () => {
  const tally = emptyTally();
  const question = {
    cell: { id: 'a', environment: 'rocm5.3', setting: 'default', case: { size: 33 }, line: 'l', position: 0 },
    isolation: 'spawn',
    purpose: 'explain',
  } as const;
  count(tally, { kind: 'attempt-started', attempt: 'a.1', question }, [['size']], 0);
  const lines = block(scene({ tally, progress: { linesDone: 98, linesTotal: 98 } }), 79, palette(false)).split('\n');
  assert.is(lines[1], 'lines 98 of 98   explaining, probe 1   attempts 0');
  assert.match(lines[2] ?? '', /^now .* \(explaining\)$/);
});

test('a simulation says so in the block, at every width', () => {
  for (const width of [19, 39, 79])
    assert.match(block(scene({ mark: 'SIMULATED' }), width, palette(false)), /^SIMULATED$/m);
  assert.not.match(block(scene(), 79, palette(false)), /SIMULATED/);
});

test('the time that is left: from the lines that this session solved, and only after some of them', () => {
  assert.match(block(scene({ solvedBefore: 0 }), 79, palette(false)), /about 3 min left/);
  assert.not.match(block(scene({ solvedBefore: 23 }), 79, palette(false)), /left/);
  assert.not.match(block(scene({ solvedBefore: 0, running: false }), 79, palette(false)), /left/);
});

test.run();
