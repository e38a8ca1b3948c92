/** Every environment has a name: the one it was given, or one made from what it is. */
import type { Environment, EnvironmentFile } from './schema.ts';

/** In the same order. Names made here may clash; `rules/environments.ts` says so. */
export function nameEnvironments(environments: readonly EnvironmentFile[]): readonly Environment[] {
  return environments.map((environment) => ({ ...environment, name: environment.name ?? defaultName(environment) }));
}

/** wheel: "rocm5.2-torch1.13.1", or "torch1.13.1" · interpreter: "python-" and its path · container: the image's tag, else its last part. */
function defaultName(environment: EnvironmentFile): string {
  switch (environment.kind) {
    case 'wheel':
      return slug(
        environment.rocm === undefined
          ? `torch${environment.torch}`
          : `rocm${environment.rocm}-torch${environment.torch}`,
      );
    case 'interpreter':
      return slug(`python-${environment.python.replace(/^[^A-Za-z0-9]+/, '')}`);
    case 'container':
      return slug(imageTag(environment.image));
  }
}

function imageTag(image: string): string {
  const [reference = '', digest] = image.split('@');
  const last = reference.split('/').at(-1) ?? '';
  const [repository = '', tag] = last.split(':');
  if (tag !== undefined && tag !== '') return tag;
  return digest === undefined ? repository : `${repository}-${digest.replace(/^sha256:/, '').slice(0, 12)}`;
}

/** Safe as a folder name; the end of a long one is what tells it from its neighbours. */
function slug(text: string): string {
  const safe = text.replace(/[^A-Za-z0-9._+-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '');
  if (safe.length <= 64) return safe === '' ? 'environment' : safe;
  return `${safe.slice(0, 20)}-${safe.slice(-43)}`;
}
