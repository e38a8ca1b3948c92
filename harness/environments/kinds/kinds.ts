/** The kinds of environment: one folder each. What a matrix may write of a kind is in matrix/kinds. */
import { containerProvider } from './container/container.ts';
import { interpreterProvider } from './interpreter/interpreter.ts';
import { wheelProvider } from './wheel/wheel.ts';
import type { Provider } from './provider.ts';
import type { Environment } from '../../matrix/kinds/kinds.ts';

export function providerOf(environment: Environment): Provider {
  switch (environment.kind) {
    case 'interpreter':
      return interpreterProvider(environment);
    case 'wheel':
      return wheelProvider(environment);
    case 'container':
      return containerProvider(environment);
  }
}
