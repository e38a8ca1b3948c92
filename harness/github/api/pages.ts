/** Lists that GitHub gives in pages of 100. */
import { z } from 'zod';
import type { Call, GitHub } from './client.ts';

const PER_PAGE = 100;
/** 50,000 entries: no issue has as many comments. */
const MOST_PAGES = 500;

/** Every entry of every page, in GitHub's order. What was added while reading may come twice: each id is given once. */
export async function allPages<T extends { readonly id: number }>(
  github: GitHub,
  call: Omit<Call<T[]>, 'answer'>,
  entry: z.ZodType<T>,
): Promise<readonly T[]> {
  const found = new Map<number, T>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const entries = await github.call({
      ...call,
      parameters: { ...call.parameters, per_page: PER_PAGE, page },
      answer: z.array(entry),
    });
    for (const one of entries) found.set(one.id, one);
    if (entries.length < PER_PAGE) break;
  }
  return [...found.values()];
}
