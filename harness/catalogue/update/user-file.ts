/** The user's own part of the catalogue on the disk: `$XDG_DATA_HOME/bench/catalogue.json`, by default under ~/.local/share. */
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { BUILT_IN } from '../rows/built-in.ts';
import { merged, UserPart } from '../user-part.ts';
import { codeOf, messageOf, NoVerdictError, UsageError } from '../../model/errors.ts';
import type { Catalogue } from '../types.ts';
import { writeNew } from '../../machine/files/atomic-file.ts';

type Ambient = Readonly<Record<string, string | undefined>>;

const MOST_BYTES = 32 * 1024 * 1024;
export const NOTHING: UserPart = { schema: 1, indexes: [] };

export function catalogueFile(ambient: Ambient): string {
  const data = ambient['XDG_DATA_HOME'];
  // The XDG specification has relative paths ignored.
  const base = data !== undefined && isAbsolute(data) ? data : join(ambient['HOME'] ?? homedir(), '.local', 'share');
  return join(base, 'bench', 'catalogue.json');
}

/** What comes with the program, and what the user added. Throws UsageError `catalogue-damaged`. */
export async function readCatalogue(ambient: Ambient): Promise<Catalogue> {
  return merged(BUILT_IN, await readUserPart(ambient));
}

/** Empty when there is none. Throws UsageError `catalogue-damaged` for a file that `bench catalogue update` did not write. */
export async function readUserPart(ambient: Ambient): Promise<UserPart> {
  const file = catalogueFile(ambient);
  const damaged = (why: string): UsageError =>
    new UsageError(
      'catalogue-damaged',
      `${file} cannot be used: ${why}`,
      'take it away, then make it again with: bench catalogue update --index <URL>',
    );
  try {
    const found = await stat(file);
    if (!found.isFile()) throw damaged('it is no regular file');
    if (found.size > MOST_BYTES) throw damaged(`it has ${found.size} bytes, and ${MOST_BYTES} are allowed`);
    const read = UserPart.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    throw damaged(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return NOTHING;
    throw damaged(messageOf(error));
  }
}

/** Whole or not at all. Throws NoVerdictError `catalogue-not-written`. */
export async function writeUserPart(part: UserPart, ambient: Ambient): Promise<string> {
  const file = catalogueFile(ambient);
  const temporary = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeNew(temporary, `${JSON.stringify(part)}\n`);
    await rename(temporary, file);
    return file;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const why = messageOf(error);
    throw new NoVerdictError(
      'catalogue-not-written',
      `${file} cannot be written: ${why}`,
      'free some disk space or point XDG_DATA_HOME to a folder where you may write',
    );
  }
}
