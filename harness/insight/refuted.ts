/** Claims that people make about hangs and that the observed cells contradict. Every refutation names its counterexamples. */
import type { Refuted } from '../model/results/insight.ts';
import type { CellFacts, CellRef } from './cell-facts.ts';
import type { Observation, ObservationTable, Flag } from './ranking/observation-table.ts';
import { allHold, type Term } from '../model/results/term.ts';
import { quantityWords, statementOf } from './term-words.ts';
import { siteKey } from '../model/site.ts';

/** One stray cell may be a flaky one: it contradicts, it does not refute. */
const FEWEST = 2;
const MOST_CELLS = 6;
const MOST_ALONE = 3;
/** Of claims about powers of two, and about multiples. */
const MOST_OF_A_KIND = 2;

export function refutedClaims(
  observations: readonly Observation[],
  table: ObservationTable,
  facts: CellFacts,
  describe: (place: CellRef) => string,
): readonly Refuted[] {
  return [
    ...neededProperties(observations, table, facts, describe),
    ...onlySomeVersions(observations, facts, describe),
    ...limitsAlone(observations, facts, describe),
  ];
}

/** Multiples that people speak of. */
const CLAIMED: ReadonlySet<number> = new Set([16, 32, 64]);

/** "Only powers of two hang": refuted by bad cells without the property. Of claims about one property the widest is enough; nobody claims it of sizes. */
function neededProperties(
  observations: readonly Observation[],
  table: ObservationTable,
  facts: CellFacts,
  describe: (place: CellRef) => string,
): readonly Refuted[] {
  const claims = table.all.flags.filter(
    ({ term }) =>
      term.holds &&
      (term.property === 'power-of-two' || CLAIMED.has(term.of)) &&
      term.quantities.every((name) => name !== 'size' && facts.quantities.varying.includes(name)),
  );
  const refuted = claims.flatMap((flag) => {
    const against = observations.filter(({ bad, place }) => bad && !allHold([flag.term], facts.lookup(place)));
    return against.length >= FEWEST ? [{ flag, against }] : [];
  });
  const kept = refuted.filter(({ flag }) => !refuted.some((other) => other.flag !== flag && implies(flag, other.flag)));
  const [powers, multiples] = ['power-of-two', 'multiple'].map((property) =>
    kept.filter(({ flag }) => flag.term.property === property).slice(0, MOST_OF_A_KIND),
  );
  return [...(powers ?? []), ...(multiples ?? [])].map(({ flag, against }) => {
    const claim = `only ${statementOf([flag.term])}`;
    const example = against[0];
    return {
      claim,
      text: `"${claim}" is refuted: ${against.length} bad cells are not so${example === undefined ? '' : `, such as ${describe(example.place)}`}`,
      counterexamples: cellsOf(against),
    };
  });
}

/** Whoever satisfies `narrow` satisfies `wide`: "both" implies "one of them", and that implies "either". */
function implies({ term: narrow }: Flag, { term: wide }: Flag): boolean {
  if (narrow.property !== wide.property) return false;
  if (narrow.property === 'multiple' && narrow.of % wide.of !== 0) return false;
  const [from, to] = [new Set(narrow.quantities), new Set(wide.quantities)];
  const shared = [...from].filter((name) => to.has(name)).length;
  if (narrow.quantifier === 'any' && from.size > 1) return wide.quantifier === 'any' && shared === from.size;
  return wide.quantifier === 'any' || to.size === 1 ? shared > 0 : shared === to.size;
}

/** "Only some versions hang": refuted when every observed version does. */
function onlySomeVersions(
  observations: readonly Observation[],
  facts: CellFacts,
  describe: (place: CellRef) => string,
): readonly Refuted[] {
  return facts.factors.flatMap(({ name }): Refuted[] => {
    if (name !== 'rocm') return [];
    const bad = new Map<unknown, Observation>();
    const all = new Set<unknown>();
    for (const one of observations) {
      const version = facts.lookup(one.place)(name);
      if (version === undefined) continue;
      all.add(version);
      if (one.bad && !bad.has(version)) bad.set(version, one);
    }
    const example = [...bad.values()][0];
    if (all.size < 2 || bad.size < all.size || example === undefined) return [];
    const claim = `only some ${quantityWords(name)} versions`;
    return [
      {
        claim,
        text: `"${claim}" is refuted: all ${all.size} that were observed have bad cells, such as ${describe(example.place)}`,
        counterexamples: cellsOf([...bad.values()]),
      },
    ];
  });
}

/** "Larger than some size hangs, whatever else": refuted by a good cell above a bad one in the same environment and setting. */
function limitsAlone(
  observations: readonly Observation[],
  facts: CellFacts,
  describe: (place: CellRef) => string,
): readonly Refuted[] {
  const names = facts.quantities.list
    .filter(({ name }) => facts.quantities.varying.includes(name) || name === 'size')
    .map(({ name }) => name);
  return names
    .flatMap((name): Refuted[] => {
      const term: Term = { kind: 'above', quantity: name, value: 0, fits: { from: 0, below: 0 } };
      const lowest = new Map<string, { readonly one: Observation; readonly value: number }>();
      const highest = new Map<string, { readonly one: Observation; readonly value: number }>();
      for (const one of observations) {
        const value = facts.lookup(one.place)(term.quantity);
        if (typeof value !== 'number') continue;
        const key = siteKey(one.place);
        const side = one.bad ? lowest : highest;
        const known = side.get(key);
        if (known === undefined || (one.bad ? value < known.value : value > known.value)) side.set(key, { one, value });
      }
      const contradictions = [...lowest].flatMap(([key, bad]) => {
        const good = highest.get(key);
        return good !== undefined && good.value > bad.value ? [{ bad, good }] : [];
      });
      const worst = contradictions[0];
      if (worst === undefined) return [];
      const claim = `${quantityWords(name)} above some limit, whatever else`;
      return [
        {
          claim,
          text: `"${claim}" is refuted: ${describe(worst.bad.one.place)} is bad and ${describe(worst.good.one.place)} is good`,
          counterexamples: cellsOf(contradictions.flatMap(({ bad, good }) => [bad.one, good.one])),
        },
      ];
    })
    .slice(0, MOST_ALONE);
}

function cellsOf(some: readonly Observation[]): Refuted['counterexamples'] {
  return {
    count: some.length,
    cells: some.slice(0, MOST_CELLS).map(({ place: { environment, setting, case: parameters }, bad }) => ({
      environment,
      setting,
      case: { ...parameters },
      observed: bad ? 'bad' : 'good',
    })),
  };
}
