/** Variables of a matrix that do nothing, or something else than they seem to. Warnings, never errors; pure. */
import { useOf } from './known.ts';
import { noOp } from './no-ops.ts';
import { isOlder } from '../../catalogue/order.ts';
import { ofEveryMaker } from '../../model/makers.ts';
import { variablesFor } from '../space/subject.ts';
import { declarationOf, type Environment } from '../kinds/kinds.ts';
import type { Matrix } from '../file/schema.ts';

/** One or two sentences each, in the order of the file; each once. Said by `bench plan`, and by `bench run` into the journal. */
export function variableAdvice(matrix: Matrix): readonly string[] {
  const used = uses(matrix);
  return [
    ...new Set([
      ...used.flatMap(({ name, value, environment }) => meaning(name, value, environment)),
      ...used.flatMap(own),
      ...standings(used),
    ]),
  ];
}

interface Use {
  readonly name: string;
  readonly value: string;
  readonly environment: Environment;
}

/** Every variable as some environment sees it, under any setting. */
function uses(matrix: Matrix): readonly Use[] {
  const settings = Object.keys(matrix.settings);
  return matrix.environments.flatMap((environment) =>
    settings.flatMap((setting) =>
      Object.entries(variablesFor(matrix, environment.name, setting)).map(([name, value]) => ({
        name,
        value,
        environment,
      })),
    ),
  );
}

const SEARCHES = new Set(['2', '3', '4', 'DB_UPDATE', 'SEARCH', 'SEARCH_DB_UPDATE']);

function meaning(name: string, value: string, environment: Environment): readonly string[] {
  const nothing = noOp(name, value);
  if (nothing !== null) return [nothing];
  if (name === 'MIOPEN_FIND_ENFORCE' && SEARCHES.has(value.toUpperCase())) {
    return [
      `${name}=${value} forces long searches (10 to 33 minutes are on record): slow is not hung, but it needs a longer watchdog.hard_limit.`,
    ];
  }
  if (name === 'HSA_OVERRIDE_GFX_VERSION' && ['11.0.0', '9.4.0'].includes(value)) {
    return [`${name}=${value} has reset RDNA1 cards and locked the machine; 10.3.0 is the value that has worked.`];
  }
  if (name === 'LD_LIBRARY_PATH' && isOldWheel(environment)) {
    return [
      `${name} wins over the libraries inside of torch 2.0.1 and older wheels: another ROCm may be measured than the matrix says.`,
    ];
  }
  return [];
}

/** Folders that bench would keep apart. */
const PRIVATE: ReadonlySet<string> = new Set(ofEveryMaker(({ variables }) => Object.keys(variables.folders)));

function own({ name }: Use): readonly string[] {
  return PRIVATE.has(name)
    ? [
        `${name} is set by the matrix: attempts then share that folder, and what one left there decides what the next one runs. Without it every attempt gets an empty one.`,
      ]
    : [];
}

/** Names that this ROCm does not read, with every environment that they are set in. */
function standings(used: readonly Use[]): readonly string[] {
  const places = new Map<string, Set<string>>();
  for (const { name, environment } of used) {
    const said = sentence(name, environment);
    if (said === null) continue;
    const known = places.get(said) ?? new Set<string>();
    places.set(said, known.add(environment.name));
  }
  return [...places].map(([said, environments]) => said.replace('{environments}', () => listed([...environments])));
}

const MOST_NAMED = 5;

function listed(names: readonly string[]): string {
  return names.length <= MOST_NAMED
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;
}

function sentence(name: string, environment: Environment): string | null {
  const rocm = declarationOf(environment).rocm;
  const standing = useOf(name, rocm);
  switch (standing.kind) {
    case 'fine':
      return null;
    case 'unknown': {
      const meant = standing.near === null ? '.' : `; did you mean ${standing.near}?`;
      return `${name} is no variable of ${standing.looked}: nothing reads it${standing.newer ? ', unless a newer ROCm does' : ''}${meant}`;
    }
    case 'too-new':
      return `${name} is read from ROCm ${standing.since} on: it does nothing in {environments}.${name === 'HIP_LAUNCH_BLOCKING' ? ' AMD_SERIALIZE_KERNEL=3 does the same there.' : ''}`;
    case 'gone':
      return `${name} was last read by ROCm ${standing.upTo}: it does nothing in {environments}.`;
  }
}

/** Up to torch 2.0.1 LD_LIBRARY_PATH wins over the libraries inside. */
function isOldWheel(environment: Environment): boolean {
  const { wheel } = declarationOf(environment);
  return wheel !== null && isOlder(wheel.torch, '2.1');
}
