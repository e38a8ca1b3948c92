/**
 * The sentences of the first screen, as data: tone and plain text. HTML and Markdown say the same words.
 * Names come from people and probes: they are made plain here and escaped by the report.
 */
import { promiseWords, rateWords } from './hang-rate-words.ts';
import { adaptiveWords } from './deadline-words.ts';
import type { Results } from '../../harness/model/results/results.ts';
import { usableWords } from './acceptance.ts';
import { boundaryWords, lineState } from './boundary-words.ts';
import { everyAttemptFailed } from './failures.ts';
import { count, counted, duration, listed } from './numbers.ts';
import type { Overview, Row } from './overview.ts';
import { plainLine } from './plain-text.ts';
import { kindWords } from './verdict-words.ts';
import { VERDICTS } from '../../harness/model/results/verdict.ts';

export type Tone = 'bad' | 'warn' | 'good' | 'plain';

export interface Statement {
  readonly tone: Tone;
  readonly text: string;
}

/** Null on a real device. */
export function simulationNotice(results: Results): string | null {
  const { simulation } = results.device;
  return simulation === null ? null : noCard(simulation.model);
}

export function noCard(model: string): string {
  return `SIMULATED: no real card was used; model ${plainLine(model, 80)}`;
}

/** Every heading of a simulated run says so. */
export function marked(simulated: string | null, text: string): string {
  return simulated === null ? text : `SIMULATED: ${text}`;
}

/** Anything that keeps the run from being a full answer, then what was amiss on the machine; empty for a complete run on a quiet one. */
export function runNotices(results: Results): Statement[] {
  return [...statusNotice(results), ...lostHosts(results)];
}

/** What took the machine down is what a reader must know before starting anything. */
function lostHosts({ cells }: Results): Statement[] {
  const lost = cells.filter(({ verdict }) => VERDICTS[verdict].tookHost).map(({ id }) => plainLine(id, 120));
  if (lost.length === 0) return [];
  return [
    {
      tone: 'bad',
      text: `HOST LOST: the machine went down during ${listed(lost, 3)}. Not started again unless --retry-host-lost is given.`,
    },
  ];
}

function statusNotice(results: Results): Statement[] {
  const warnings = (results.warnings ?? []).map((text): Statement => ({
    tone: 'warn',
    text: `WARNING: ${plainLine(text, 600)}`,
  }));
  return [...standing(results), ...warnings];
}

function standing(results: Results): Statement[] {
  const { status, quarantineReason } = results.run;
  switch (status) {
    case 'complete':
      return [];
    case 'interrupted':
      return [
        {
          tone: 'warn',
          text: 'INTERRUPTED: the run was stopped before it was done. Cells without a verdict were not reached; resume the run to go on.',
        },
      ];
    case 'quarantined':
      return [
        {
          tone: 'bad',
          text: `QUARANTINED: the device was taken out of use during the run: ${plainLine(quarantineReason ?? 'no reason recorded', 400)}. Nothing was run after that.`,
        },
      ];
    case 'unfinished':
      return [
        {
          tone: 'warn',
          text: 'UNFINISHED: the journal has no end. The run is still going, or it was killed. Resume it to go on.',
        },
      ];
  }
}

/** "9 of 14 environments hang" and its like. Green only when something passed and nothing at all failed. */
export function headline(overview: Overview): Statement {
  const { results, words, cells } = overview;
  const rows = overview.shapes.rowKind === 'setting' ? overview.settings : overview.environments;
  const kind = overview.shapes.rowKind === 'setting' ? 'setting' : 'environment';
  const bad = rows.filter((row) => row.state === 'bad').length;
  const tested = rows.filter((row) => row.state !== 'open').length;
  const of = tested === rows.length ? counted(rows.length, kind) : `${counted(tested, 'tested ' + kind)}`;
  const usable = usableWords(overview);
  const failed = bad === 0 ? everyAttemptFailed(results) : null;
  if (failed !== null) return { tone: 'bad', text: `Every attempt failed: ${failed}` };
  const seen = failedWords(overview);
  if (usable !== null)
    return usable.tone === 'good' && (seen !== '' || bad > 0 || cells.flaky > 0)
      ? { tone: 'warn', text: `${usable.text}, but other shapes failed` }
      : usable;
  if (tested === 0) return { tone: 'warn', text: 'Nothing was tested' };
  if (bad > 0) {
    const flaky = rows.filter((row) => row.state === 'flaky').length;
    const more = flaky === 0 ? '' : `; ${count(flaky)} more ${flaky === 1 ? 'is' : 'are'} flaky`;
    return {
      tone: 'bad',
      text: `${count(bad)} of ${of} ${bad === 1 ? words.verbOne : words.verb}${settingsWords(overview)}${more}`,
    };
  }
  if (cells.flaky > 0)
    return {
      tone: 'warn',
      text: `No ${kind} always ${words.verbOne}, but ${counted(cells.flaky, 'cell')} ${cells.flaky === 1 ? 'is' : 'are'} flaky${seen === '' ? '' : `; ${seen} seen`}`,
    };
  const far = results.run.status === 'complete' ? '' : ' so far';
  if (seen !== '')
    return {
      tone: 'warn',
      text: `Nothing ${words.verbOne}${far}, but ${seen} ${cells.failed.size === 1 && total(overview) === 1 ? 'was' : 'were'} seen`,
    };
  return {
    tone: far === '' ? 'good' : 'warn',
    text: `Nothing ${words.verbOne}${far}${cells.inferred === 0 ? '' : `, ${count(cells.observed)} of ${counted(cells.total, 'cell')} run`}`,
  };
}

function settingsWords({ shapes, settings }: Overview): string {
  return shapes.rowKind === 'pair'
    ? `, under ${count(settings.filter((row) => row.state === 'bad').length)} of ${counted(settings.length, 'setting')}`
    : '';
}

function total({ cells }: Overview): number {
  return [...cells.failed.values()].reduce((sum, cellsOfKind) => sum + cellsOfKind, 0);
}

/** "5 crashes, 1 wrong result": observed cells that the matrix does not count as bad; '' when there are none. */
function failedWords({ cells }: Overview): string {
  return [...cells.failed].map(([kind, many]) => counted(many, kindWords(kind).noun, kindWords(kind).nouns)).join(', ');
}

/** Failures that the matrix does not ask for; null when there are none. */
export function otherFailures(overview: Overview): Statement | null {
  const words = failedWords(overview);
  if (words === '') return null;
  const them = total(overview) === 1 ? 'it' : 'them';
  return {
    tone: 'bad',
    text: `${words} ${them === 'it' ? 'was' : 'were'} seen: this matrix does not count ${them} as bad; add ${[...overview.cells.failed.keys()].join(', ')} to bad in the matrix to search for ${them}.`,
  };
}

/** Names of settings (or of environments) in one state, with how many of the others it is so in: "only-gemm (2 of 3 environments)". */
export function partlyNamed(overview: Overview, of: 'settings' | 'environments', state: Row['state']): string[] {
  return overview[of]
    .filter((row) => row.state === state)
    .map(({ name }) => {
      const plain = plainLine(name, 64);
      if (overview.shapes.rowKind !== 'pair') return plain;
      const { results } = overview;
      const pairs =
        of === 'settings'
          ? results.environments.map((one) => ({ environment: one.name, setting: name }))
          : results.settings.map((one) => ({ environment: name, setting: one.name }));
      const states = new Map(overview.rows.map((row) => [row.name, row.state]));
      const known = pairs.flatMap((pair) => states.get(overview.shapes.rowOf(pair)) ?? []);
      const so = known.filter((one) => one === state).length;
      return so === known.length
        ? plain
        : `${plain} (${so} of ${counted(known.length, of === 'settings' ? 'environment' : 'setting')})`;
    });
}

export interface BoundaryGroup {
  readonly words: string;
  readonly lines: number;
}

/** The boundaries that occur, most frequent first; only lines on which something failed. */
export function commonBoundaries(overview: Overview): BoundaryGroup[] {
  const axis = plainLine(overview.shapes.axisName ?? 'value', 40);
  const groups = new Map<string, number>();
  for (const view of overview.lineById.values()) {
    if (overview.results.searchAxis === null || lineState(view) === 'good' || lineState(view) === 'open') continue;
    const words = boundaryWords(view, axis);
    groups.set(words, (groups.get(words) ?? 0) + 1);
  }
  return [...groups].map(([words, lines]) => ({ words, lines })).toSorted((a, b) => b.lines - a.lines);
}

/** The word that all counts of boundaries use. */
export function lineMeans({ shapes: { rowKind } }: Overview): string {
  const row = { environment: 'one environment', setting: 'one setting', pair: 'one environment and setting' }[rowKind];
  return `A line is one shape in ${row}.`;
}

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
    said.push({ tone: results.assumption.broken > 0 ? 'bad' : 'warn', text: plainLine(results.assumption.text, 400) });
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
  const promise = promiseWords(results.run);
  if (promise !== null) said.push({ tone: 'plain', text: promise });
  // A first screen may end within these: what is doubtful stands before what is only counted.
  const [first, ...others] = said;
  return first === undefined
    ? []
    : [first, ...others.filter(({ tone }) => tone !== 'plain'), ...others.filter(({ tone }) => tone === 'plain')];
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
  if (overview.cells.open > 0) {
    said.push({
      tone: 'warn',
      text: `${count(overview.cells.open)} of ${counted(overview.cells.total, 'cell')} ${overview.cells.open === 1 ? 'was' : 'were'} not run, and nothing follows from neighbours`,
    });
  }
  return said.length > 0
    ? said
    : [{ tone: 'plain', text: 'Nothing was left out of this matrix. What the matrix does not name was not tested.' }];
}

/** From the same line, or from an environment that is the same experiment. */
function inferredWords({ cells, environments }: Results, inferred: number): string {
  if (inferred === 0) return '';
  const merged = environments.some(({ sameAs }) => sameAs !== undefined);
  const home = new Map(merged ? cells.map(({ id, environment }) => [id, environment]) : []);
  const twins = merged
    ? cells.filter(({ basis, environment }) => basis.kind === 'inferred' && home.get(basis.from) !== environment).length
    : 0;
  const line = inferred - twins;
  return `${line === 0 ? '' : `; ${count(line)} inferred from cells of the same line, assuming that larger is worse`}${twins === 0 ? '' : `; ${count(twins)} taken over from an environment that loads the same libraries`}`;
}
