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

export function fitOf({ support }: Explanation): string {
  return `${count(support.badExplained)} of ${count(support.bad)} bad, ${count(support.goodExplained)} of ${count(support.good)} good`;
}

/** Those that say the same of every observed cell and something else elsewhere. */
export function openRivals({ indistinct }: Explained): Explained['indistinct'] {
  return indistinct.filter(({ kind, apart }) => kind === 'same' && apart !== 'nowhere');
}

/** Says the same of everything that was looked at: the same thing in other words. */
export function otherWords({ indistinct }: Explained): Explained['indistinct'] {
  return indistinct.filter(({ kind, apart }) => kind === 'same' && apart === 'nowhere');
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
  const named = exceptions.cells.slice(0, most).map((cell) => `${placeName(results, cell)} (${cell.observed})`);
  const left = exceptions.count - named.length;
  return `${counted(exceptions.count, 'cell')}: ${named.join('; ')}${left > 0 ? `; ${count(left)} more` : ''}`;
}
