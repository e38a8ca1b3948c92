/**
 * Which folders are being written to by work that nobody may wait for any more: a descriptor that is closed too early would be another folder's by
 * the time the work goes on.
 */
import { dirname } from 'node:path';

const users = new Map<string, number>();

/** Does `work`, which changes `file`. */
export async function using<T>(file: string, work: () => Promise<T>): Promise<T> {
  const folder = dirname(file);
  users.set(folder, (users.get(folder) ?? 0) + 1);
  try {
    return await work();
  } finally {
    const left = (users.get(folder) ?? 1) - 1;
    if (left === 0) users.delete(folder);
    else users.set(folder, left);
  }
}

export function isInUse(folder: string): boolean {
  return users.has(folder);
}
