/** Reads a file that the caller named. */
import { readFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

/** `what` and `example` name the kind of file in the message. Throws UsageError `<what>-unreadable`. */
export async function readGiven(file: string, what: string, example: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    const message = `cannot read the ${what} ${file}: ${why}`;
    throw new UsageError(`${what}-unreadable`, message, `give the path of a ${what} file, for example ${example}`, { cause: error });
  }
}
