/** The test programs that cost most, as a Markdown table for CONTRIBUTING.md. Pure. */
import type { Ended } from './judge.ts';

const ROWS = 10;

export interface TimedTest {
  readonly name: string;
  readonly ended: Pick<Ended, 'seconds' | 'cpuSeconds'>;
}

export function dearest(told: readonly TimedTest[]): string {
  const sorted = told.toSorted((a, b) => b.ended.cpuSeconds - a.ended.cpuSeconds);
  const cpu = told.reduce((sum, { ended }) => sum + ended.cpuSeconds, 0);
  return [
    `| of ${told.length} test programs with ${cpu.toFixed(0)} s of CPU | CPU s | wall s |`,
    '| --- | --- | --- |',
    ...sorted
      .slice(0, ROWS)
      .map(({ name, ended }) => `| ${name} | ${ended.cpuSeconds.toFixed(1)} | ${ended.seconds.toFixed(1)} |`),
  ].join('\n');
}
