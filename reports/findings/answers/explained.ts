/** What sets the boundary, in sentences that every report shares. */
import type { Results } from '../../../harness/model/results/results.ts';
import { count, counted } from '../words/numbers.ts';

export type Explained = {
  readonly [
    Name in 'insight' | 'explanations' | 'remainder' | 'refuted' | 'indistinct' | 'proposals' | 'outside'
  ]: NonNullable<Results[Name]>;
};
type Explanation = Explained['explanations'][number];
type CellRef = Explained['proposals'][number]['place'];

/** null for results that were judged before this existed. */
export function explainedOf({
  insight,
  explanations = [],
  remainder = [],
  refuted = [],
  indistinct = [],
  proposals = [],
  outside = [],
}: Results): Explained | null {
  return insight === undefined ? null : { insight, explanations, remainder, refuted, indistinct, proposals, outside };
}

/** A few cells that no rule explains are no news. */
const MANY = 20;

/** Where nothing is to be explained, nothing is said. */
export function boundaryIsSetBy(results: Results): string | null {
  const explained = explainedOf(results);
  if (explained === null) return null;
  const { state, text, good, bad } = explained.insight;
  return state === 'explained' || (state === 'unclear' && good + bad >= MANY) ? text : null;
}

/** "partial: 7 of 9 bad, 30 of 30 good, 2 of 3 flaky" */
export function fitOf({ support, partial }: Explanation): string {
  const { badExplained, bad, goodExplained, good, flakyExplained = 0, flaky = 0 } = support;
  const flakies = flaky === 0 ? '' : `, ${count(flakyExplained)} of ${count(flaky)} flaky`;
  return `${partial === true ? 'partial: ' : ''}${count(badExplained)} of ${count(bad)} bad, ${count(goodExplained)} of ${count(good)} good${flakies}`;
}

/** With what changed at the same steps: "ROCm 5.7 to 6.4 (or torch 2.3.1 to 2.9.1: not told apart)". */
export function statementWords({ statement, twins = [] }: Explanation): string {
  return twins.length === 0
    ? statement
    : `${statement} (or ${twins.map(({ words }) => words).join(', or ')}: not told apart)`;
}

/** Those that say the same of every observed cell and something else elsewhere. */
export function openRivals({ indistinct }: Explained): Explained['indistinct'] {
  return indistinct.filter(({ kind, apart }) => kind === 'same' && apart !== 'nowhere');
}

/** Says the same of everything that was looked at: the same thing in other words. What changed at the same steps is another thing. */
export function otherWords({ indistinct, explanations: [first] }: Explained): Explained['indistinct'] {
  const twins = new Set(first?.twins?.map(({ statement }) => statement));
  return indistinct.filter(
    ({ kind, apart, statement }) => kind === 'same' && apart === 'nowhere' && !twins.has(statement),
  );
}

/** Parameters that are the same in every cell of the matrix go without saying. */
export function placeName(results: Results, place: CellRef): string {
  const usual = new Map<string, unknown>();
  const varying = new Set(results.axes.flatMap(({ parameters }) => parameters));
  for (const [name, value] of Object.entries(results.cells[0]?.case ?? {})) usual.set(name, value);
  const shown = Object.entries(place.case).filter(([name, value]) => varying.has(name) || usual.get(name) !== value);
  const words = shown.map(([name, value]) => `${name} ${String(value)}`).join(', ');
  return `${words} on ${place.environment}${results.settings.length > 1 ? `, ${place.setting}` : ''}`;
}

/** "good by the first and 3 others, bad by 12": what the first says comes first; the first in other words is no other. */
export function predictionWords(explained: Explained, { predictions }: Explained['proposals'][number]): string {
  const [first, ...rest] = predictions;
  const words = new Set(otherWords(explained).map(({ statement }) => statement));
  const others = rest.filter(({ statement }) => !words.has(statement));
  const [same, apart] = [
    others.filter(({ bad }) => bad === first?.bad).length,
    others.filter(({ bad }) => bad !== first?.bad).length,
  ];
  const [says, denies] = first?.bad === true ? ['bad', 'good'] : ['good', 'bad'];
  return `${says} by the first${same === 0 ? '' : ` and ${counted(same, 'other')}`}, ${denies} by ${count(apart)}`;
}

export function exceptionWords(results: Results, { exceptions }: Explanation, most = 3): string {
  if (exceptions.count === 0) return 'none';
  const named = exceptions.cells
    .slice(0, most)
    .map(
      (cell) =>
        `${placeName(results, cell)} (${cell.share === undefined ? cell.observed : `bad in ${Math.round(100 * cell.share)} % of its tries`})`,
    );
  const left = exceptions.count - named.length;
  return `${counted(exceptions.count, 'cell')}: ${named.join('; ')}${left > 0 ? `; ${count(left)} more` : ''}`;
}
