/** Which device files the processes hold open: whether the hang holds the card at all. */
import { join } from 'node:path';
import { runHelper } from '../../../machine/processes/helper.ts';
import { found, nothing, without } from '../../../model/attempt/collected.ts';
import { ofEveryMaker } from '../../../model/makers.ts';
import type { Collector } from '../collector.ts';

const LIMIT_MS = 800;
const PATTERNS = ofEveryMaker(({ files }) => files);

export const deviceFiles: Collector = {
  name: 'Open device files',
  limit: 10,
  manner: 'looks',
  collect: async ({ processes, roots }) => {
    const folders = processes.map(({ pid }) => join(roots.proc, String(pid), 'fd'));
    const wanted = PATTERNS.flatMap((pattern, index) => [...(index === 0 ? [] : ['-o']), '-lname', pattern]);
    // %l is where the link points; a file's own name is its number.
    const result = await runHelper(
      'find',
      [...folders, '-maxdepth', '1', '(', ...wanted, ')', '-printf', '%h %f %l\\n'],
      { limitMs: LIMIT_MS, complaints: true },
    );
    if (result.kind === 'missing') return without('tool-missing', 'find is not on PATH');
    const open = new Map<string, { pid: number; path: string; fds: number[] }>();
    for (const { pid } of processes) {
      const prefix = `${join(roots.proc, String(pid), 'fd')} `;
      for (const line of result.text.split('\n').filter((one) => one.startsWith(prefix))) {
        const [fd = '', ...rest] = line.slice(prefix.length).split(' ');
        const path = rest.join(' ');
        const known = open.get(`${pid} ${path}`);
        if (known === undefined) open.set(`${pid} ${path}`, { pid, path, fds: [Number(fd)] });
        else known.fds.push(Number(fd));
      }
    }
    const slow = result.kind === 'too-slow' ? 'not all folders answered' : '';
    if (open.size > 0) return found({ deviceFiles: [...open.values()] }, slow);
    if (/permission denied/i.test(result.complaint))
      return without('not-allowed', 'the processes belong to another user');
    return nothing(slow === '' ? `none of ${PATTERNS.join(', ')} is open` : slow);
  },
};
