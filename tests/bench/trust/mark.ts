/** How results say that they are not sure. What a later program says in another way is read here and nowhere else. */
import type { Term } from '../../../harness/model/results/term.ts';
import { isDoubtful, type CellResult, type LineResult, type Results } from '../../../harness/model/results/results.ts';

/** Whether a doubt stands at the cell itself, so that a reader of its row or square sees it. */
export function markOf(cell: CellResult, _results: Results): boolean {
  return isDoubtful(cell) || cell.confirmed === false || cell.verdict === 'untested';
}

/** Whether the run says that larger is not worse somewhere. */
export function isFlagged({ assumption, lines }: Results): boolean {
  return (assumption?.broken ?? 0) > 0 || lines.some(({ boundary }) => boundary.kind === 'not-monotone');
}

/** Whether a sentence tells how many passes were inferred; true where none was. */
export function saysInferredPasses({ assumption, cells }: Results): boolean {
  const count = cells.filter(({ basis, verdict }) => basis.kind === 'inferred' && verdict === 'pass').length;
  return count === 0 || new Set<string>(assumption?.text.match(/\d+/g)).has(String(count));
}

/** Whether the run says, above all answers, that verdicts may follow from what was done before: by its test of the order, or because an early pass failed at the end. */
export function saysOrder({ order, health }: Results): boolean {
  const atEnd = health?.witnesses?.failed.some(({ after }) => after === null) ?? false;
  return atEnd || (order?.found.length ?? 0) > 0;
}

/** A boundary that is told as sure: both cells of it were seen, the bad one in a fresh process, and no doubt stands at either. */
export function isCertain({ boundary }: LineResult, own: readonly CellResult[], results: Results): boolean {
  const isPlain = (cell: CellResult | undefined): boolean => cell !== undefined && !markOf(cell, results);
  const good = own.findLast(({ verdict, basis }) => verdict === 'pass' && basis.kind === 'observed');
  switch (boundary.kind) {
    case 'all-good':
      return isPlain(good);
    case 'all-bad':
      return boundary.confirmed && isPlain(own.find(isSeenBad));
    case 'bracketed':
      return boundary.confirmed && isPlain(good) && isPlain(own.find(isSeenBad));
    case 'interval':
    case 'not-monotone':
    case 'untestable':
      return false;
  }
}

export function isBad({ verdict }: CellResult): boolean {
  return verdict === 'hang' || verdict === 'flaky';
}

function isSeenBad(cell: CellResult): boolean {
  return isBad(cell) && cell.basis.kind === 'observed';
}

/** What is told to set the boundary. */
export interface ToldCause {
  /** Of the rule that is told first, called partial or not; null where none is. */
  readonly terms: readonly Term[] | null;
  /** Everything that is said of it, twins included. */
  readonly words: string;
}

export function causeOf({ insight, explanations = [] }: Results): ToldCause {
  const [first] = explanations;
  const told = insight?.state === 'explained' && first !== undefined;
  return { terms: told ? first.terms : null, words: `${insight?.text ?? ''} ${JSON.stringify(first ?? {})}` };
}
