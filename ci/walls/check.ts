/** Applies the rules to source files. Pure: the caller reads the files. */
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { circlesOf, type Edge } from './circles.ts';
import { lineOf } from './mask.ts';
import type { Import, SourceFile } from './source-file.ts';
import {
  IMPURE_GLOBALS,
  IMPURE_PACKAGES,
  IMPURE_ROOMS,
  PURE_BUILTINS,
  PURE_FOLDERS,
  RESERVED_GLOBALS,
  RESERVED_MODULES,
  RESERVED_TEXTS,
  STANDS_ON,
  USED_BY,
} from './rules.ts';

export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** Every breach in `files`, by path and line. */
export function checkWalls(files: readonly SourceFile[]): Breach[] {
  return [
    ...files.flatMap((file) => [
      ...(isPure(file.path) ? impurities(file) : []),
      ...reservedModules(file),
      ...reservedGlobals(file),
      ...reservedTexts(file),
      ...betweenRooms(file),
    ]),
    ...circles(files),
  ].toSorted((left, right) => left.path.localeCompare(right.path) || left.line - right.line);
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

function reservedModules({ path, imports }: SourceFile): Breach[] {
  return RESERVED_MODULES.filter(({ folders }) => !isIn(path, folders)).flatMap(({ modules, why }) =>
    imports
      .filter(
        ({ specifier, typeOnly }) => !typeOnly && modules.includes(builtinName(specifier) ?? packageName(specifier)),
      )
      .map(({ line, specifier }) => ({ path, line, message: `imports ${specifier}: ${why}` })),
  );
}

function reservedGlobals({ path, code }: SourceFile): Breach[] {
  return RESERVED_GLOBALS.filter(({ folders }) => !isIn(path, folders)).flatMap(({ pattern, why }) =>
    [...code.matchAll(pattern)].map((match) => ({ path, line: lineOf(code, match.index), message: why })),
  );
}

function reservedTexts({ path, texts }: SourceFile): Breach[] {
  return RESERVED_TEXTS.filter(({ folders }) => !isIn(path, folders)).flatMap(({ text, why }) =>
    texts.filter((one) => one.text === text).map(({ line }) => ({ path, line, message: `names "${text}": ${why}` })),
  );
}

function betweenRooms({ path, imports }: SourceFile): Breach[] {
  const base = isIn(path, IMPURE_ROOMS) ? undefined : STANDS_ON.find(({ room }) => isIn(path, [room]));
  return imports.flatMap((one) => {
    const target = resolved(path, one);
    if (target === null) return [];
    const isBelow = base === undefined || isIn(target, [base.room, ...base.on]);
    const isFree = base === undefined || !isPure(path) || !isIn(target, IMPURE_ROOMS);
    const closed = USED_BY.filter(({ room, by }) => isIn(target, [room]) && !isIn(path, [room, ...by]));
    return [...(isBelow && isFree ? [] : [base.why]), ...closed.map(({ why }) => why)].map((why) => ({
      path,
      line: one.line,
      message: `imports ${target}: ${why}`,
    }));
  });
}

function circles(files: readonly SourceFile[]): Breach[] {
  const edges = files.flatMap(({ path, imports }) =>
    imports.flatMap((one): readonly Edge[] => {
      const to = resolved(path, one);
      return to === null ? [] : [{ from: path, to, path, line: one.line }];
    }),
  );
  const between = edges.flatMap((edge): readonly Edge[] => {
    const [from, to] = joined(edge.from, edge.to);
    return from === to ? [] : [{ ...edge, from, to }];
  });
  return [
    ...circlesOf(edges).flatMap((circle) => told('files import each other in a circle', circle)),
    ...circlesOf(between).flatMap((ring) => told('folders import each other in a ring', ring)),
  ];
}

function told(kind: string, found: readonly Edge[]): readonly Breach[] {
  const way = found.map(({ from }) => from).join(' → ');
  return found.slice(0, 1).map(({ path, line, from }) => ({ path, line, message: `${kind}: ${way} → ${from}` }));
}

/** The rooms that an import joins, or the folders of one room: harness/cli and harness/matrix, harness/cli/run and harness/cli/text. Equal where it joins none. */
function joined(from: string, to: string): readonly [string, string] {
  const [one, other] = [from.split('/'), to.split('/')];
  const most = Math.min(one.length, other.length) - 1;
  const at = (depth: number): readonly [string, string] => [
    one.slice(0, depth).join('/'),
    other.slice(0, depth).join('/'),
  ];
  let depth = 2;
  while (depth < most && at(depth)[0] === at(depth)[1]) depth += 1;
  return at(depth);
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
