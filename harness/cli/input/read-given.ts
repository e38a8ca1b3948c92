/** Reads a file that the caller named. */
import { open, stat } from 'node:fs/promises';
import { EXAMPLE_MATRIX } from '../../knowledge/examples.ts';
import { codeOf, UsageError } from '../../model/errors.ts';

/** Far more than any matrix or model needs; keeps a wrong path from filling the memory. */
const MOST_BYTES = 4 * 1024 * 1024;

const EXAMPLES = { matrix: EXAMPLE_MATRIX, model: 'matrices/models/founding-notes.yml' } as const;

/** `what`: the kind of file, for the message. Throws UsageError `<what>-unreadable`. */
export async function readGiven(file: string, what: keyof typeof EXAMPLES): Promise<string> {
  const refuse = (why: string, cause?: unknown): UsageError =>
    new UsageError(
      `${what}-unreadable`,
      `cannot read the ${what} ${file}: ${why}`,
      `give the path of a ${what} file, for example ${EXAMPLES[what]}`,
      { cause },
    );
  try {
    // Asked before opening: opening a pipe waits for its writer.
    const found = await stat(file);
    if (found.isDirectory()) throw refuse('it is a folder');
    if (!found.isFile()) throw refuse('it is no regular file');
    if (found.size > MOST_BYTES)
      throw refuse(`it has ${Math.round(found.size / 1024 / 1024)} MiB, and ${MOST_BYTES / 1024 / 1024} are allowed`);
    return await readSome(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = codeOf(error) || String(error);
    throw refuse(code === 'ENOENT' ? 'there is no such file' : code, error);
  }
}

/** Files of /proc and the like say that they are empty, and are not. */
async function readSome(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(MOST_BYTES);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, MOST_BYTES - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === MOST_BYTES) return buffer.toString('utf8', 0, length);
    }
  } finally {
    await handle.close();
  }
}
