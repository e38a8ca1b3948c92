/** What a matrix file holds that can be relied on although other parts of it may be wrong, so that every rule is tried at once. */
import { MatrixFile } from '../file/schema.ts';
import type { Path } from '../file/problem.ts';

export interface Draft {
  /** Sound fields, with their defaults. Of `axes` the sound ones. */
  readonly file: { readonly [Field in keyof MatrixFile]?: MatrixFile[Field] | undefined };
  /** Whether the field is sound as a whole. */
  whole(...fields: readonly (keyof MatrixFile)[]): boolean;
}

/** `paths` lead to what the schema found wrong. null when nothing can be relied on. */
export function draftOf(value: unknown, paths: readonly Path[]): Draft | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const wrong = new Set(paths.map(([field]) => field));
  const wrongAxes = new Set(
    paths.filter(([field, axis]) => field === 'axes' && axis !== undefined).map(([, axis]) => axis),
  );
  const axesAsSuch = paths.some((path) => path[0] === 'axes' && path.length === 1);
  const sound = Object.entries(value).flatMap(([field, content]): readonly (readonly [string, unknown])[] => {
    if (!wrong.has(field)) return [[field, content]];
    return field === 'axes' && !axesAsSuch && typeof content === 'object' && content !== null
      ? [[field, Object.fromEntries(Object.entries(content).filter(([name]) => !wrongAxes.has(name)))]]
      : [];
  });
  const parsed = MatrixFile.partial().safeParse(Object.fromEntries(sound));
  return parsed.success
    ? { file: parsed.data, whole: (...fields) => fields.every((field) => !wrong.has(field)) }
    : null;
}
