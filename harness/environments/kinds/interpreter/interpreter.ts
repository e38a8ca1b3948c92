/** A Python that is there already, used as it is. */
import { findInterpreter } from './find-interpreter.ts';
import type { Provisioned, ProvisionOptions } from '../../provisioned.ts';
import type { Provider } from '../provider.ts';

export function interpreterProvider({ python }: { readonly python: string }): Provider {
  return {
    isBuilt: false,
    provision: (options, signal) => asReady(python, options, signal),
    availability: async () => null,
    describe: async () => ({
      kind: 'known',
      lines: [`${python}, as it is; nothing is installed`],
      facts: { python },
    }),
  };
}

/** Takes at most 20 s. */
export async function asReady(python: string, options: ProvisionOptions, signal: AbortSignal): Promise<Provisioned> {
  const found = await findInterpreter(python, options, signal);
  return found.kind === 'found' ? { kind: 'ready', command: [found.interpreter.executable], env: {} } : found;
}
