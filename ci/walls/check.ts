/** Applies the rules to source files. Pure: the caller reads the files. */
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { lineOf } from './mask.ts';
import type { Import, SourceFile } from './source-file.ts';
import {
  IMPURE_GLOBALS,
  IMPURE_PACKAGES,
  IMPURE_ROOMS,
  NEVER_IMPORTED,
  ONLY_THESE_ROOMS,
  PURE_BUILTINS,
  PURE_FOLDERS,
  RESERVED_MODULES,
  RESERVED_TEXTS,
} from './rules.ts';

export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** Every breach in `files`, by path and line. */
export function checkWalls(files: readonly SourceFile[]): Breach[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return files
    .flatMap((file) => [
      ...(isPure(file.path) ? [...impurities(file), ...impureImports(file, byPath)] : []),
      ...reservedModules(file),
      ...reservedTexts(file),
      ...betweenFolders(file),
    ])
    .toSorted((left, right) => left.path.localeCompare(right.path) || left.line - right.line);
}

/** What a file itself does that a pure file may not. */
function impurities({ path, imports, code, computedImports }: SourceFile): Breach[] {
  const modules = imports.filter((one) => !one.typeOnly && isImpureModule(one.specifier));
  const globals = IMPURE_GLOBALS.flatMap(({ what, pattern }) =>
    [...code.matchAll(pattern)].map((match) => ({
      line: lineOf(code, match.index),
      message: `uses ${what} in a pure file`,
    })),
  );
  return [
    ...modules.map(({ line, specifier }) => ({ line, message: `imports ${specifier} into a pure file` })),
    ...computedImports.map((line) => ({
      line,
      message: 'imports what no wall can check: import() of a computed name',
    })),
    ...globals,
  ].map((breach) => ({ path, ...breach }));
}

function isImpureModule(specifier: string): boolean {
  if (specifier.startsWith('.')) return false;
  const builtin = builtinName(specifier);
  return builtin === null ? IMPURE_PACKAGES.has(packageName(specifier)) : !PURE_BUILTINS.has(builtin);
}

/** A file outside the pure folders that a pure file imports has to be pure too, and so has everything that it imports. */
function impureImports(file: SourceFile, byPath: ReadonlyMap<string, SourceFile>): Breach[] {
  return file.imports.flatMap((one) => {
    const target = one.typeOnly ? null : resolved(file.path, one);
    const cause = target === null ? null : impurityBehind(target, byPath, new Set());
    return cause === null
      ? []
      : [{ path: file.path, line: one.line, message: `imports ${target}, which is not pure: ${cause}` }];
  });
}

function impurityBehind(path: string, byPath: ReadonlyMap<string, SourceFile>, seen: Set<string>): string | null {
  const file = byPath.get(path);
  // Files of pure folders answer for themselves.
  if (file === undefined || seen.has(path) || isPure(path)) return null;
  seen.add(path);
  const [own] = impurities(file);
  if (own !== undefined) return `${own.path}:${own.line} ${own.message.replace(/ (?:in|into) a pure file$/, '')}`;
  for (const one of file.imports) {
    const target = one.typeOnly ? null : resolved(path, one);
    const cause = target === null ? null : impurityBehind(target, byPath, seen);
    if (cause !== null) return cause;
  }
  return null;
}

function reservedModules({ path, imports }: SourceFile): Breach[] {
  return RESERVED_MODULES.filter(({ folders }) => !isIn(path, folders)).flatMap(({ modules, why }) =>
    imports
      .filter(
        ({ specifier, typeOnly }) => !typeOnly && modules.includes(builtinName(specifier) ?? packageName(specifier)),
      )
      .map(({ line, specifier }) => ({ path, line, message: `imports ${specifier}: ${why}` })),
  );
}

function reservedTexts({ path, texts }: SourceFile): Breach[] {
  return RESERVED_TEXTS.filter(({ folders }) => !isIn(path, folders)).flatMap(({ text, why }) =>
    texts.filter((one) => one.text === text).map(({ line }) => ({ path, line, message: `names "${text}": ${why}` })),
  );
}

function betweenFolders(file: SourceFile): Breach[] {
  const { path } = file;
  return file.imports.flatMap((one) => {
    const target = resolved(path, one);
    if (target === null) return [];
    const never = NEVER_IMPORTED.find((folder) => isIn(target, [folder]));
    if (never !== undefined)
      return [{ path, line: one.line, message: `imports ${target}: ${never}/ is not part of the program` }];
    return ONLY_THESE_ROOMS.filter(
      ({ from, of, rooms }) => isIn(path, [from]) && isIn(target, [of]) && !isIn(target, rooms),
    ).map(({ why }) => ({ path, line: one.line, message: `imports ${target}: ${why}` }));
  });
}

function resolved(from: string, { specifier }: Import): string | null {
  return specifier.startsWith('.') ? join(dirname(from), specifier) : null;
}

function isPure(path: string): boolean {
  return isIn(path, PURE_FOLDERS) && !isIn(path, IMPURE_ROOMS);
}

function isIn(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

/** The name with "node:", or null for what is no built-in module. */
function builtinName(specifier: string): string | null {
  const bare = specifier.replace(/^node:/, '');
  return specifier.startsWith('node:') || builtinModules.includes(bare) ? `node:${bare}` : null;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
