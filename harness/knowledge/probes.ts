/** The probes that bench knows more of than their name: one row each. A second name for a parameter or a number is made here or nowhere. Pure. */
import type { Case } from '../model/cell.ts';
import { CONV2D } from './conv2d/conv2d.ts';
import { NO_KNOWLEDGE, type ProbeKnowledge } from './knowledge.ts';
import { OPENMP_FORK } from './openmp-fork.ts';

export const PROBES: readonly ProbeKnowledge[] = [CONV2D, OPENMP_FORK];

/** `probe`: a name or a path, as the matrix or results.json has it. */
export function knowledgeOf(probe: string): ProbeKnowledge {
  const name = (probe.split('/').at(-1) ?? probe).replace(/\.py$/, '');
  return PROBES.find(({ probes }) => probes.includes(name)) ?? NO_KNOWLEDGE;
}

/** What a simulated card's conditions may name besides what every cell has. */
export const PARAMETERS: readonly string[] = distinct(({ parameters }) => parameters);
export const FEATURES: readonly string[] = distinct(featureNames);

/** Words for derived numbers, by name. */
export const QUANTITY_WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  PROBES.flatMap(({ quantities }) =>
    quantities.flatMap(({ name, words }): [string, string][] => (words === undefined ? [] : [[name, words]])),
  ),
);

/** The derived numbers with a meaning that are no parameters themselves; null for what can be no case of the probe. */
export function featuresOf(knowledge: ProbeKnowledge, one: Case): Readonly<Record<string, number>> | null {
  const values = knowledge.derive(one);
  if (values === null) return null;
  return Object.fromEntries(
    featureNames(knowledge).flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function featureNames({ parameters, quantities }: ProbeKnowledge): readonly string[] {
  return quantities.flatMap(({ name, tier }) => (tier === 'derived' && !parameters.includes(name) ? [name] : []));
}

function distinct(namesOf: (one: ProbeKnowledge) => readonly string[]): readonly string[] {
  return [...new Set(PROBES.flatMap(namesOf))];
}
