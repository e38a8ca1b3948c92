/** From an environment of the matrix to the command that starts its Python. One interface, one file per kind behind it. */
import { provisionContainer } from './kinds/container/container.ts';
import { findInterpreter } from './kinds/interpreter.ts';
import type { Provisioned, ProvisionOptions, Ready } from './provisioned.ts';
import { provisionWheel } from './kinds/wheel/wheel.ts';
import type { Environment } from '../matrix/file/schema.ts';

/**
 * Finds or builds `environment`. Never rejects for what a Python, a package index or a full disk does: then it is `unavailable`.
 * Takes at most 20 s for an interpreter, 2 h for a wheel that has to be built and 4 h for an image that has to be pulled; an aborted `signal` ends it at once.
 */
export async function provision(
  environment: Environment,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<Provisioned> {
  switch (environment.kind) {
    case 'interpreter':
      return asReady(environment.python, options, signal);
    case 'wheel':
      return provisionWheel(environment, options, signal);
    case 'container':
      return provisionContainer(environment, options, signal);
  }
}

/** One run asks for every environment of its matrix and hands over the same options each time: it gets the same Python, looked for once. */
const simulated = new WeakMap<ProvisionOptions, Ready>();

/** The Python 3 that acts out a simulated card, whatever the matrix declares: nothing of a wheel is needed for that. */
export async function provisionSimulated(options: ProvisionOptions, signal: AbortSignal): Promise<Provisioned> {
  const known = simulated.get(options);
  if (known !== undefined) return known;
  const named = await asReady('python3', options, signal);
  const other = named.kind === 'unavailable' && !signal.aborted ? await asReady('python', options, signal) : named;
  if (other.kind === 'unavailable') return named;
  simulated.set(options, other);
  return other;
}

async function asReady(python: string, options: ProvisionOptions, signal: AbortSignal): Promise<Provisioned> {
  const found = await findInterpreter(python, options, signal);
  return found.kind === 'found' ? { kind: 'ready', command: [found.interpreter.executable], env: {} } : found;
}
