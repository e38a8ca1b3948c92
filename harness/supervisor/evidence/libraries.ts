/** Which libraries of cards, OpenMP and torch are mapped: a stray LD_LIBRARY_PATH replaces those of the wheel. */
import { join } from 'node:path';
import { runHelper } from '../../machine/processes/helper.ts';
import { found, nothing, without } from '../../model/attempt/collected.ts';
import type { Collector } from './collector.ts';
import { CARD_KINDS, MAKERS, NAMED_LIBRARIES, ofEveryMaker } from '../../model/makers.ts';

const LIMIT_MS = 800;
const MOST = 64;
/** From the first slash of a line; "(deleted)" behind the name tells of an upgrade while it ran. */
const PATTERN = `/.*/lib(${NAMED_LIBRARIES.join('|')})([-_.][-_.0-9a-zA-Z]*)?\\.so.*$`;
const PARTS = new RegExp(`/lib(?:${ofEveryMaker(({ libraries: { parts } }) => parts ?? []).join('|')})`);

export const libraries: Collector = {
  name: 'Mapped libraries',
  limit: 10,
  manner: 'looks',
  collect: async ({ processes, roots }) => {
    // Reading maps takes the memory lock, which a process in state D may hold for ever.
    const readable = processes.filter(({ state }) => state !== 'D');
    if (readable.length === 0) return without('skipped', 'every process is in state D');
    const result = await runHelper(
      'grep',
      ['-ahsoE', '--', PATTERN, ...readable.map(({ pid }) => join(roots.proc, String(pid), 'maps'))],
      { limitMs: LIMIT_MS },
    );
    if (result.kind === 'missing') return without('tool-missing', 'grep is not on PATH');
    const paths = [...new Set(result.text.split('\n'))].filter((path) => path !== '' && !PARTS.test(path)).toSorted();
    const notes = [
      result.kind === 'too-slow' ? 'not all maps answered' : '',
      paths.length > MOST ? `${paths.length - MOST} more` : '',
      readable.length < processes.length ? 'processes in state D left out' : '',
    ]
      .filter((note) => note !== '')
      .join('; ');
    if (paths.length > 0) return found({ libraries: paths.slice(0, MOST) }, notes);
    return result.code === 2
      ? without('not-allowed', 'the processes belong to another user or have ended')
      : nothing(
          notes === ''
            ? `no ${CARD_KINDS.map((kind) => MAKERS[kind].label).join(', ')}, OpenMP or torch library is mapped`
            : notes,
        );
  },
};
