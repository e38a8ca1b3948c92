/** Moves out of the way what lies where a file or a folder of ours belongs. Nothing is deleted: it may be what somebody looks for. */
import { lstat, rename } from 'node:fs/promises';

/** Gives it the name `<path>.in-the-way-1`, or the next that is free. Rejects as `rename` does. */
export async function stepAside(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const aside = `${path}.in-the-way-${number}`;
    const isTaken = await lstat(aside).then(
      () => true,
      () => false,
    );
    if (isTaken) continue;
    await rename(path, aside);
    return aside;
  }
}
