/** Runs `bench` in this process, with streams of its own: words, results and exit codes, without a process. Signals and terminals need bench-process.ts. */
import { PassThrough } from 'node:stream';
import { environment, type BenchOptions } from './bench-process.ts';
import { bench } from '../../harness/cli/bench.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Paths are absolute, or relative to the repository: the working directory is this process's. */
export async function benchHere(words: readonly string[], { env = {} }: Pick<BenchOptions, 'env'> = {}): Promise<Said> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const said = { stdout: '', stderr: '' };
  stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString();
  });
  stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
  });
  const code = await bench(words, { stdout, stderr, env: environment(env) });
  stdout.end();
  stderr.end();
  await new Promise(setImmediate);
  return { code, ...said };
}
