/**
 * How far "larger is worse" was put to the test, and where it may not be relied on. Once it is broken on one line, all that was inferred from it
 * anywhere in the run is doubtful: which lines are like the broken one is known of those alone that were run cell by cell.
 */
import { isBad, type Judged } from './inferred.ts';
import { addLooks, noLooks } from './looks.ts';
import { assumptionWords } from './assumption-words.ts';
import type { Line } from '../../model/cell.ts';
import { siteKey } from '../../model/site.ts';
import type { Assumption, Boundary, CellResult, Doubt, LineResult } from '../../model/results/results.ts';

/** What lines may have in common. */
type LineRef = Pick<Line, 'id' | 'environment' | 'setting' | 'fixed'>;

export class AssumptionLog {
  readonly #lines = { boundaries: 0, looked: 0, untriedLines: 0, untriedCells: 0 };
  readonly #looks = noLooks();
  readonly #broken: LineRef[] = [];

  /** `judged`: of every cell of the line, ascending. `rank`: when each was first tried, null for one that was not. */
  add(line: Line, boundary: Boundary, judged: readonly Judged[], rank: (place: number) => number | null): void {
    const observed = judged.map((one) => one.observed);
    addLooks(this.#looks, observed, rank);
    if (boundary.kind === 'not-monotone') {
      const { id, environment, setting, fixed } = line;
      this.#broken.push({ id, environment, setting, fixed });
      return;
    }
    const first = observed.findIndex(isBad);
    if (first < 0 || first === judged.length - 1) return;
    const above = judged.slice(first + 1);
    const inferred = above.filter(({ basis }) => basis.kind === 'inferred').length;
    const looked = above.some(({ observed: { side } }) => side === 'good' || side === 'bad');
    if (!looked && inferred === 0) return;
    this.#lines.boundaries += 1;
    if (looked) this.#lines.looked += 1;
    else {
      this.#lines.untriedLines += 1;
      this.#lines.untriedCells += inferred;
    }
  }

  /**
   * The cells with their doubts, and all of it in numbers; null where no verdict rests on the assumption and no line breaks it. `cells`: of the
   * whole run. What is the same cell of an environment that loads the same libraries rests on that cell.
   */
  summarise(
    lines: readonly LineResult[],
    cells: readonly CellResult[],
  ): { cells: CellResult[]; assumption: Assumption | null } {
    const home = new Map(cells.map(({ id, line }) => [id, line]));
    const byLine = new Map(lines.map((line) => [line.id, line]));
    const brokenNear = nearestBroken(this.#broken);
    const inferred = { pass: 0, bad: 0, taken: 0 };
    const marked = cells.map((cell): CellResult => {
      const { basis, line: id } = cell;
      const line = byLine.get(id);
      if (basis.kind !== 'inferred' || line === undefined) return cell;
      const from = byLine.get(home.get(basis.from) ?? id);
      if (from !== undefined && from.environment !== line.environment) return cell;
      const taken = from !== undefined && from.id !== id;
      inferred[cell.verdict === 'pass' ? 'pass' : 'bad'] += 1;
      if (taken) inferred.taken += 1;
      const doubt = brokenNear(line) ?? (taken ? { kind: 'other-line' as const } : null);
      return doubt === null ? cell : { ...cell, basis: { ...basis, doubtful: true, doubt } };
    });
    const [{ pass, bad }, broken] = [this.#looks, this.#broken.length];
    if (broken + inferred.pass + inferred.bad === 0) return { cells: marked, assumption: null };
    const counts = {
      ...this.#lines,
      broken,
      inferred: {
        passes: inferred.pass,
        bad: inferred.bad,
        takenOver: inferred.taken,
        looks: { passes: pass.made, passesFailed: pass.failed, bad: bad.made, badFailed: bad.failed },
      },
    };
    return { cells: marked, assumption: { ...counts, text: assumptionWords(counts) } };
  }
}

/** From a line to its doubt: a broken line of the same environment and setting or of the same parameters, else the first of the run. */
function nearestBroken(broken: readonly LineRef[]): (line: LineResult) => Doubt | null {
  const [first] = broken;
  if (first === undefined) return () => null;
  const alike = new Map(broken.toReversed().flatMap((line) => keysOf(line).map((key) => [key, line.id])));
  return (line) => {
    const near = keysOf(line).flatMap((key) => alike.get(key) ?? [])[0];
    return { kind: 'broken-line', line: near ?? first.id, alike: near !== undefined };
  };
}

function keysOf(line: Omit<LineRef, 'id'>): readonly string[] {
  return [`site ${siteKey(line)}`, `parameters ${JSON.stringify([line.setting, line.fixed])}`];
}
