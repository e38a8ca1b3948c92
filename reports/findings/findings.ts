/**
 * Everything that is said of a run, found out once: terminal, page, Markdown, JUnit, tables, annotations and bug report read this one object and only
 * lay it out.
 */
import type { Results } from '../../harness/model/results/results.ts';
import { acceptanceOf, expectedOf } from './answers/acceptance.ts';
import { cardOrSoftware } from './answers/card-or-software.ts';
import { boundaryIsSetBy, explainedOf } from './answers/explained.ts';
import { failureMessages } from './answers/failures.ts';
import { hungOrSlow } from './answers/hung-or-slow.ts';
import { nextSteps } from './answers/next-steps.ts';
import { overviewOf, type Overview } from './overview.ts';
import { simulationNotice, runNotices } from './answers/notices.ts';
import { headline, otherFailures } from './answers/headline.ts';
import { commonBoundaries } from './answers/boundaries.ts';
import { certainty, notTested } from './answers/certainty.ts';

export type Findings = Overview & ReturnType<typeof answersOf>;

/** Takes as long as a look at every cell and attempt: once for a run. */
export function findingsOf(results: Results): Findings {
  const overview = overviewOf(results);
  return { ...overview, ...answersOf(overview) };
}

/** The answers to a reader's questions, as sentences that need only be escaped. */
function answersOf(overview: Overview) {
  const { results } = overview;
  return {
    /** What every report of a simulated run says; null on a real device. */
    simulated: simulationNotice(results),
    /** What keeps the run from being a full answer, and what was amiss on the machine. */
    notices: runNotices(results),
    headline: headline(overview),
    nextSteps: nextSteps(overview),
    /** The boundaries that occur, most frequent first. */
    boundaries: commonBoundaries(overview),
    /** What sets the boundary, in one sentence; null where nothing is to be said. */
    setBy: boundaryIsSetBy(results),
    explained: explainedOf(results),
    hungOrSlow: hungOrSlow(results),
    /** null where no health probe ran. */
    cardOrSoftware: cardOrSoftware(results),
    certainty: certainty(overview),
    notTested: notTested(overview),
    /** Failures that the matrix does not count as bad; null when there are none. */
    otherFailures: otherFailures(overview),
    messages: failureMessages(results),
    acceptance: acceptanceOf(overview),
    expected: expectedOf(overview),
  };
}
