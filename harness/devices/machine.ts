/** The real machine, or a copy of its /sys, /proc and /dev under another root. */
import { constants } from 'node:fs';
import { access, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '../makers/found.ts';
import { readBounded } from '../machine/files/bounded-read.ts';
import { readTogether } from '../machine/files/read-files.ts';
import { codeOf } from '../model/errors.ts';

/** A file that answers at all answers within microseconds. */
const READ_LIMIT_MS = 2000;

export function machineAt(root: string, readLimitMs = READ_LIMIT_MS): Machine {
  // A folder's names and what a link points to come from the kernel's own tables: neither asks the card.
  const entries: Machine['entries'] = async (path) => {
    try {
      return (await readdir(join(root, path))).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    } catch (error) {
      return isAbsent(error) ? 'absent' : 'closed';
    }
  };
  return {
    read: (path) => readBounded(join(root, path), readLimitMs),
    lines: async (paths) => {
      const given = new Map(paths.map((path) => [join(root, path), path]));
      const { texts, blocked } = await readTogether([...given.keys()], readLimitMs);
      const lines = [...texts].flatMap(([path, text]): readonly [string, string][] => {
        const line = /^.*/.exec(text)?.[0].trim() ?? '';
        return line === '' ? [] : [[given.get(path) ?? path, line]];
      });
      return { lines: new Map(lines), answered: blocked.length === 0 };
    },
    list: async (path) => {
      const names = await entries(path);
      return typeof names === 'string' ? [] : names;
    },
    entries,
    link: (path) => readlink(join(root, path)).catch(() => null),
    access: async (path) => {
      try {
        await access(join(root, path), constants.R_OK | constants.W_OK);
        return 'usable';
      } catch (error) {
        return isAbsent(error) ? 'absent' : 'denied';
      }
    },
  };
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}
