/** A Python that is there already. Nothing is known of it before it was started. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { EnvironmentCommon, type Declaration } from './declaration.ts';

export const InterpreterSpec = z
  .strictObject({
    kind: z.literal('interpreter').describe('An existing Python that has what the probe imports.'),
    ...EnvironmentCommon,
    python: z.string().min(1).describe('Path of the Python interpreter, or a command looked up on PATH.'),
  })
  .describe('An existing Python interpreter.');

export function declaredInterpreter({ python }: Pick<z.output<typeof InterpreterSpec>, 'python'>): Declaration {
  return {
    nickname: `python-${python.replace(/^[^A-Za-z0-9]+/, '')}`,
    torch: null,
    rocm: null,
    wheel: null,
    download: () => null,
    // A command such as python3 stays what it is: it is looked up on PATH.
    spelledOut: (directory) => ({ python: python.includes('/') ? resolve(directory, python) : python }),
    versions: () => ({ torch: null, rocm: null, build: 'interpreter' }),
  };
}
