/** What has to be installed for a wheel environment, and under which name it is kept. Decides only; installs nothing. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { indexOf } from '../catalogue/files.ts';
import { isOlder } from '../catalogue/order.ts';
import { numpyLimit } from '../catalogue/wheel-name.ts';
import type { Interpreter } from './interpreter.ts';
import type { Environment } from '../matrix/schema.ts';

export type WheelEnvironment = Extract<Environment, { kind: 'wheel' }>;

export interface WheelPlan {
  /** Such as "torch==2.0.1+rocm5.4.2". */
  readonly requirement: string;
  readonly index: string;
  /** A second index for what torch depends on; null when `index` serves that too. */
  readonly extraIndex: string | null;
  /** Requirements that only hold back what something else asks for. */
  readonly constraints: readonly string[];
  readonly interpreter: Interpreter;
  /** A readable slug and 12 hex digits over everything above. */
  readonly key: string;
}

const PYPI = 'https://pypi.org/simple';

export function planWheel({ torch, rocm, index }: WheelEnvironment, interpreter: Interpreter): WheelPlan {
  const numpy = numpyLimit(torch);
  const plan = {
    requirement: `torch==${torch}+rocm${rocm}`,
    index: index ?? indexOf({ torch, rocm }),
    // The indexes of the wheels before torch 2.0 hold no dependencies. The local version "+rocm…" keeps PyPI from serving torch itself.
    extraIndex: index === undefined && isOlder(torch, '2.0') ? PYPI : null,
    constraints: numpy === null ? [] : [numpy],
    interpreter,
  };
  const hash = createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12);
  const minor = interpreter.version.split('.').slice(0, 2).join('.');
  return { ...plan, key: `torch${torch}-rocm${rocm}-py${minor}-${hash}` };
}

/** `$XDG_CACHE_HOME/bench/environments`, by default under ~/.cache. */
export function environmentsFolder(ambient: Readonly<Record<string, string | undefined>>): string {
  const cache = ambient['XDG_CACHE_HOME'];
  // The XDG specification has relative paths ignored.
  const base = cache !== undefined && isAbsolute(cache) ? cache : join(ambient['HOME'] ?? homedir(), '.cache');
  return join(base, 'bench', 'environments');
}

/** An index may carry a name and a password; logs, markers and reports must not. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]+@/g, '//****@');
}
