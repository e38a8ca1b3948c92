/** Lists that GitHub gives in pages of 100. */
import { z } from 'zod';
import { CallFailed } from './call-failed.ts';
import type { Call, GitHub } from './client.ts';

const PER_PAGE = 100;
/** 50,000 entries: no issue has as many comments. */
const MOST_PAGES = 500;
/** A second and more for each page of an issue of the largest. */
const MOST_SECONDS = 600;

/**
 * Every entry of every page, in GitHub's order. What was added while reading may come twice: each id is given once. Rejects with CallFailed, also
 * for a list that does not come to its end: part of it would be taken for all, and a comment that is there written again.
 */
export async function allPages<T extends { readonly id: number }>(
  github: GitHub,
  call: Omit<Call<T[]>, 'answer'>,
  entry: z.ZodType<T>,
  now: () => number = () => performance.now() / 1000,
): Promise<readonly T[]> {
  const found = new Map<number, T>();
  const until = now() + MOST_SECONDS;
  const endless = (problem: string): CallFailed => new CallFailed(call.doing, call.needs, { kind: 'odd', problem });
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const entries = await github.call({
      ...call,
      parameters: { ...call.parameters, per_page: PER_PAGE, page },
      answer: z.array(entry),
    });
    const before = found.size;
    for (const one of entries) found.set(one.id, one);
    if (entries.length < PER_PAGE) return [...found.values()];
    if (found.size === before) throw endless(`page ${page} of the list holds nothing but what came before`);
    if (now() > until) throw endless(`the list has not come to its end after ${page} pages and ${MOST_SECONDS} s`);
  }
  throw endless(`the list has no end: page ${MOST_PAGES} is full`);
}
