/** A real writer, killed at random moments: nothing that it called durable is lost, and the next one goes on behind it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { replay } from '../../harness/journal/reader.ts';
import { cutTornTail } from '../../harness/journal/repair.ts';

const test = suite('journal under SIGKILL');
const folder = mkdtempSync(join(tmpdir(), 'bench-kill-'));
const path = join(folder, 'journal.jsonl');
const program = join(import.meta.dirname, '../fixtures/journal/endless-writer.ts');
const ROUNDS = 5;
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a writer, kills it some time after its first durable event; returns the attempts that it called durable. */
async function writeUntilKilled(round: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, path, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acknowledged: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.once('line', () => setTimeout(() => child.kill('SIGKILL'), Math.random() * 60));
  for await (const line of lines) acknowledged.push(line);
  await exited;
  return acknowledged;
}

test(`${ROUNDS} writers in a row lose no durable event`, async () => {
  const durable: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    durable.push(...(await writeUntilKilled(round)));
    const seen = new Set<string>();
    const events = replay(path);
    for await (const event of events) if ('attempt' in event) seen.add(event.attempt);
    const lost = durable.filter((attempt) => !seen.has(attempt) || !seen.has(`before-${attempt}`));
    assert.equal(lost, []);
    await cutTornTail(path, events.summary);
  }
  assert.ok(durable.length >= ROUNDS, 'every writer got as far as one durable event');
});

test.run();
