import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { finished, opened, started } from './samples.ts';
import { replay } from '../../harness/journal/reader.ts';
import { BEGINNING } from '../../harness/journal/seal.ts';
import type { WatchedFile, FileState } from '../../harness/journal/watched-file.ts';
import { JournalWriter, openJournal } from '../../harness/journal/writer.ts';
import { refusalOf } from '../refusal.ts';

const test = suite('journal writer');
const folder = mkdtempSync(join(tmpdir(), 'bench-writer-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const fresh = (): string => join(folder, `journal-${(count += 1)}.jsonl`);
const now = (): Date => new Date('2026-01-02T03:04:05Z');

/** A file in memory whose failures are set by name. */
class FlakyFile implements WatchedFile {
  content = Buffer.alloc(0);
  fail: { write?: { code: string; after: number }; truncate?: string; datasync?: string } = {};
  syncs = 0;

  async write(bytes: Uint8Array): Promise<number> {
    const { write } = this.fail;
    if (write === undefined) {
      this.content = Buffer.concat([this.content, bytes]);
      return bytes.length;
    }
    const room = write.after - this.content.length;
    if (room <= 0) throw errno(write.code);
    this.content = Buffer.concat([this.content, bytes.subarray(0, room)]);
    return Math.min(room, bytes.length);
  }
  async truncate(length: number): Promise<void> {
    if (this.fail.truncate !== undefined) throw errno(this.fail.truncate);
    this.content = this.content.subarray(0, length);
  }
  async datasync(): Promise<void> {
    this.syncs += 1;
    if (this.fail.datasync !== undefined) throw errno(this.fail.datasync);
  }
  async look(): Promise<FileState> {
    return { kind: 'there', length: this.content.length };
  }
  async digest(length: number): Promise<string> {
    return createHash('sha256').update(this.content.subarray(0, length)).digest('hex');
  }
  async keep(): Promise<string> {
    throw errno('ENOSPC');
  }
  async close(): Promise<void> {}
}

function writerOf(file: WatchedFile, path = 'j'): JournalWriter {
  return new JournalWriter(path, file, { length: 0, hash: createHash('sha256'), after: BEGINNING }, now);
}

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}

test('writes one stamped JSON object a line, in the order of the calls', async () => {
  const path = fresh();
  const journal = await openJournal(path, now);
  await Promise.all([journal.append(opened), journal.appendDurably(started('c.1')), journal.append(finished('c.1'))]);
  await journal.close();
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.is(lines.pop(), '');
  const events = lines.map((line) => JSON.parse(line));
  assert.equal(
    events.map(({ event }) => event),
    ['run-opened', 'attempt-started', 'attempt-finished'],
  );
  assert.equal(new Set(events.map(({ at }) => at)), new Set(['2026-01-02T03:04:05.000Z']));
});

test('an event is in the file when append resolves', async () => {
  const path = fresh();
  const journal = await openJournal(path, now);
  await journal.append(opened);
  assert.match(readFileSync(path, 'utf8'), /run-opened.*\n$/);
  await journal.close();
});

test('goes on after what is there', async () => {
  const path = fresh();
  for (const event of [opened, started('c.1'), finished('c.1')]) {
    const journal = await openJournal(path, now);
    await journal.append(event);
    await journal.close();
  }
  const seen: string[] = [];
  for await (const event of replay(path)) seen.push(event.event);
  assert.equal(seen, ['run-opened', 'attempt-started', 'attempt-finished']);
});

test('refuses to write behind a half line', async () => {
  const path = fresh();
  writeFileSync(path, '{"event":"run-op');
  assert.is((await refusalOf(openJournal(path, now))).code, 'journal-torn');
  assert.is(statSync(path).size, 16);
});

test('ordinary events ask for no sync; durable ones written together share one', async () => {
  const file = new FlakyFile();
  const journal = writerOf(file);
  await journal.append(opened);
  assert.is(file.syncs, 0);
  await Promise.all([1, 2, 3, 4].map((number) => journal.appendDurably(started(`c.${number}`))));
  assert.is(file.syncs, 1);
});

test('a durable event resolves only after the sync', async () => {
  const file = new FlakyFile();
  const order: string[] = [];
  file.datasync = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push('synced');
  };
  await writerOf(file)
    .appendDurably(opened)
    .then(() => order.push('resolved'));
  assert.equal(order, ['synced', 'resolved']);
});

test('a full disk leaves whole lines only, and the writer can go on when there is room again', async () => {
  const file = new FlakyFile();
  const journal = writerOf(file, 'run/journal.jsonl');
  await journal.append(opened);
  const before = file.content.toString();
  file.fail.write = { code: 'ENOSPC', after: before.length + 40 };
  const error = await refusalOf(journal.appendDurably(started('c.1')));
  assert.is(error.code, 'journal-disk-full');
  assert.match(error.message, /run\/journal\.jsonl/);
  assert.match(error.next, /--resume/);
  assert.is(file.content.toString(), before);
  file.fail = {};
  await journal.appendDurably(started('c.1'));
  assert.is(file.content.toString().trimEnd().split('\n').length, 2);
});

test('a half line that cannot be taken back stops the writer', async () => {
  const file = new FlakyFile();
  const journal = writerOf(file);
  await journal.append(opened);
  const length = file.content.length;
  file.fail = { write: { code: 'EIO', after: length + 40 }, truncate: 'EIO' };
  const error = await refusalOf(journal.append(started('c.1')));
  assert.is(error.code, 'journal-io');
  assert.match(error.message, new RegExp(`half line after byte ${length}`));
  file.fail = {};
  assert.is((await refusalOf(journal.append(started('c.2')))).code, 'journal-io');
  assert.is(file.content.length, length + 40, 'nothing follows the half line');
});

test('after a failed sync nothing is promised any more', async () => {
  const file = new FlakyFile();
  const journal = writerOf(file);
  file.fail.datasync = 'EIO';
  assert.is((await refusalOf(journal.appendDurably(opened))).code, 'journal-io');
  file.fail = {};
  assert.is((await refusalOf(journal.appendDurably(started('c.1')))).code, 'journal-io');
});

for (const [code, expected] of [
  ['EROFS', 'journal-read-only'],
  ['EDQUOT', 'journal-disk-full'],
  ['EIO', 'journal-io'],
] as const) {
  test(`${code} is told as ${expected}`, async () => {
    const file = new FlakyFile();
    file.fail.write = { code, after: 0 };
    assert.is((await refusalOf(writerOf(file).append(opened))).code, expected);
  });
}

test('a folder that is not there is told, not thrown raw', async () => {
  assert.is((await refusalOf(openJournal(join(folder, 'none', 'journal.jsonl'), now))).code, 'journal-io');
});

test('an event that could not be read back is refused and leaves no trace', async () => {
  const file = new FlakyFile();
  const journal = writerOf(file);
  await journal.append(opened);
  const before = file.content.toString();
  const error = await refusalOf(journal.append({ ...opened, event: 'run-opened', seed: Number.NaN }));
  assert.is(error.code, 'journal-event-unfit');
  assert.match(error.message, /seed/);
  assert.is(file.content.toString(), before);
});

test('refuses events after close', async () => {
  const journal = await openJournal(fresh(), now);
  await journal.append(opened);
  await journal.close();
  assert.is((await refusalOf(journal.append(started('c.1')))).code, 'journal-closed');
});

test('a real write that the kernel cuts short is taken back', async () => {
  const path = fresh();
  const program = join(import.meta.dirname, '../fixtures/journal/limited-writer.ts');
  const result = spawnSync(process.execPath, ['--import', 'tsx', program, path], {
    encoding: 'utf8',
    timeout: 180_000,
  });
  assert.is(result.status, 0, result.stderr);
  const { code, accepted } = JSON.parse(result.stdout);
  assert.is(code, 'journal-disk-full');
  const lines = readFileSync(path, 'utf8');
  assert.ok(lines.endsWith('\n'));
  assert.is(lines.trimEnd().split('\n').length, accepted);
  assert.is.not(lines.length, 4096, 'the limit should fall into the middle of a line');
});

/** A journal in a folder of its own, so that what is put beside it is seen. */
async function begun(): Promise<{ readonly path: string; readonly journal: Awaited<ReturnType<typeof openJournal>> }> {
  const own = join(folder, `run-${(count += 1)}`);
  mkdirSync(own);
  writeFileSync(join(own, 'matrix.resolved.json'), '{}');
  const path = join(own, 'journal.jsonl');
  const journal = await openJournal(path, now);
  await journal.appendDurably(opened);
  await journal.append(started('c.1'));
  return { path, journal };
}

async function eventsIn(path: string): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of replay(path)) seen.push(event.event);
  return seen;
}

for (const when of ['before the next event', 'at the end'] as const) {
  test(`lines that another appended are put aside ${when}, and what bench wrote stays`, async () => {
    const { path, journal } = await begun();
    appendFileSync(path, '{"event":"forged"}\n');
    const error = await refusalOf(when === 'at the end' ? journal.close() : journal.append(finished('c.1')));
    assert.is(error.code, 'journal-changed');
    assert.is(error.exitCode, 3);
    assert.is(readFileSync(path.replace('.jsonl', '.foreign-1'), 'utf8'), '{"event":"forged"}\n');
    assert.ok(error.message.includes('journal.foreign-1') && error.next.includes(`--resume ${join(path, '..')}`));
    assert.equal(await eventsIn(path), ['run-opened', 'attempt-started']);
    if (when === 'at the end') return;
    assert.is(
      (await refusalOf(journal.append(finished('c.1')))).code,
      'journal-changed',
      'and nothing is written any more',
    );
    await journal.close();
  });
}

test('bytes that another changed in place are found at the end', async () => {
  const { path, journal } = await begun();
  writeFileSync(path, readFileSync(path, 'utf8').replace('c.1', 'c.2'));
  const error = await refusalOf(journal.close());
  assert.is(error.code, 'journal-changed');
  assert.match(error.next, /new run/);
});

test('a journal that another cut is found before the next event', async () => {
  const { path, journal } = await begun();
  truncateSync(path, 10);
  assert.is((await refusalOf(journal.append(finished('c.1')))).code, 'journal-changed');
});

test('another file in its place is found, and what bench wrote is kept beside it', async () => {
  const { path, journal } = await begun();
  const own = readFileSync(path, 'utf8');
  rmSync(path);
  writeFileSync(path, own);
  const error = await refusalOf(journal.append(finished('c.1')));
  assert.is(error.code, 'journal-replaced');
  assert.is(readFileSync(path.replace('.jsonl', '.own-1'), 'utf8'), own);
});

test('a journal that was deleted is kept beside its place; without a folder nothing can be', async () => {
  const { path, journal } = await begun();
  const own = readFileSync(path, 'utf8');
  rmSync(path);
  const error = await refusalOf(journal.append(finished('c.1')));
  assert.is(error.code, 'journal-deleted');
  assert.is(readFileSync(path.replace('.jsonl', '.own-1'), 'utf8'), own);
  assert.match(error.next, /^put it back: mv /);
  const other = await begun();
  rmSync(join(other.path, '..'), { recursive: true });
  assert.match((await refusalOf(other.journal.append(finished('c.1')))).next, /new run/);
});

test('a run folder that was moved is told as that', async () => {
  const { path, journal } = await begun();
  const before = join(path, '..');
  renameSync(before, `${before}-moved`);
  const error = await refusalOf(journal.append(finished('c.1')));
  assert.match(error.message, /moved/);
  assert.not.ok(existsSync(before));
});

test('each line names the checksum of the one before it, also after a line of an older program', async () => {
  const path = fresh();
  const old = `${JSON.stringify({ ...opened, at: 'x' })}\n`;
  writeFileSync(path, old);
  for (const event of [started('c.1'), finished('c.1')]) {
    const journal = await openJournal(path, now);
    await journal.append(event);
    await journal.close();
  }
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.match(lines[1].chain, /^[0-9a-f]{8}$/);
  assert.is(lines[2].chain, lines[1].crc);
  assert.equal(await eventsIn(path), ['run-opened', 'attempt-started', 'attempt-finished']);
});

test.run();
