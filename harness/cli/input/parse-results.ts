/** The text of a results.json as results, or in words why it is none. */
import { z } from 'zod';
import { messageOf, NoVerdictError, UsageError } from '../../model/errors.ts';
import { plainLine } from '../../../reports/findings/words/plain-text.ts';
import { RESULTS_SCHEMA, Results } from '../../model/results/results.ts';

/** `next`: what to do about damage. UsageError `results-damaged`, which names the first place; NoVerdictError `results-newer-schema`. */
export function parseResults(text: string, file: string, next: string): Results {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw damaged(file, messageOf(error), next, error);
  }
  const newer = Newer.safeParse(content);
  if (newer.success) {
    const { schema } = newer.data;
    throw new NoVerdictError(
      'results-newer-schema',
      `${file} has schema ${schema}; this program reads schema ${RESULTS_SCHEMA}`,
      'use the version of bench that made it, or a newer one',
    );
  }
  const results = Results.safeParse(content);
  if (results.success) return results.data;
  const [first] = results.error.issues;
  throw damaged(
    file,
    first === undefined ? '' : `${first.path.length === 0 ? '' : `${first.path.join('.')}: `}${first.message}`,
    next,
    results.error,
  );
}

const Newer = z.object({ schema: z.number().int().gt(RESULTS_SCHEMA) });

function damaged(file: string, why: string, next: string, cause: unknown): UsageError {
  return new UsageError(
    'results-damaged',
    `${file} cannot be read as results${why === '' ? '' : `: ${plainLine(why, 160)}`}`,
    next,
    { cause },
  );
}
