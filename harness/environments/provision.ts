/** From an environment of the matrix to the command that starts its Python. */
import { asReady } from './kinds/interpreter/interpreter.ts';
import { providerOf } from './kinds/kinds.ts';
import type { Provisioned, ProvisionOptions, Ready } from './provisioned.ts';
import type { Environment } from '../matrix/kinds/kinds.ts';

/** Finds or builds `environment`. Never rejects for what a Python, a package index or a full disk does: then it is `unavailable`. */
export function provision(
  environment: Environment,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<Provisioned> {
  return providerOf(environment).provision(options, signal);
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
