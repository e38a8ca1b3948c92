import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EvidenceSpace, shortened } from '../../../harness/cli/run/evidence-space.ts';
import type { JournalEvent } from '../../../harness/model/events.ts';
import type { Evidence } from '../../../harness/model/attempt/evidence.ts';
import { report, stamped } from '../../journal/samples.ts';

const test = suite('cli/evidence-room');

function finishedWith(part: Partial<Evidence>): JournalEvent {
  return stamped({
    event: 'attempt-finished',
    attempt: 'a.1',
    report: { ...report, evidence: { processes: [], pythonStacks: '', stderrTail: '', signatures: [], ...part } },
  });
}

function textsOf(event: JournalEvent): readonly string[] {
  const evidence = event.event === 'attempt-finished' ? event.report.evidence : null;
  return [evidence?.stderrTail ?? '', evidence?.pythonStacks ?? '', evidence?.nativeStacks?.text ?? ''];
}

function roomFor(events: readonly JournalEvent[], room: number): number {
  const seen = new EvidenceSpace(room);
  for (const event of events) seen.see(event);
  return seen.longest();
}

test('what fits stays as it is', () => {
  const events = [
    finishedWith({ stderrTail: 'some words' }),
    finishedWith({ pythonStacks: 'x'.repeat(500), libraries: ['/opt/lib.so'] }),
  ];
  const longest = roomFor(events, 600);
  assert.is(longest, Infinity);
  assert.equal(
    events.map((event) => shortened(event, longest)),
    events,
  );
});

test('long texts are cut alike until all fit, short ones stay, and what is left out is said', () => {
  const line = 'a line of standard error\n';
  const events = [
    finishedWith({ stderrTail: 'short' }),
    finishedWith({ stderrTail: line.repeat(400), libraries: ['/opt/lib.so'] }),
    finishedWith({ pythonStacks: `Traceback\n${line.repeat(400)}ValueError: the end\n` }),
    finishedWith({
      pythonStacks: `Current thread\n${line.repeat(400)}`,
      nativeStacks: { tool: 'gdb', text: '\u0001'.repeat(4000) },
    }),
  ];
  const longest = roomFor(events, 6000);
  const shorter = events.map((event) => shortened(event, longest));
  assert.ok(shorter.flatMap(textsOf).reduce((sum, text) => sum + JSON.stringify(text).length, 0) < 6000 + 4 * 120);
  const [short, error, raised, hung] = shorter.map(textsOf);
  assert.is(short?.[0], 'short');
  assert.match(
    error?.[0] ?? '',
    /^\[bench: \d+ characters left out here, .*evidence folder has them\]\na line of standard error\n/,
  );
  assert.match(raised?.[1] ?? '', /^\[bench: [\s\S]*ValueError: the end\n$/);
  assert.match(hung?.[1] ?? '', /^Current thread\n[\s\S]*left out here/);
  assert.not.match(JSON.stringify(shorter), 'lib.so');
});

test.run();
