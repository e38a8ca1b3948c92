import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Evidence } from '../../../harness/model/attempt/evidence.ts';
import type { Results } from '../../../harness/model/results/results.ts';
import { attemptsCsv } from '../../../reports/csv/attempts.ts';
import { HOSTILE, foundingNotes, tinyCpu } from '../sample-results.ts';
import { renderHtml, renderSummary } from '../of-results.ts';

/** What the collectors found, in the reports: all of it shown, all of it escaped, and why the rest is absent. */
const test = suite('evidence in the reports');

/** Every field filled; `text` stands wherever a process or a driver chose the words. */
function evidence(text: string, pid: number): Evidence {
  return {
    processes: [{ pid, command: text, state: 'S', waitChannel: text, threads: 64, cpuSeconds: 1 }],
    pythonStacks: text,
    stderrTail: text,
    signatures: ['kfd_fence_timeout'],
    sightings: [
      {
        id: 'kfd_fence_timeout',
        channel: 'kernel',
        class: 'queue-preempt-failed',
        meaning: `the scheduler did not answer ${text}`,
        line: text,
        count: 7,
      },
    ],
    nativeStacks: { tool: 'gdb', text: `#0 wait_here ${text}` },
    threads: Array.from({ length: 20 }, (_, index) => ({
      pid,
      names: [text],
      tids: [pid, pid + index],
      state: 'S',
      waitChannel: text,
      syscall: 'futex',
      kernelStack: [text, `frame_${index}`],
    })),
    cpuUse: { seconds: 0.1, cpuSeconds: 0.05 },
    deviceFiles: [{ pid, path: `/dev/kfd${text}`, fds: [5, 6] }],
    libraries: [`/opt/rocm/lib/libMIOpen.so${text}`],
    device: [{ name: 'GPU load', value: 100, unit: '%' }],
    kfd: [{ pid, readings: [{ name: text, value: 9500, unit: 'ms' }] }],
    kernelLog: { source: '/dev/kmsg', lines: [`kernel says ${text}`], left: 3 },
    lastLibraryLine: { library: `MIOpen${text}`, line: `MIOpen(HIP): ${text}` },
    collectors: [
      { name: 'Python stacks', status: 'ok', seconds: 0.1, note: '' },
      { name: 'Card', status: 'timed-out', seconds: 3, note: `no answer ${text}` },
      { name: 'Compute driver', status: 'not-allowed', seconds: 0.1, note: '' },
    ],
    seconds: 3.1,
  };
}

function withEvidence(results: Results, text: (index: number) => string): Results {
  const attempts = results.attempts.map((one, index) =>
    one.report.evidence === null
      ? one
      : { ...one, report: { ...one.report, evidence: evidence(text(index), 4000 + index) } },
  );
  return { ...results, attempts };
}

test('the page shows every kind, with the meaning of a known line and the reason why something is absent', async () => {
  const page = await renderHtml(withEvidence(foundingNotes(), () => 'words'));
  for (const part of [
    'the scheduler did not answer',
    'wait_here',
    'frame_0',
    'GPU load 100 %',
    '/dev/kfdwords',
    'libMIOpen',
    '9500 ms',
    'kernel says',
    'MIOpen(HIP): words',
    'Card: gave no answer in time; no answer words',
    'Compute driver: not to be had',
    'Gathering took 3.1 s',
  ])
    assert.ok(page.includes(part), part);
});

test('hostile text stays text', async () => {
  const page = await renderHtml(withEvidence(foundingNotes(), () => HOSTILE));
  const markup = page.replace(/<style>[^]*?<\/style>/, '').replace(/<script[^>]*>[^]*?<\/script>/g, '');
  for (const never of [/<img/i, /<script/i, /<iframe/i]) assert.not.match(markup, never);
  assert.not.match(page, /(?![\n\t])\p{Control}|[\u202a-\u202e\u2066-\u2069\u200e\u200f]/u);
});

test('a run with hundreds of hangs, each with evidence of its own, stays a page that opens', async () => {
  const page = await renderHtml(withEvidence(foundingNotes(), (index) => `words of ${index}`));
  assert.ok(page.length < 4 * 2 ** 20, `${page.length}`);
});

test('the summary has them too, and stays below its limit', () => {
  const summary = renderSummary(withEvidence(foundingNotes(), () => HOSTILE));
  assert.match(summary, /Native stacks by gdb/);
  assert.match(summary, /kernel says/);
  assert.match(summary, /kfd\\?_fence\\?_timeout/);
  assert.ok(summary.length <= 60_000);
});

test('attempts.csv names each known line with its meaning', async () => {
  const text = (await attemptsCsv(withEvidence(foundingNotes(), () => 'words')).toArray()).join('');
  assert.match(text, /kfd_fence_timeout: the scheduler did not answer words/);
});

test('a run of an older version, without the new fields, is shown as before', async () => {
  const page = await renderHtml(foundingNotes());
  assert.not.match(page, /What was not found/);
  assert.ok((await renderHtml(tinyCpu())).includes('</html>'));
});

test.run();
