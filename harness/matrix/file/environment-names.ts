/** Every environment has a name: the one it was given, or one made from what it is. */
import { declarationOf, type Environment, type EnvironmentFile } from '../kinds/kinds.ts';

/** In the same order. Names made here may clash; `rules/environments.ts` says so. */
export function nameEnvironments(environments: readonly EnvironmentFile[]): readonly Environment[] {
  return environments.map((environment) => ({
    ...environment,
    name: environment.name ?? slug(declarationOf(environment).nickname),
  }));
}

/** Safe as a folder name; the end of a long one is what tells it from its neighbours. */
function slug(text: string): string {
  const safe = text.replace(/[^A-Za-z0-9._+-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '');
  if (safe.length <= 64) return safe === '' ? 'environment' : safe;
  return `${safe.slice(0, 20)}-${safe.slice(-43)}`;
}
