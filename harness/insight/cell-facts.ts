/** What terms may ask of a cell: its quantities, its texts, its versions, its setting and the variables and switches of that. */
import { compare, valid } from '@renovatebot/pep440';
import { Quantities } from './quantities.ts';
import type { ProbeKnowledge } from '../knowledge/knowledge.ts';
import type { Lookup } from '../model/results/term.ts';
import type { Case } from '../model/cell.ts';
import type { Scalar } from '../model/conditions.ts';

export interface CellRef {
  readonly environment: string;
  readonly setting: string;
  readonly case: Case;
}

export interface Surroundings {
  /** What is known of the probe. */
  readonly knowledge: ProbeKnowledge;
  /** The parameter along which lines run, null for none; without it the number with the most values. */
  readonly axis?: string | null;
  /** In the order of the matrix; versions are null where nobody knows them. */
  readonly environments: readonly {
    readonly name: string;
    readonly torch: string | null;
    readonly rocm: string | null;
    /** Such as "3.10". */
    readonly python?: string | null;
  }[];
  readonly settings: readonly {
    readonly name: string;
    readonly env: Readonly<Record<string, string | null>>;
    readonly torch: Readonly<Record<string, Scalar>>;
  }[];
}

/** A name whose values are names themselves. */
export interface Factor {
  readonly name: string;
  /** All values, in order where they have one. */
  readonly values: readonly Scalar[];
  readonly ordered: boolean;
}

const UNSET = 'not set';

export class CellFacts {
  readonly knowledge: ProbeKnowledge;
  readonly quantities: Quantities;
  /** Along which lines run; null where there is none, or none that varies. */
  readonly axis: string | null;
  readonly factors: readonly Factor[];
  readonly #of = new Map<string, ReadonlyMap<string, Scalar>>();
  readonly #settings: ReadonlyMap<string, ReadonlyMap<string, Scalar>>;
  readonly #texts: readonly string[];

  constructor(surroundings: Surroundings, matrix: readonly CellRef[], more: readonly CellRef[]) {
    const all = [...matrix, ...more].map((place) => place.case);
    this.knowledge = surroundings.knowledge;
    this.quantities = new Quantities(
      surroundings.knowledge,
      matrix.map((place) => place.case),
      all,
    );
    const { spans } = this.quantities;
    const longest = [...spans.keys()].toSorted((a, b) => (spans.get(b)?.length ?? 0) - (spans.get(a)?.length ?? 0));
    this.axis = surroundings.axis === undefined ? (longest[0] ?? null) : surroundings.axis;
    const numbers = new Set(this.quantities.list.map(({ name }) => name));
    this.#texts = [...new Set(all.flatMap((one) => Object.keys(one)))].filter((name) => !numbers.has(name));
    for (const { name, torch, rocm, python = null } of surroundings.environments) {
      this.#of.set(name, defined({ environment: name, torch: release(torch), rocm: release(rocm), python }));
    }
    this.#settings = settingFacts(surroundings);
    this.factors = [
      versionFactor(
        'rocm',
        surroundings.environments.map(({ rocm }) => release(rocm)),
      ),
      versionFactor(
        'torch',
        surroundings.environments.map(({ torch }) => release(torch)),
      ),
      versionFactor(
        'python',
        surroundings.environments.map(({ python = null }) => python),
      ),
      { name: 'environment', values: surroundings.environments.map(({ name }) => name), ordered: true },
      { name: 'setting', values: surroundings.settings.map(({ name }) => name), ordered: false },
      ...[...new Set([...this.#settings.values()].flatMap((facts) => [...facts.keys()]))]
        .filter((name) => name !== 'setting')
        .map((name) =>
          textFactor(
            name,
            [...this.#settings.values()].map((facts) => facts.get(name)),
          ),
        ),
      ...this.#texts.map((name) =>
        textFactor(
          name,
          all.map((one) => one[name]),
        ),
      ),
    ].filter(({ values }) => values.length > 1);
  }

  lookup(place: CellRef): Lookup {
    const values = this.quantities.of(place.case);
    const environment = this.#of.get(place.environment);
    const setting = this.#settings.get(place.setting);
    return (name) => values.get(name) ?? environment?.get(name) ?? setting?.get(name) ?? place.case[name];
  }
}

/** "2.3.1+rocm5.7" is torch 2.3.1; what is no version stays as it is. */
function release(version: string | null): string | null {
  return version === null ? null : (version.split('+')[0] ?? version);
}

function defined(record: Readonly<Record<string, Scalar | null>>): ReadonlyMap<string, Scalar> {
  return new Map(Object.entries(record).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** Variables and switches that are not the same in every setting, beside its name. */
function settingFacts({ settings }: Surroundings): ReadonlyMap<string, ReadonlyMap<string, Scalar>> {
  const facts = settings.map(({ name, env, torch }): [string, Map<string, Scalar>] => [
    name,
    new Map<string, Scalar>([
      ['setting', name],
      ...Object.entries(env).map(([variable, value]): [string, Scalar] => [`env.${variable}`, value ?? UNSET]),
      ...Object.entries(torch).map(([key, value]): [string, Scalar] => [`switch.${key}`, value]),
    ]),
  ]);
  for (const name of new Set(facts.flatMap(([, own]) => [...own.keys()]))) {
    for (const [, own] of facts) if (!own.has(name)) own.set(name, UNSET);
    if (new Set(facts.map(([, own]) => own.get(name))).size > 1) continue;
    for (const [, own] of facts) own.delete(name);
  }
  return new Map(facts);
}

function versionFactor(name: string, versions: readonly (string | null)[]): Factor {
  const known = [...new Set(versions.flatMap((version) => version ?? []))];
  const ordered = known.every((version) => valid(version) !== null);
  return { name, values: ordered ? known.toSorted(compare) : known, ordered: true };
}

function textFactor(name: string, values: readonly (Scalar | undefined)[]): Factor {
  return { name, values: [...new Set(values.flatMap((value) => value ?? []))], ordered: false };
}
