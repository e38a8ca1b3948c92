/** `mkdir -p` that ends everywhere: Node's own recursive form loops for ever where a folder cannot be made though its parent is there, as in /proc. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../../model/errors.ts';

/** Makes a folder and its parents. What is there already is left as it is, even if it is a file. Rejects as mkdir does. */
export async function makeFolder(path: string): Promise<void> {
  if (await madeOrThere(path)) return;
  await makeFolder(dirname(path));
  if (!(await madeOrThere(path))) throw Object.assign(new Error(`ENOENT: ${path} cannot be made`), { code: 'ENOENT' });
}

/** false when the parent is absent. */
async function madeOrThere(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return true;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    throw error;
  }
}
