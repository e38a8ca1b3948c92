/** The end of standard error and the last line there of the library that runs convolutions. */
import { readEnds, readTail } from '../output-files.ts';
import { found, nothing } from '../../model/attempt/collected.ts';
import { MAKERS, ofEveryMaker } from '../../model/makers.ts';
import type { Collector } from './collector.ts';

const TAIL_BYTES = 8 * 1024;
const MOST_LINE = 400;

export const standardError: Collector = {
  name: 'Standard error',
  limit: 3,
  manner: 'looks',
  collect: async ({ card, files }) => {
    const [tail, ends] = await Promise.all([readTail(files.stderr, TAIL_BYTES), readEnds(files.stderr)]);
    if (tail === '') return nothing('nothing was printed');
    const libraries = card === null ? ofEveryMaker(({ dnn }) => [dnn]) : [MAKERS[card.kind].dnn];
    const said = ends.split(/[\r\n]+/).flatMap((line) => {
      const library = libraries.find((name) => new RegExp(`\\b${name}(?:\\b|_)`, 'i').test(line));
      return library === undefined ? [] : [{ library, line: line.slice(0, MOST_LINE) }];
    });
    const last = said.at(-1);
    return found({ stderrTail: tail, ...(last === undefined ? {} : { lastLibraryLine: last }) });
  },
};
