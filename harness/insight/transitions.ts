/**
 * Where verdicts change from one environment to the next, and what else changed there. A step that changes torch and ROCm at once is confounded: it does not
 * say which of the two is at fault; bridges are wheels that change one of them alone. Pure.
 */
import { z } from 'zod';
import { Scalar } from '../matrix/where.ts';

const Change = z.object({ from: z.string(), to: z.string() });

export const Transition = z.object({
  from: z.string(),
  to: z.string(),
  turns: z.enum(['bad', 'good']),
  /** Environments between the two of which nothing is known for that case: the change is somewhere in between. */
  skipped: z.array(z.string()),
  /** null: the same in both, or not known. */
  changes: z.object({ torch: Change.nullable(), rocm: Change.nullable() }),
  /** one: only that factor. both: confounded. none: neither is known to change. */
  factor: z.enum(['torch', 'rocm', 'both', 'none']),
  /** Of a confounded step: pairs of wheels that differ in one factor only, over the same change. `environment`: of this matrix, else null. */
  bridges: z.array(z.object({ isolates: z.enum(['torch', 'rocm']), wheels: z.array(z.object({ torch: z.string(), rocm: z.string(), environment: z.string().nullable() })) })),
  /** Settings and cases in which it is so; `observed`: on both sides, the others follow from their lines. */
  cells: z.number(),
  observed: z.number(),
  /** Observed ones first. */
  examples: z.array(z.object({ setting: z.string(), case: z.record(z.string(), Scalar) })),
});
export type Transition = z.infer<typeof Transition>;

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

export interface VersionPair {
  readonly torch: string;
  readonly rocm: string;
}

const MOST_EXAMPLES = 3;

/** `environments` in order; `wheels` are all that can be had. In the order of the environments. */
export function transitionsOf(environments: readonly VersionedEnvironment[], cells: Iterable<SidedCell>, wheels: readonly VersionPair[]): readonly Transition[] {
  const places = new Map(environments.map(({ name }, index) => [name, index]));
  const columns = new Map<string, SidedCell[]>();
  for (const cell of cells) {
    if (!places.has(cell.environment)) continue;
    const key = JSON.stringify([cell.setting, Object.entries(cell.case).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    const column = columns.get(key);
    if (column === undefined) columns.set(key, [cell]);
    else column.push(cell);
  }
  const found = new Map<string, Transition>();
  for (const column of columns.values()) {
    const ordered = column.toSorted((a, b) => (places.get(a.environment) ?? 0) - (places.get(b.environment) ?? 0));
    for (const [index, cell] of ordered.entries()) {
      const before = ordered[index - 1];
      if (before === undefined || before.bad === cell.bad) continue;
      const key = JSON.stringify([before.environment, cell.environment, cell.bad]);
      const known = found.get(key) ?? transition(environments, places.get(before.environment) ?? 0, places.get(cell.environment) ?? 0, cell.bad, wheels);
      const observed = before.observed && cell.observed;
      known.cells += 1;
      const example = { setting: cell.setting, case: { ...cell.case } };
      if (observed && known.examples.length === MOST_EXAMPLES && known.observed < MOST_EXAMPLES) known.examples.pop();
      if (known.examples.length < MOST_EXAMPLES) known.examples.splice(observed ? known.observed : known.examples.length, 0, example);
      if (observed) known.observed += 1;
      found.set(key, known);
    }
  }
  const place = (name: string): number => places.get(name) ?? 0;
  return [...found.values()].toSorted((a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to) || (a.turns < b.turns ? -1 : 1));
}

function transition(environments: readonly VersionedEnvironment[], from: number, to: number, bad: boolean, wheels: readonly VersionPair[]): Transition {
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
    bridges: torch === null || rocm === null ? [] : bridges(torch, rocm, environments, wheels),
    cells: 0,
    observed: 0,
    examples: [],
  };
}

function change(from: string | null | undefined, to: string | null | undefined): { readonly from: string; readonly to: string } | null {
  return from === null || from === undefined || to === null || to === undefined || from === to ? null : { from, to };
}

const MOST_BRIDGES = 4;

/** Two builds of one torch over the change of ROCm, or both torches on one ROCm. Pairs with an environment of this matrix come first. */
function bridges(torch: { readonly from: string; readonly to: string }, rocm: { readonly from: string; readonly to: string }, environments: readonly VersionedEnvironment[], wheels: readonly VersionPair[]): Transition['bridges'] {
  const own = environments.flatMap((one) => (one.torch === null || one.rocm === null ? [] : [{ torch: one.torch, rocm: one.rocm, environment: one.name }]));
  const all = [...own, ...wheels.filter((wheel) => !own.some((one) => one.torch === wheel.torch && one.rocm === wheel.rocm)).map(({ torch: t, rocm: r }) => ({ torch: t, rocm: r, environment: null }))];
  const pairs = (isolates: 'torch' | 'rocm', isFirst: (one: VersionPair) => boolean, isSecond: (one: VersionPair) => boolean, shared: (one: VersionPair) => string): Transition['bridges'] =>
    all.filter(isFirst).flatMap((first) => {
      const second = all.find((one) => isSecond(one) && shared(one) === shared(first));
      return second === undefined ? [] : [{ isolates, wheels: [first, second] }];
    });
  const found = [
    ...pairs('rocm', (one) => one.rocm === rocm.from, (one) => one.rocm === rocm.to, (one) => family(one.torch)),
    ...pairs('torch', (one) => one.torch === torch.from, (one) => one.torch === torch.to, (one) => one.rocm),
  ];
  const known = (one: Transition['bridges'][number]): number => one.wheels.filter(({ environment }) => environment !== null).length;
  return found.toSorted((a, b) => known(b) - known(a)).slice(0, MOST_BRIDGES);
}

/** Nightlies of one release that are days apart are as good as the same. */
function family(torch: string): string {
  return torch.replace(/\.dev\d+$/, '.dev');
}
