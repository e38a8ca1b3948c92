/**
 * How far "larger is worse" was put to the test: a boundary says that everything above it is bad, and mostly nothing above it was run. One
 * sentence for every report.
 */
import { isBad, type Judged } from './inferred.ts';
import type { Assumption, Boundary, CellResult } from '../../model/results/results.ts';

interface Count {
  boundaries: number;
  looked: number;
  broken: number;
  untriedLines: number;
  untriedCells: number;
  /** Cells that pass by inference from larger ones. */
  inferredPasses: number;
}

export class AssumptionLog {
  readonly #count: Count = { boundaries: 0, looked: 0, broken: 0, untriedLines: 0, untriedCells: 0, inferredPasses: 0 };
  /** Lines above whose boundary nothing was run. */
  readonly #untried = new Set<string>();

  /** `judged`: of every cell of the line, ascending. */
  add(line: string, boundary: Boundary, judged: readonly Judged[]): void {
    if (boundary.kind === 'not-monotone') {
      this.#count.broken += 1;
      return;
    }
    this.#count.inferredPasses += judged.filter(
      ({ verdict, basis }) => basis.kind === 'inferred' && verdict === 'pass',
    ).length;
    const first = judged.findIndex(({ observed }) => isBad(observed));
    if (first < 0 || first === judged.length - 1) return;
    const above = judged.slice(first + 1);
    const inferred = above.filter(({ basis }) => basis.kind === 'inferred').length;
    const looked = above.some(({ observed: { side } }) => side === 'good' || side === 'bad');
    if (!looked && inferred === 0) return;
    this.#count.boundaries += 1;
    if (looked) this.#count.looked += 1;
    else {
      this.#count.untriedLines += 1;
      this.#count.untriedCells += inferred;
      this.#untried.add(line);
    }
  }

  /** null where no verdict rests on the assumption and no line breaks it. */
  get summary(): Assumption | null {
    const { boundaries, looked, broken, untriedLines, untriedCells } = this.#count;
    if (broken === 0 && untriedLines === 0) return null;
    return { boundaries, looked, broken, untriedLines, untriedCells, text: words(this.#count) };
  }

  /** Where the assumption is known to be broken, what was inferred above untried boundaries is doubtful. */
  withDoubts(cells: CellResult[]): CellResult[] {
    if (this.#count.broken === 0 || this.#untried.size === 0) return cells;
    return cells.map((cell) =>
      cell.basis.kind === 'inferred' && cell.verdict !== 'pass' && this.#untried.has(cell.line)
        ? { ...cell, basis: { ...cell.basis, doubtful: true } }
        : cell,
    );
  }
}

function lines(count: number): string {
  return `${count} line${count === 1 ? '' : 's'}`;
}

function words({ boundaries, looked, broken, untriedLines, untriedCells, inferredPasses }: Count): string {
  const cells = `${untriedCells} larger cell${untriedCells === 1 ? '' : 's'}`;
  if (broken > 0) {
    const known = `Larger is not worse on ${lines(broken)}`;
    const below =
      inferredPasses === 0
        ? ''
        : ` That ${inferredPasses} smaller cell${inferredPasses === 1 ? '' : 's'} on other lines pass${inferredPasses === 1 ? 'es' : ''} is inferred from larger ones, and doubtful too.`;
    if (untriedLines === 0)
      return `${known}${boundaries === 0 ? '' : '; above every other boundary something was run'}.${below}`;
    return `${known}. On ${lines(untriedLines)} nothing above the boundary was run: that ${cells} ${untriedCells === 1 ? 'is' : 'are'} bad there is doubtful.${below}`;
  }
  const so = `that ${cells} ${untriedCells === 1 ? 'is' : 'are'} bad`;
  if (looked === 0)
    return `Nothing above ${boundaries === 1 ? 'the' : 'any'} boundary was run: ${so} is inferred from "larger is worse" alone.`;
  return `Above ${looked} of ${boundaries} boundaries something larger was run, and it was bad; on the other ${lines(untriedLines)} ${so} is inferred from "larger is worse".`;
}
