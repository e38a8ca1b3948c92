/** The kinds of environment that a matrix may name. A kind is a file here and a folder in environments/kinds; nothing else tells kinds apart. */
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

/** With paths that begin in `directory` spelled out. */
export function spelledOut(environment: Environment, directory: string): Environment {
  return { ...environment, ...declarationOf(environment).spelledOut?.(directory) };
}
