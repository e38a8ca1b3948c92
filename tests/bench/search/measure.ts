/** Runs the map over a surface without processes, and counts what it cost and what it got wrong. */
import { MapSearch, type MapOptions } from '../../../harness/search/map/map-search.ts';
import type { Answer, Question } from '../../../harness/search/search.ts';
import { enumerationOf } from '../../search/surfaces.ts';
import { isMonotone, type Surface } from './surfaces.ts';

export interface Measured {
  readonly passes: number;
  readonly hangs: number;
  readonly confirmations: number;
  /** Cells whose verdict is not the truth; dangerous: said to pass, and they hang. */
  readonly wrong: number;
  readonly dangerous: number;
  readonly wrongLines: number;
  /** Lines on which something larger than a hang was seen to pass. */
  readonly flagged: number;
}

export interface Conditions {
  /** Cost of a hang, in passes. */
  readonly hang: number;
  readonly options?: Partial<MapOptions>;
  readonly isolation?: 'fork' | 'spawn';
  readonly attempts?: number;
  readonly slots?: number;
  /** How an attempt of a cell ends; by default as the surface says. */
  readonly outcome?: (bad: boolean, question: Question) => 'pass' | 'hang' | 'cancelled';
}

export function measureMap(
  surface: Surface,
  { hang, options = {}, isolation = 'spawn', attempts = 1, slots = 1, outcome }: Conditions,
): Measured {
  const enumeration = enumerationOf(surface.plane);
  const frame = { environments: surface.plane.environments, settings: ['default'], constants: new Set<string>() };
  const search = new MapSearch(
    enumeration,
    frame,
    { attempts, isolation },
    { audit: 'none', prove: 'boundary', deadline: 60, ...options },
  );
  const lines = new Map([...enumeration.lines()].map((line, index) => [line.id, surface.bad[index] ?? []]));
  const told: Answer[] = [];
  const flying: Question[] = [];
  for (;;) {
    flying.push(...search.next(slots - flying.length));
    // The oldest comes back first: a hang holds its slot for long, but the order of answers is what matters here.
    const question = flying.shift();
    if (question === undefined) break;
    const bad = lines.get(question.cell.line)?.[question.cell.position] === true;
    const kind = outcome?.(bad, question) ?? (bad ? 'hang' : 'pass');
    const grade = kind === 'hang' ? 'bad' : kind === 'pass' ? 'good' : 'untestable';
    const answer: Answer = { ...question, outcome: kind, grade, seconds: kind === 'pass' ? 1 : hang };
    search.tell(answer);
    told.push(answer);
  }
  return { ...costOf(told), ...judge(lines, told) };
}

function costOf(told: readonly Answer[]): Pick<Measured, 'passes' | 'hangs' | 'confirmations'> {
  const passes = told.filter(({ grade }) => grade === 'good').length;
  return {
    passes,
    hangs: told.length - passes,
    confirmations: told.filter(({ purpose }) => purpose === 'confirm').length,
  };
}

/** As the verdicts do: a cell that hung is bad; what was not tried follows its nearest neighbour, and nothing does on a line that contradicts itself. */
function judge(
  lines: ReadonlyMap<string, readonly boolean[]>,
  told: readonly Answer[],
): Pick<Measured, 'wrong' | 'dangerous' | 'wrongLines' | 'flagged'> {
  const seen = new Map([...lines].map(([id, truth]) => [id, truth.map((): boolean | null => null)]));
  for (const { cell, grade } of told) {
    const line = seen.get(cell.line);
    if (line !== undefined && grade !== 'untestable')
      line[cell.position] = line[cell.position] === true || grade === 'bad';
  }
  let [wrong, dangerous, wrongLines, flagged] = [0, 0, 0, 0];
  for (const [id, truth] of lines) {
    const line = seen.get(id) ?? [];
    const first = line.indexOf(true);
    const largestGood = line.lastIndexOf(false);
    const contradicts = !isMonotone(line.filter((one) => one !== null));
    if (contradicts) flagged += 1;
    const said = line.map(
      (own, place) =>
        own ?? (contradicts ? null : place < largestGood ? false : first >= 0 && place > first ? true : null),
    );
    const wrongHere = said.filter((one, place) => one !== null && one !== truth[place]).length;
    wrong += wrongHere;
    dangerous += said.filter((one, place) => one === false && truth[place] === true).length;
    if (wrongHere > 0) wrongLines += 1;
  }
  return { wrong, dangerous, wrongLines, flagged };
}
