/** Jobs over several processes, each of which takes the next one as soon as it is free. */
import { fork } from 'node:child_process';
import { z } from 'zod';
import { Sample, type Job } from './sample.ts';

const Told = z.array(Sample);

export interface Measured {
  readonly samples: readonly Sample[];
  /** Jobs for which there was no time. */
  readonly left: number;
}

/** No job begins after `seconds`. Rejects when a worker fails: what was measured then is not the whole. */
export async function measure(jobs: readonly Job[], workers: number, seconds: number): Promise<Measured> {
  const waiting = [...jobs];
  const samples: Sample[] = [];
  const end = Date.now() + 1000 * seconds;
  const take = (): Job | undefined => (Date.now() < end ? waiting.shift() : undefined);
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, () => work(take, samples)));
  return { samples, left: waiting.length };
}

function work(take: () => Job | undefined, samples: Sample[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = fork(new URL('worker.ts', import.meta.url));
    const next = (): void => {
      const job = take();
      if (job === undefined) worker.disconnect();
      else worker.send(job);
    };
    worker.on('message', (message) => {
      samples.push(...Told.parse(message));
      next();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
    next();
  });
}
