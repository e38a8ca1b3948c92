/** What may be wrong in a matrix file: every problem at once, each with its place. */
import { UsageError } from '../../model/errors.ts';

export type Path = readonly (string | number)[];

/** Found by the schema or by a rule; the place in the text is looked up later. */
export interface Finding {
  readonly path: Path;
  /** What the message is about: the value at the path, or the key that leads to it. */
  readonly at: 'value' | 'key';
  readonly message: string;
}

export function atValue(path: Path, message: string): Finding {
  return { path, at: 'value', message };
}

export function atKey(path: Path, message: string): Finding {
  return { path, at: 'key', message };
}

/** line and column count from 1. `path` is '' for the file as a whole. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

const SHOWN = 50;

/** The matrix file cannot be used. `problems` are in the order of the file, at least one. */
export class MatrixError extends UsageError {
  readonly problems: readonly Problem[];

  constructor(fileName: string, problems: readonly Problem[]) {
    const lines = problems.slice(0, SHOWN).map((problem) => problemText(fileName, problem));
    const rest = problems.length > SHOWN ? [`and ${problems.length - SHOWN} more`] : [];
    const head = `${fileName} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`;
    super(
      'matrix-invalid',
      [head, ...lines, ...rest].join('\n'),
      `correct the file, then look at it with: bench plan ${fileName}`,
    );
    this.problems = problems;
  }
}

/** `file:line:column: field.path: what is wrong; what is allowed` */
export function problemText(fileName: string, { line, column, path, message }: Problem): string {
  return `${fileName}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** ['axes', 'size', 3] → "axes.size[3]" */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
