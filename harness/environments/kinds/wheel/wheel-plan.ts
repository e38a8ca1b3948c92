/** What has to be installed for a wheel environment, and under which name it is kept. Decides only; installs nothing. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileOf, indexOf } from '../../../catalogue/rows/files.ts';
import { numpyLimit } from '../../../catalogue/wheel-name.ts';
import type { Interpreter } from '../interpreter/find-interpreter.ts';
import type { Environment } from '../../../matrix/kinds/kinds.ts';
import { withoutSecrets } from '../../../catalogue/address.ts';
import { minorOf } from '../../../catalogue/order.ts';

export type WheelEnvironment = Extract<Environment, { kind: 'wheel' }>;

export interface WheelPlan {
  /** Such as "torch==2.0.1+rocm5.4.2", or "torch==1.13.1". */
  readonly requirement: string;
  /** With its local part. */
  readonly version: string;
  /** null: what pip and uv are configured with. */
  readonly index: string | null;
  /** A second index for what torch depends on; null when `index` serves that too. */
  readonly extraIndex: string | null;
  /** Requirements that only hold back what something else asks for. */
  readonly constraints: readonly string[];
  /** Installed as well: wheels built against NumPy 1 get one that they can load. */
  readonly more: readonly string[];
  /** Checksum of the wheel, where one is known. */
  readonly sha256: string | null;
  readonly interpreter: Interpreter;
  /** A readable slug and 12 hex digits over everything above. */
  readonly key: string;
}

export const PYPI = 'https://pypi.org/simple';

export function planWheel(
  { torch, rocm, index, python, sha256 }: WheelEnvironment,
  interpreter: Interpreter,
): WheelPlan {
  const numpy = numpyLimit(torch);
  const version = rocm === undefined ? torch : `${torch}+rocm${rocm}`;
  const isPublic = index === undefined;
  const plan = {
    requirement: `torch==${version}`,
    version,
    index: index ?? (rocm === undefined ? null : indexOf({ torch, rocm })),
    // The indexes of the older wheels hold no dependencies. The local version "+rocm…" keeps PyPI from serving torch itself.
    extraIndex: isPublic && rocm !== undefined && numpy !== null ? PYPI : null,
    constraints: numpy === null ? [] : [numpy],
    // What an index of one's own holds beside torch nobody knows.
    more: isPublic && numpy !== null ? [numpy] : [],
    // What the catalogue knows is the public file; another index may serve another build under its name.
    sha256: sha256 ?? (isPublic && rocm !== undefined ? fileOf({ torch, rocm }, python).sha256 : null),
    interpreter,
  };
  const hash = createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12);
  const minor = minorOf(interpreter.version);
  return { ...plan, key: `torch${torch}-${rocm === undefined ? 'index' : `rocm${rocm}`}-py${minor}-${hash}` };
}

/** What a person would type for the same environment. */
export function pipLine({ requirement, index, extraIndex, constraints, more }: WheelPlan): string {
  const sources = [
    ...(index === null ? [] : ['--index-url', withoutSecrets(index)]),
    ...(extraIndex === null ? [] : ['--extra-index-url', extraIndex]),
  ];
  const packages = [requirement, ...(more.length > 0 ? more : constraints)].map((one) =>
    /[<>]/.test(one) ? `'${one}'` : one,
  );
  return ['pip', 'install', ...sources, ...packages].join(' ');
}

type Ambient = Readonly<Record<string, string | undefined>>;

/** `$XDG_CACHE_HOME/bench/environments`, by default under ~/.cache. */
export function environmentsFolder(ambient: Ambient): string {
  return join(cacheFolder(ambient), 'environments');
}

/** `$XDG_CACHE_HOME/bench`. */
export function cacheFolder(ambient: Ambient): string {
  const cache = ambient['XDG_CACHE_HOME'];
  // The XDG specification has relative paths ignored.
  const base = cache !== undefined && isAbsolute(cache) ? cache : join(ambient['HOME'] ?? homedir(), '.cache');
  return join(base, 'bench');
}
