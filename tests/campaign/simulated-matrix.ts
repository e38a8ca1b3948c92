/** A small simulated run with two boundaries, and what an undisturbed run of it finds. */
import { cp, mkdir } from 'node:fs/promises';
import { resultsOf } from '../cli/bench-process.ts';
import { killMatrix } from './kill-matrices.ts';
import { attemptsIn, comparable, counts, type AttemptFact } from './run-facts.ts';
import type { Stage } from './stage.ts';

export interface Reference {
  readonly matrix: string;
  readonly run: string;
  readonly results: unknown;
}

/** Measures a simulated run once; copies of its folder are what trials damage. */
export async function reference(stage: Stage): Promise<Reference> {
  const matrix = await killMatrix(stage, 'grid', [8, 12, 24]);
  const run = stage.runFolder('reference');
  const { code, stderr } = await stage.bench(['run', matrix, '-q', '--out', run]);
  if (code !== 0) throw new Error(`the undisturbed run ended with ${code}: ${stderr}`);
  return { matrix, run, results: comparable(await resultsOf(run)) };
}

export async function copyOf(stage: Stage, run: string, label: string): Promise<string> {
  const copy = stage.runFolder(label);
  await mkdir(copy);
  await cp(run, copy, { recursive: true });
  return copy;
}

/** Attempts whose end counts, as cell and purpose. */
export async function answeredIn(run: string): Promise<readonly AttemptFact[]> {
  return (await attemptsIn(run)).filter(counts);
}

/** "bench: what" and "next: …": what every refusal has to say. */
export function isClearRefusal(code: number | null, stderr: string): boolean {
  return (
    (code === 2 || code === 3) &&
    /^bench: \S/m.test(stderr) &&
    /^ {2}next: \S/m.test(stderr) &&
    /^ {2}\([a-z-]+\)$/m.test(stderr) &&
    !stderr.includes('(internal)')
  );
}
