/** The closing table: every part's goals, and that there was time for all of them. */
import { PARTS } from './parts/parts.ts';
import type { Goal, Sample } from './sample.ts';

/** `left`: surfaces for which there was no time. */
export function goalsOf(samples: readonly Sample[], left: number): readonly Goal[] {
  return [
    ...PARTS.flatMap(({ name, goals }) => {
      const own = samples.filter(({ part }) => part === name);
      return own.length === 0 ? [] : goals(own);
    }),
    { goal: 'surfaces for which there was no time', wanted: 'none', measured: String(left), met: left === 0 },
  ];
}

/** 0 where every goal is met and there is one; 1 otherwise. */
export function exitCode(goals: readonly Goal[]): 0 | 1 {
  return goals.length > 0 && goals.every(({ met }) => met) ? 0 : 1;
}
