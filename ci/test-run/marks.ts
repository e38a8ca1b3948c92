/** What the process of several test files tells of them between the lines of their output. Pure. */
import { z } from 'zod';
import type { Ended } from './judge.ts';

/** No test prints the record separator. */
const RS = '\u{1e}';
const BEGIN = `\n${RS}begin `;
const END = `\n${RS}end `;
const OPEN = `\n${RS}open `;

const FileEnd = z.object({
  code: z.number(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  /** What of the process it left changed. */
  changed: z.array(z.string()),
});

export function beginMark(file: string): string {
  return BEGIN + file;
}

export function endMark(end: z.infer<typeof FileEnd>): string {
  return END + JSON.stringify(end);
}

/** All files are over and the process does not end: these keep it. */
export function openMark(resources: readonly string[]): string {
  return OPEN + resources.join(', ');
}

/**
 * How each file that was begun has ended, from how the process of all of them did. The one that was under way when the process ended has ended as
 * the process did; what went wrong after the last is the last one's.
 */
export function readMarks({ output, ...process }: Ended): ReadonlyMap<string, Ended> {
  const parts = output.split(BEGIN).slice(1);
  return new Map(
    parts.map((part, index) => {
      const [name = '', ...lines] = part.split('\n');
      const [own = '', after] = `\n${lines.join('\n')}`.split(END);
      if (after === undefined) return [name, { ...process, output: own }];
      const [end = '', ...late] = after.split('\n');
      const { changed, ...how } = FileEnd.parse(JSON.parse(end));
      const complaints = changed.map((what) => `left ${what} changed: the next file in the process would find that`);
      const ended = { ...how, signal: null, timedOut: false, leftProcesses: false, output: own, complaints };
      return [name, index < parts.length - 1 ? ended : withLateEnd(ended, process, `\n${late.join('\n')}`)];
    }),
  );
}

function withLateEnd(file: Ended, process: Omit<Ended, 'output'>, late: string): Ended {
  if (process.code === 0 && process.complaints.length === 0) return file;
  const [, open] = late.split(OPEN);
  const how = open === undefined ? 'ends badly' : `does not end: ${open.trim()}`;
  return {
    ...file,
    output: file.output + late,
    complaints: [...file.complaints, `after its last file the process ${how}`],
  };
}
