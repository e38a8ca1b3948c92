/** What the walls need to know of one source file: its imports, its string literals and its code without text. Pure. */
import { lineOf, mask } from './mask.ts';

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `import type … from` or `export type … from`: nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly imports: readonly Import[];
  /** Lines of `import(…)` of something that is no plain string: no wall can be checked there. */
  readonly computedImports: readonly number[];
  readonly texts: readonly { readonly text: string; readonly line: number }[];
  readonly code: string;
}

const FROM = /(?<![\w$.])(?:import|export)(?<type>\s+type)?(?=[\s{*])[\w\s$,{}*]*?(?<![\w$])from\s*(?=["'])/g;
const BARE = /(?<![\w$.])import\s*(?=["'])/g;
const DYNAMIC = /(?<![\w$.])import\s*\(\s*/g;
const TEXT = /(["'])( *)\1/g;

export function readSource(path: string, source: string): SourceFile {
  const code = maskNamed(path, source);
  /** The text between the quote at `quote` and the next one of its kind: what stands between is blank in `code`. */
  const textAt = (quote: number): string => source.slice(quote + 1, code.indexOf(code[quote] ?? '', quote + 1));
  const found = (pattern: RegExp): Import[] =>
    [...code.matchAll(pattern)].map((match) => ({
      specifier: textAt(match.index + match[0].length),
      line: lineOf(source, match.index),
      typeOnly: match.groups?.['type'] !== undefined,
    }));
  const dynamic = [...code.matchAll(DYNAMIC)].map((match) => ({
    at: match.index,
    argument: match.index + match[0].length,
  }));
  const isPlain = ({ argument }: { argument: number }): boolean => /["']/.test(code[argument] ?? '');
  return {
    path,
    code,
    imports: [
      ...found(FROM),
      ...found(BARE),
      ...dynamic.filter(isPlain).map(({ at, argument }) => ({
        specifier: textAt(argument),
        line: lineOf(source, at),
        typeOnly: isTypeQuery(code, at),
      })),
    ],
    computedImports: dynamic.filter((one) => !isPlain(one)).map(({ at }) => lineOf(source, at)),
    texts: [...code.matchAll(TEXT)].map((match) => ({ text: textAt(match.index), line: lineOf(source, match.index) })),
  };
}

function maskNamed(path: string, source: string): string {
  try {
    return mask(source);
  } catch (error) {
    throw new Error(`cannot read ${path}`, { cause: error });
  }
}

/** `typeof import('x')` is a type. */
function isTypeQuery(code: string, at: number): boolean {
  return /(?<![\w$])typeof\s+$/.test(code.slice(Math.max(0, at - 20), at));
}
