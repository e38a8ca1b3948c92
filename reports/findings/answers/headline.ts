/** The one sentence about a run, and the names and failures that belong to it. */
import { usableWords } from './acceptance.ts';
import { everyAttemptFailed } from './failures.ts';
import { count, counted } from '../words/numbers.ts';
import type { Overview, Row } from '../overview.ts';
import { plainLine } from '../words/plain-text.ts';
import { kindWords } from '../words/verdict-words.ts';
import type { Statement } from './statement.ts';

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
  const suspected = results.cells.filter(({ verdict, starvedHangs = 0 }) => verdict === 'untested' && starvedHangs > 0);
  if (suspected.length > 0)
    return {
      tone: 'warn',
      text: `${counted(suspected.length, 'cell')} suspected to hang and not decided: other programs held the cores`,
    };
  if (cells.inferred > 0)
    return {
      tone: 'warn',
      text: `No ${words.noun} seen${far}: ${count(cells.observed)} of ${counted(cells.total, 'cell')} run, the others inferred`,
    };
  return { tone: far === '' ? 'good' : 'warn', text: `Nothing ${words.verbOne}${far}` };
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
