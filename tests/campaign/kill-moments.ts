/** When to kill a harness: each kind of moment is aimed at one part of its life. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { journalText, wholeLines } from './run-facts.ts';

export const MOMENTS = ['birth', 'start', 'repair', 'attempt', 'ladder', 'report', 'any'] as const;
export type Moment = (typeof MOMENTS)[number];

/** In percent. */
const SHARES: Readonly<Record<Moment, number>> = {
  birth: 22,
  start: 15,
  repair: 10,
  attempt: 15,
  ladder: 15,
  report: 5,
  any: 18,
};

export function chooseMoment(chance: Chance): Moment {
  let left = chance.below(100);
  for (const moment of MOMENTS) {
    left -= SHARES[moment];
    if (left < 0) return moment;
  }
  return 'any';
}

/** Before the harness starts: what a power cut leaves at the end of a journal, for a repair to find. Returns whether there was one to tear. */
export async function tearTail(run: string, chance: Chance): Promise<boolean> {
  const text = await journalText(run);
  const lines = wholeLines(text)
    .split('\n')
    .filter((line) => line !== '');
  if (lines.length < 2 || text !== wholeLines(text)) return false;
  const line = lines[1 + chance.below(lines.length - 1)] ?? '';
  await appendFile(join(run, 'journal.jsonl'), line.slice(0, 1 + chance.below(line.length - 1)));
  return true;
}

/** Resolves at the moment, or when `ended` says that there is nothing left to kill. */
export async function awaitMoment(
  moment: Moment,
  run: string,
  before: string,
  chance: Chance,
  ended: () => boolean,
): Promise<void> {
  const seen = (word: string) => async (): Promise<boolean> =>
    (await journalText(run)).slice(before.length).includes(word);
  switch (moment) {
    case 'birth':
      return sleep(chance.between(0, 100));
    case 'start':
      return sleep(chance.between(100, 700));
    case 'repair':
      return sleep(chance.between(80, 500));
    case 'attempt':
      await until(seen('"event":"attempt-started"'), ended);
      return sleep(chance.between(0, 150));
    case 'ladder':
      // A cell that hangs: 3 s of silence, then evidence, SIGTERM, SIGKILL and the sweep.
      await until(async () => hangsNow(wholeLines(await journalText(run))), ended, 3);
      return sleep(chance.between(2900, 3800));
    case 'report':
      await until(seen('"event":"run-finished"'), ended);
      return sleep(chance.between(0, 120));
    case 'any':
      return sleep(chance.between(0, 3500));
  }
}

/** Whether the last thing in the journal is the start of an attempt that will hang. */
function hangsNow(journal: string): boolean {
  const last = journal.trimEnd().split('\n').at(-1) ?? '';
  return (
    last.includes('"event":"attempt-started"') &&
    last.includes('rocm5.3') &&
    last.includes('"in_channels":16') &&
    /"size":(24|28|32|40|48|56|64)\b/.test(last)
  );
}

async function until(holds: () => Promise<boolean>, ended: () => boolean, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end && !ended() && !(await holds())) await sleep(3);
}
