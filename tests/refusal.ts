/** What the program throws when it refuses something; whatever else is thrown, or nothing, fails the test. */
import { BenchError } from '../harness/model/errors.ts';

export function refusalBy(use: () => unknown): BenchError {
  try {
    use();
  } catch (error) {
    if (error instanceof BenchError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

export async function refusalOf(work: Promise<unknown>): Promise<BenchError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof BenchError) return error;
  throw error ?? new Error('nothing was refused');
}
