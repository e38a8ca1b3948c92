/** The real machine, or a copy of its /sys, /proc and /dev under another root. */
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from './found.ts';
import { readBounded } from '../supervisor/bounded-read.ts';

/** A file that answers at all answers within microseconds. */
const READ_LIMIT_MS = 2000;

export function machineAt(root: string, readLimitMs = READ_LIMIT_MS): Machine {
  return {
    read: (path) => readBounded(join(root, path), readLimitMs),
    // A folder's names come from the kernel's own tables: listing does not ask the card.
    list: async (path) => {
      const names = await readdir(join(root, path)).catch(() => []);
      return names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    },
    access: async (path) => {
      try {
        await access(join(root, path), constants.R_OK | constants.W_OK);
        return 'usable';
      } catch (error) {
        return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'absent' : 'denied';
      }
    },
  };
}
