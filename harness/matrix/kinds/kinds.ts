/** The kinds of environment that a matrix may name. A kind is a file here and a folder in environments/kinds; nothing else tells kinds apart. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { CatalogueSpec } from './catalogue.ts';
import { ContainerSpec, declaredContainer } from './container.ts';
import { declaredInterpreter, InterpreterSpec } from './interpreter.ts';
import { declaredWheel, WheelSpec } from './wheel.ts';
import type { Declaration } from './declaration.ts';

export const EnvironmentSpec = z.discriminatedUnion('kind', [InterpreterSpec, WheelSpec, ContainerSpec, CatalogueSpec]);

/** An environment as written: some stand for several. */
export type EnvironmentEntry = z.output<typeof EnvironmentSpec>;
export type EnvironmentFile = Exclude<EnvironmentEntry, { kind: 'catalogue' }>;

/** An environment after loading: it always has a name. */
export type Environment = EnvironmentFile & { readonly name: string };

export function declarationOf(environment: EnvironmentFile): Declaration {
  switch (environment.kind) {
    case 'interpreter':
      return declaredInterpreter(environment);
    case 'wheel':
      return declaredWheel(environment);
    case 'container':
      return declaredContainer(environment);
  }
}

/** With the path of an interpreter that begins in `directory` spelled out. A command such as python3 stays what it is: it is looked up on PATH. */
export function spelledOut(environment: Environment, directory: string): Environment {
  if (environment.kind !== 'interpreter' || !environment.python.includes('/')) return environment;
  return { ...environment, python: resolve(directory, environment.python) };
}
