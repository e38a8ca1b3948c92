import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { anyEvents, finished, opened, stamped, started } from './samples.ts';
import { NoVerdictError, type BenchError } from '../../harness/model/errors.ts';
import type { JournalEvent, NewEvent } from '../../harness/model/events.ts';
import { replay, type ReplaySummary } from '../../harness/journal/reader.ts';
import { cutTornTail } from '../../harness/journal/repair.ts';
import { openJournal } from '../../harness/journal/writer.ts';
import { refusalOf } from '../refusal.ts';

const test = suite('journal replay');
const folder = mkdtempSync(join(tmpdir(), 'bench-replay-'));
const path = join(folder, 'journal.jsonl');
const now = (): Date => new Date('2026-01-02T03:04:05.000Z');
const runs = { seed: 20_260_102, numRuns: 150 };
test.before.each(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

async function readAll(file = path): Promise<{ events: JournalEvent[]; summary: ReplaySummary }> {
  const events: JournalEvent[] = [];
  const source = replay(file);
  for await (const event of source) events.push(event);
  return { events, summary: source.summary };
}

async function refusal(file = path): Promise<BenchError> {
  const error = await refusalOf(readAll(file));
  assert.instance(error, NoVerdictError);
  return error;
}

/** Writes through the real writer and returns the bytes. */
async function written(events: readonly NewEvent[]): Promise<Buffer> {
  rmSync(path, { force: true });
  const journal = await openJournal(path, now);
  await Promise.all(events.map((event) => journal.append(event)));
  await journal.close();
  return readFileSync(path);
}

const Whole = z.object({ events: z.array(z.unknown()), summary: z.object({ tornBytes: z.number() }) });

/** A line as programs wrote it before lines had a checksum, and as a person may write one. */
const line = (event: unknown): string => `${JSON.stringify(event)}\n`;
/** A line of a program that did not link lines. */
const unlinked = (event: unknown): string => {
  const json = JSON.stringify(event);
  return `${json.slice(0, -1)},"crc":"${crc32(json).toString(16).padStart(8, '0')}"}\n`;
};
const three = [opened, started('c.1'), finished('c.1')].map(stamped);

test('no flipped bit of a line becomes another event', async () => {
  const { length } = await written([opened, started('c.1')]);
  const [first = ''] = readFileSync(path, 'utf8').split('\n');
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: first.length + 1, max: length - 2 }),
      fc.integer({ min: 0, max: 7 }),
      async (at, bit) => {
        const bytes = await written([opened, started('c.1')]);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        writeFileSync(path, bytes);
        const back = await readAll().catch((error: unknown) => error);
        if (back instanceof NoVerdictError) {
          assert.ok(['journal-broken', 'journal-changed'].includes(back.code));
          return;
        }
        // What remains is a checksum that is none any more, at the end of a line that ends in an open string: torn.
        const { events, summary } = Whole.parse(back);
        assert.equal(events, [opened, started('c.1')].map(stamped).slice(0, summary.tornBytes > 0 ? 1 : 2));
      },
    ),
    runs,
  );
});

test('a changed digit is told with its line; without the checksum it is what somebody wrote', async () => {
  const bytes = (await written([opened, started('c.1'), finished('c.1')])).toString();
  const changed = bytes.replace('"c.1"', '"c.2"');
  writeFileSync(path, changed);
  const refused = await refusal();
  assert.match(refused.message, /journal\.jsonl:2: this is not what was written: the checksum/);
  writeFileSync(path, changed.replace(/^(.*"c\.2".*),"crc":"\w+"\}$/m, '$1}'));
  assert.is((await readAll()).events.length, 3);
});

test('a line that was taken out, doubled, swapped or put in is told with its place', async () => {
  const [a = '', b = '', c = ''] = (await written([opened, started('c.1'), finished('c.1')])).toString().split('\n');
  const forged = line(stamped(finished('c.1'))).trimEnd();
  for (const [lines, place] of [
    [[a, c], 2],
    [[a, b, b, c], 3],
    [[a, c, b], 2],
    [[b, c], 1],
    [[a, b, c, forged], 4],
  ] as const) {
    writeFileSync(path, `${lines.join('\n')}\n`);
    const refused = await refusal();
    assert.is(refused.code, 'journal-changed');
    assert.ok(refused.message.includes(`journal.jsonl:${place}: `), refused.message);
  }
});

test('a line that was taken out on purpose: the one before it has no crc any more', async () => {
  const [a = '', , c = ''] = (await written([opened, started('c.1'), finished('c.1')])).toString().split('\n');
  writeFileSync(path, `${a.replace(/,"crc":"\w+"/, '')}\n${c}\n`);
  assert.is((await readAll()).events.length, 2);
});

test('a last line that a person changed on purpose, and took its crc out, is read, and gone on after', async () => {
  const [a = '', b = ''] = (await written([opened, started('c.1')])).toString().split('\n');
  const { crc: _crc, ...changed } = JSON.parse(b);
  writeFileSync(path, `${a}\n${JSON.stringify({ ...changed, bootId: 'a boot before' })}\n`);
  const journal = await openJournal(path, now);
  await journal.append(finished('c.1'));
  await journal.close();
  assert.equal(
    (await readAll()).events.map(({ event }) => event),
    ['run-opened', 'attempt-started', 'attempt-finished'],
  );
});

test('a journal of an older program, without links, is read as before', async () => {
  writeFileSync(path, three.map(unlinked).join(''));
  assert.equal((await readAll()).events, three);
});

test('any events come back as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(anyEvents, async (events) => {
      await written(events);
      const { events: back, summary } = await readAll();
      assert.equal(back, events.map(stamped));
      assert.equal(summary, {
        lines: events.length,
        events: events.length,
        skipped: {},
        goodBytes: readFileSync(path).length,
        tornBytes: 0,
      });
    }),
    runs,
  );
});

test('a cut at any byte loses at most the last event, and the rest can be gone on with', async () => {
  await fc.assert(
    fc.asyncProperty(anyEvents, fc.double({ min: 0, max: 1, noNaN: true }), async (events, where) => {
      const whole = await written(events);
      const length = Math.round(where * whole.length);
      const cut = whole.subarray(0, length);
      writeFileSync(path, cut);
      const kept = cut.toString('latin1').split('\n').length - 1;
      const { events: back, summary } = await readAll();
      assert.equal(back, events.slice(0, kept).map(stamped));
      assert.is(summary.goodBytes + summary.tornBytes, length);
      await cutTornTail(path, summary);
      if (kept === 0) return;
      const journal = await openJournal(path, now);
      await journal.append(started('c.99'));
      await journal.close();
      assert.is((await readAll()).events.length, kept + 1);
    }),
    runs,
  );
});

test('any one changed byte before the last line is noticed, or leaves events of this schema', async () => {
  await fc.assert(
    fc.asyncProperty(anyEvents, fc.nat(), fc.integer({ min: 0, max: 255 }), async (events, where, value) => {
      const bytes = await written([...events, finished('z.1')]);
      const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
      const at = where % lastLine;
      if (bytes[at] === value) return;
      bytes[at] = value;
      writeFileSync(path, bytes);
      const result = await readAll().catch((error: unknown) => error);
      if (result instanceof NoVerdictError) return;
      if (result instanceof Error) throw result;
      const { events: back, summary } = await readAll();
      // Nothing vanishes silently: every line is an event, or counted as unknown.
      const skipped = Object.values(summary.skipped).reduce((sum, count) => sum + count, 0);
      assert.is(back.length + skipped, events.length + 1);
      assert.is(summary.tornBytes, 0);
    }),
    { ...runs, numRuns: 400 },
  );
});

for (const [what, tail] of [
  ['without a newline', '{"event":"attempt-fini'],
  ['cut, with a newline', '{"event":"attempt-finished","report":{"outcome"\n'],
  ['of zero bytes, as some file systems leave them', '\0'.repeat(100)],
  ['cut inside a letter', Buffer.from('{"event":"ü').subarray(0, -1)],
] as const) {
  test(`a torn last line ${what} is reported and can be cut off`, async () => {
    const good = three.map(line).join('');
    writeFileSync(path, Buffer.concat([Buffer.from(good), Buffer.from(tail)]));
    const { events, summary } = await readAll();
    assert.is(events.length, 3);
    assert.equal([summary.goodBytes, summary.tornBytes], [good.length, tail.length]);
    const kept = await cutTornTail(path, summary);
    assert.is(readFileSync(path, 'utf8'), good);
    assert.ok(kept !== null && readFileSync(kept).equals(Buffer.from(tail)));
    rmSync(kept ?? '');
  });
}

test('torn tails are kept under new names', async () => {
  for (const tail of ['{"a', '{"b']) {
    writeFileSync(path, three.map(line).join('') + tail);
    await cutTornTail(path, (await readAll()).summary);
  }
  assert.equal(
    readdirSync(folder)
      .filter((name) => name.includes('torn'))
      .toSorted(),
    ['journal.torn-1', 'journal.torn-2'],
  );
  assert.is(readFileSync(join(folder, 'journal.torn-2'), 'utf8'), '{"b');
});

test('a whole journal is left alone', async () => {
  const bytes = await written([opened, started('c.1')]);
  assert.is(await cutTornTail(path, (await readAll()).summary), null);
  assert.equal(readFileSync(path), bytes);
});

for (const [what, broken] of [
  ['cut JSON', '{"event":"attempt-'],
  ['no JSON', 'what is this'],
  ['two events in one line', `${JSON.stringify(three[1])}X${JSON.stringify(three[2])}`],
  ['an empty line', ''],
  ['a known event without its fields', '{"event":"attempt-finished","at":"x","attempt":"c.1"}'],
  ['no event at all', '[1,2]'],
] as const) {
  test(`${what} in the middle is refused with its line number and what to do`, async () => {
    writeFileSync(path, `${line(three[0])}${broken}\n${line(three[1])}`);
    const error = await refusal();
    assert.is(error.code, 'journal-broken');
    assert.match(error.message, /journal\.jsonl:2: /);
    assert.match(error.next, /line 2/);
  });
}

test('unknown events are counted, unknown fields are passed over', async () => {
  writeFileSync(
    path,
    line({ ...three[0], colour: 'blue' }) +
      line({ event: 'moon-phase', at: 'x', phase: 3 }) +
      line({ event: 'moon-phase' }) +
      line(three[1]),
  );
  const { events, summary } = await readAll();
  assert.equal(events, [three[0], three[1]]);
  assert.equal(summary.skipped, { 'moon-phase': 2 });
  assert.equal([summary.lines, summary.events], [4, 2]);
});

test('a newer schema is refused by name', async () => {
  writeFileSync(path, line({ ...three[0], schema: 2 }));
  const error = await refusal();
  assert.is(error.code, 'journal-newer-schema');
  assert.match(error.message, /schema 2.*schema 1/);
});

test('a file that does not begin with run-opened is refused', async () => {
  writeFileSync(path, line(three[1]));
  assert.is((await refusal()).code, 'journal-no-start');
});

test('a missing journal is told', async () => {
  assert.is((await refusal(join(folder, 'none.jsonl'))).code, 'journal-missing');
});

test('an empty journal holds no event', async () => {
  writeFileSync(path, '');
  assert.equal((await readAll()).events, []);
});

test('lines longer than a block of the reader come back whole', async () => {
  const reason = 'äöü€'.repeat(200_000);
  await written([opened, { event: 'run-interrupted', reason }, { event: 'run-finished' }]);
  const { events } = await readAll();
  assert.is(events.length, 3);
  assert.equal(events[1], stamped({ event: 'run-interrupted', reason }));
});

test('reads no further than it is asked to', async () => {
  const long = line({ ...three[1], more: 'x'.repeat(1000) }).repeat(2000);
  writeFileSync(path, `${line(three[0])}${long}broken\n${line(three[2])}`);
  let seen = 0;
  for await (const event of replay(path)) {
    assert.ok(event.event === 'run-opened' || event.event === 'attempt-started');
    seen += 1;
    if (seen === 10) break;
  }
  assert.is(seen, 10);
  assert.is((await refusal()).code, 'journal-broken');
});

test.run();
