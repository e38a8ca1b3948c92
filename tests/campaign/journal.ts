/**
 * Damaged journals: cut at any byte, flipped, zeroed, doubled, with lines taken out or put in. A resume either goes on, with every finished
 * attempt before the damage, or refuses with a clear error and leaves the file as it is.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsOf } from '../cli/bench-process.ts';
import { Problems, type Campaign, type Findings } from './campaign.ts';
import { chance as seeded, type Chance } from './chance.ts';
import { answeredIn, copyOf, isClearRefusal, reference } from './simulated-matrix.ts';
import { comparable } from './run-facts.ts';
import type { Stage } from './stage.ts';

interface Damage {
  readonly bytes: Buffer;
  /** Everything before this byte is as it was. */
  readonly from: number;
}

/** Each takes a whole journal. */
const DAMAGES: Readonly<Record<string, (whole: Buffer, chance: Chance) => Damage>> = {
  cut: (whole, chance) => {
    const from = chance.below(whole.length);
    return { bytes: whole.subarray(0, from), from };
  },
  flip: (whole, chance) => {
    const from = chance.below(whole.length);
    const bytes = Buffer.from(whole);
    bytes[from] = (bytes[from] ?? 0) ^ (1 << chance.below(8));
    return { bytes, from };
  },
  zeros: (whole, chance) => {
    // What some file systems leave of blocks that were allocated and never written.
    const from = chance.below(whole.length);
    const bytes = Buffer.from(whole);
    bytes.fill(0, from, from + 1 + chance.below(4096));
    return { bytes, from };
  },
  'zeros at the end': (whole, chance) => {
    const from = chance.below(whole.length);
    const bytes = Buffer.from(whole);
    bytes.fill(0, from);
    return { bytes, from };
  },
  'line taken out': (whole, chance) => {
    const { from, to } = someLine(whole, chance);
    return { bytes: Buffer.concat([whole.subarray(0, from), whole.subarray(to)]), from };
  },
  'line doubled': (whole, chance) => {
    const { from, to } = someLine(whole, chance);
    return { bytes: Buffer.concat([whole.subarray(0, to), whole.subarray(from)]), from: to };
  },
  'noise put in': (whole, chance) => {
    const from = chance.below(whole.length);
    const noise = Buffer.from(Array.from({ length: 1 + chance.below(200) }, () => chance.below(256)));
    return { bytes: Buffer.concat([whole.subarray(0, from), noise, whole.subarray(from)]), from };
  },
};

function someLine(whole: Buffer, chance: Chance): { readonly from: number; readonly to: number } {
  const at = chance.below(whole.length);
  const from = whole.lastIndexOf(0x0a, Math.max(0, at - 1)) + 1;
  return { from, to: whole.indexOf(0x0a, from) + 1 };
}

export const journal: Campaign = {
  name: 'journal',
  about: 'torn and corrupted journals, resumed through the whole program',
  counts: { full: 8, short: 1 },
  trials: ({ count, seed }) => [
    {
      name: `${count} of each of ${Object.keys(DAMAGES).length} damages`,
      missing: null,
      run: (stage) => damageAll(stage, count, seed),
    },
  ],
};

async function damageAll(stage: Stage, count: number, seed: number): Promise<Findings> {
  const problems = new Problems();
  const chance = seeded(seed);
  const { run, results } = await reference(stage);
  const whole = await readFile(join(run, 'journal.jsonl'));
  const total = {
    damages: 0,
    refused: 0,
    'gone on': 0,
    'finished before the damage': 0,
    'lost of them': 0,
    'results differ': 0,
    left: 0,
  };
  for (const [name, damage] of Object.entries(DAMAGES)) {
    for (let number = 0; number < count; number += 1) {
      const { bytes, from } = damage(whole, chance);
      const what = `${name} at byte ${from} of ${whole.length}`;
      const copy = await copyOf(stage, run, 'damaged');
      await writeFile(join(copy, 'journal.jsonl'), bytes);
      const sound = wholeBefore(whole, from);
      const { code, stderr } = await stage.bench(['run', '--resume', copy, '-q']);
      total.damages += 1;
      total.left += (await stage.survivors()).length;
      if (code === 0) {
        total['gone on'] += 1;
        const after = new Set((await answeredIn(copy)).map(({ attempt }) => attempt));
        const lost = sound.filter((attempt) => !after.has(attempt));
        total['finished before the damage'] += sound.length;
        total['lost of them'] += lost.length;
        problems.equal(lost, [], `${what}: finished attempts lost`);
        if (JSON.stringify(comparable(await resultsOf(copy))) !== JSON.stringify(results)) total['results differ'] += 1;
        problems.check(
          (await readFile(join(copy, 'journal.jsonl')))
            .subarray(0, lineStart(whole, from))
            .equals(whole.subarray(0, lineStart(whole, from))),
          `${what}: the journal changed before the damage`,
        );
      } else {
        total.refused += 1;
        problems.check(isClearRefusal(code, stderr), `${what}: no clear refusal: exit code ${code}: ${stderr.trim()}`);
        problems.check(
          (await readFile(join(copy, 'journal.jsonl'))).equals(bytes),
          `${what}: refused, and changed the journal`,
        );
      }
      await rm(copy, { recursive: true, force: true });
    }
  }
  problems.equal(total.left, 0, 'processes left');
  return { problems: problems.found, counts: total };
}

/** Beginning of the line that holds byte `at`. */
function lineStart(whole: Buffer, at: number): number {
  return at === 0 ? 0 : whole.lastIndexOf(0x0a, at - 1) + 1;
}

/** Attempts whose end stands whole before byte `from`, cancelled ones and failures of the harness aside: the reference has none. */
function wholeBefore(whole: Buffer, from: number): string[] {
  const lines = whole
    .subarray(0, lineStart(whole, from))
    .toString('utf8')
    .split('\n')
    .filter((line) => line.includes('"event":"attempt-finished"'));
  return lines.flatMap((line) => /"attempt":"([^"]+)"/.exec(line)?.[1] ?? []);
}
