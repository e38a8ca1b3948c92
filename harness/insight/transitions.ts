/**
 * Where verdicts change from one environment to the next, and what else changed there. A step that changes torch and ROCm at once is confounded: it does not
 * say which of the two is at fault; bridges are wheels that change one of them alone: the steps of the catalogue's way from one to the other. Pure.
 */
import { bridges as waysBetween, type Stop } from '../catalogue/bridges.ts';
import { BUILT_IN } from '../catalogue/rows/built-in.ts';
import type { Catalogue } from '../catalogue/types.ts';
import type { Scalar } from '../model/conditions.ts';
import type { Transition } from '../model/results/transition.ts';
import { caseKey } from '../model/cell.ts';
import { grouped } from '../model/grouped.ts';

export interface VersionedEnvironment {
  readonly name: string;
  readonly torch: string | null;
  readonly rocm: string | null;
}

/** A cell that is good or bad; others are left out. */
export interface SidedCell {
  readonly environment: string;
  readonly setting: string;
  readonly case: Readonly<Record<string, Scalar>>;
  readonly bad: boolean;
  /** false: it follows from its line. */
  readonly observed: boolean;
}

const MOST_EXAMPLES = 3;

/** `environments` in order. In the order of the environments. */
export function transitionsOf(
  environments: readonly VersionedEnvironment[],
  cells: Iterable<SidedCell>,
  catalogue: Catalogue = BUILT_IN,
): readonly Transition[] {
  const places = new Map(environments.map(({ name }, index) => [name, index]));
  const placed = [...cells].filter(({ environment }) => places.has(environment));
  const columns = grouped(placed, caseKey);
  const found = new Map<string, Transition>();
  const bridges = bridgeFinder(environments, catalogue);
  for (const column of columns.values()) {
    const ordered = column.toSorted((a, b) => (places.get(a.environment) ?? 0) - (places.get(b.environment) ?? 0));
    for (const [index, cell] of ordered.entries()) {
      const before = ordered[index - 1];
      if (before === undefined || before.bad === cell.bad) continue;
      const key = JSON.stringify([before.environment, cell.environment, cell.bad]);
      const known =
        found.get(key) ??
        transition(
          environments,
          places.get(before.environment) ?? 0,
          places.get(cell.environment) ?? 0,
          cell.bad,
          bridges,
        );
      const observed = before.observed && cell.observed;
      known.cells += 1;
      const example = { setting: cell.setting, case: { ...cell.case } };
      if (observed && known.examples.length === MOST_EXAMPLES && known.observed < MOST_EXAMPLES) known.examples.pop();
      if (known.examples.length < MOST_EXAMPLES)
        known.examples.splice(observed ? known.observed : known.examples.length, 0, example);
      if (observed) known.observed += 1;
      found.set(key, known);
    }
  }
  const place = (name: string): number => places.get(name) ?? 0;
  return [...found.values()].toSorted(
    (a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to) || (a.turns < b.turns ? -1 : 1),
  );
}

function transition(
  environments: readonly VersionedEnvironment[],
  from: number,
  to: number,
  bad: boolean,
  bridges: ReturnType<typeof bridgeFinder>,
): Transition {
  const [a, b] = [environments[from], environments[to]];
  const torch = change(a?.torch, b?.torch);
  const rocm = change(a?.rocm, b?.rocm);
  const factor = torch !== null && rocm !== null ? 'both' : torch !== null ? 'torch' : rocm !== null ? 'rocm' : 'none';
  return {
    from: a?.name ?? '',
    to: b?.name ?? '',
    turns: bad ? 'bad' : 'good',
    skipped: environments.slice(from + 1, to).map(({ name }) => name),
    changes: { torch, rocm },
    factor,
    bridges:
      torch === null || rocm === null
        ? []
        : bridges({ torch: torch.from, rocm: rocm.from }, { torch: torch.to, rocm: rocm.to }),
    cells: 0,
    observed: 0,
    examples: [],
  };
}

function change(
  from: string | null | undefined,
  to: string | null | undefined,
): { readonly from: string; readonly to: string } | null {
  return from === null || from === undefined || to === null || to === undefined || from === to ? null : { from, to };
}

interface Pair {
  readonly torch: string;
  readonly rocm: string;
}

/** Steps of one factor on the way with the fewest confounded steps, by wheels alone. Finding it takes a while, and each change may be there twice: turning bad and turning good. */
function bridgeFinder(
  environments: readonly VersionedEnvironment[],
  catalogue: Catalogue,
): (from: Pair, to: Pair) => Transition['bridges'] {
  const known = new Map<string, Transition['bridges']>();
  const nameOf = ({ torch, rocm }: Stop): string | null =>
    environments.find((one) => one.torch === torch && one.rocm === rocm)?.name ?? null;
  const find = (from: Pair, to: Pair): Transition['bridges'] => {
    const ways = waysBetween(from, to, catalogue).filter(({ through }) => !through.includes('container'));
    const best = ways.reduce<(typeof ways)[number] | null>(
      (least, way) => (least === null || way.confounded < least.confounded ? way : least),
      null,
    );
    return (best?.steps ?? []).flatMap(({ from: first, to: second, changes: [isolates, other] }) => {
      if (other !== undefined || (isolates !== 'torch' && isolates !== 'rocm')) return [];
      return [
        {
          isolates,
          wheels: [first, second].map((stop) => ({
            torch: stop.torch,
            rocm: stop.rocm,
            environment: nameOf(stop),
            ...(stop.channel === 'amd' ? { build: 'amd' as const } : {}),
          })),
        },
      ];
    });
  };
  return (from, to) => {
    const key = JSON.stringify([from, to]);
    const bridges = known.get(key) ?? find(from, to);
    known.set(key, bridges);
    return bridges;
  };
}
