/** The end of standard error and the last line that MIOpen wrote there. */
import { readEnds, readTail } from '../attempt/output-files.ts';
import { found, nothing } from '../../model/attempt/collected.ts';
import type { Collector } from './collector.ts';

const TAIL_BYTES = 8 * 1024;
const MOST_LINE = 400;

export const standardError: Collector = {
  name: 'Standard error',
  limit: 3,
  manner: 'looks',
  collect: async ({ files }) => {
    const [tail, ends] = await Promise.all([readTail(files.stderr, TAIL_BYTES), readEnds(files.stderr)]);
    if (tail === '') return nothing('nothing was printed');
    const line = ends.split(/[\r\n]+/).findLast((one) => /\bMIOpen\b/.test(one));
    return found({ stderrTail: tail, ...(line === undefined ? {} : { lastMiopenLine: line.slice(0, MOST_LINE) }) });
  },
};
