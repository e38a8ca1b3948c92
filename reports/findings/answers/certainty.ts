/** How sure the verdicts are, and what the run says nothing about. */
import { promiseWords, rateWords } from '../lines/hang-rate-words.ts';
import { adaptiveWords } from '../words/deadline-words.ts';
import type { Assumption, Results } from '../../../harness/model/results/results.ts';
import { count, counted, duration, listed } from '../words/numbers.ts';
import type { Overview } from '../overview.ts';
import { plainLine } from '../words/plain-text.ts';
import type { Statement } from './statement.ts';
import { triesWords } from './tries.ts';

/** Lines whose hang rate is told; the table of boundaries has all. */
const MOST_RATES = 3;

/** How far the verdicts can be relied on. */
export function certainty(overview: Overview): Statement[] {
  const { results, cells, lines, words } = overview;
  const said: Statement[] = [];
  const bounded = [...overview.lineById.values()].filter(({ confirmed }) => confirmed !== null).length;
  const open = lines.unconfirmed;
  if (bounded > 0) {
    said.push(
      open === 0
        ? {
            tone: 'good',
            text: `${bounded === 1 ? `The smallest ${words.noun} of the line` : `The smallest ${words.noun} of each of the ${counted(bounded, 'line')}`} was seen in a fresh process.`,
          }
        : {
            tone: 'warn',
            text: `The smallest ${words.noun} of ${counted(open, 'line')} is not confirmed yet in a fresh process (${count(bounded - open)} confirmed).`,
          },
    );
  }
  if (cells.observedBad > 0) {
    said.push({
      tone: 'plain',
      text: `${counted(cells.observedBad, words.noun, words.nouns)} observed, ${count(cells.confirmedBad)} of them in a fresh process.`,
    });
  }
  said.push({
    tone: 'plain',
    text: `${count(cells.observed)} of ${counted(cells.total, 'cell')} observed in ${counted(results.attempts.length, 'attempt')} (${duration(results.run.attemptSeconds)})${inferredWords(results, cells.inferred)}.`,
  });
  const adaptive = adaptiveWords(results.run);
  if (adaptive !== null) said.push({ tone: 'plain', text: adaptive });
  if (results.assumption !== undefined)
    said.push({ tone: assumptionTone(results.assumption), text: plainLine(results.assumption.text, 500) });
  else if (lines.notMonotone > 0) {
    said.push({
      tone: 'warn',
      text: `${counted(lines.notMonotone, 'line')} ${lines.notMonotone === 1 ? 'breaks' : 'break'} the assumption that larger is worse: something larger than a ${words.noun} passed.`,
    });
  }
  const inexact = [...overview.lineById.values()].filter(
    ({ untested, largestGood, smallestBad }) => untested > 0 && (largestGood !== null || smallestBad !== null),
  ).length;
  if (inexact > 0)
    said.push({
      tone: 'warn',
      text: `${counted(inexact, 'line')} without an exact boundary: cells between were not tested.`,
    });
  if (cells.flaky > 0) said.push({ tone: 'warn', text: `${counted(cells.flaky, 'cell')} flaky: attempts disagree.` });
  for (const { line } of [...overview.lineById.values()]
    .filter((view) => view.line.hangRate !== undefined)
    .slice(0, MOST_RATES)) {
    said.push({ tone: 'warn', text: `${plainLine(line.id, 97)} ${rateWords(line)}.` });
  }
  const tries = triesWords(overview);
  if (tries !== null) said.push(tries);
  const promise = promiseWords(results.run);
  if (promise !== null) said.push({ tone: 'plain', text: promise });
  // A first screen may end within these: what is doubtful stands before what is only counted.
  const [first, ...others] = said;
  return first === undefined
    ? []
    : [first, ...others.filter(({ tone }) => tone !== 'plain'), ...others.filter(({ tone }) => tone === 'plain')];
}

/** A warning where a boundary rests on the assumption alone. */
export function assumptionTone({ broken, untriedLines }: Assumption): Statement['tone'] {
  return broken > 0 ? 'bad' : untriedLines > 0 ? 'warn' : 'plain';
}

/** What this run does not say anything about. Never empty. */
export function notTested(overview: Overview): Statement[] {
  const { results } = overview;
  const said: Statement[] = [];
  const away = results.environments.filter((one) => one.status === 'unavailable');
  for (const one of away.slice(0, 5)) {
    said.push({
      tone: 'warn',
      text: `${plainLine(one.name, 64)}: unavailable, ${plainLine(one.reason ?? 'no reason recorded', 200)}`,
    });
  }
  if (away.length > 5) said.push({ tone: 'warn', text: `${count(away.length - 5)} more environments unavailable` });
  const unused = results.environments.filter((one) => one.status === 'unused').map((one) => plainLine(one.name, 64));
  if (unused.length > 0) said.push({ tone: 'warn', text: `Not reached: ${listed(unused, 6)}` });
  const starved = results.cells.filter(({ starvedHangs }) => starvedHangs !== undefined).length;
  if (starved > 0) {
    said.push({
      tone: 'warn',
      text: `${counted(starved, 'cell')} may hang or only be slow: at every try other programs held the cores. Run the matrix again on a quieter machine`,
    });
  }
  const open = overview.cells.open - starved;
  if (open > 0) {
    said.push({
      tone: 'warn',
      text: `${count(open)} of ${counted(overview.cells.total, 'cell')} ${open === 1 ? 'was' : 'were'} not run, and nothing follows from neighbours`,
    });
  }
  return said.length > 0
    ? said
    : [{ tone: 'plain', text: 'Nothing was left out of this matrix. What the matrix does not name was not tested.' }];
}

/** From the same line, or from an environment that is the same experiment. */
function inferredWords({ cells, environments, assumption }: Results, inferred: number): string {
  if (inferred === 0) return '';
  const merged = environments.some(({ sameAs }) => sameAs !== undefined);
  const home = new Map(merged ? cells.map(({ id, environment }) => [id, environment]) : []);
  const twins = merged
    ? cells.filter(({ basis, environment }) => basis.kind === 'inferred' && home.get(basis.from) !== environment).length
    : 0;
  // The sentence on the assumption says it already, but in results of older programs.
  const line = assumption?.inferred === undefined ? inferred - twins : 0;
  return `${line === 0 ? '' : `; ${count(line)} inferred from cells of the same line, assuming that larger is worse`}${twins === 0 ? '' : `; ${count(twins)} taken over from an environment that loads the same libraries`}`;
}
