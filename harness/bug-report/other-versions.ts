/** Where the same case passes and where it hangs: other versions, other settings, other sizes. Pure; texts are escaped for Markdown. */
import { MAKERS, runtimeOf } from '../model/makers.ts';
import type { CellResult, Results } from '../model/results/results.ts';
import { boundaryWords } from '../../reports/findings/lines/boundary-words.ts';
import type { Findings } from '../../reports/findings/findings.ts';
import { markdownTable } from '../../reports/markdown/inline.ts';
import { text } from './text.ts';

const MOST_ROWS = 40;

export function versionsTable(results: Results, cell: CellResult): string {
  const { runtime, dnn } = MAKERS[results.device.kind].headings;
  const rows = results.environments.slice(0, MOST_ROWS).map((one) => {
    const same =
      results.cells.find(
        (other) => other.environment === one.name && other.setting === cell.setting && sameCase(other, cell),
      ) ?? (one.name === cell.environment ? cell : undefined);
    const verdict = one.status === 'unavailable' ? `unavailable: ${one.reason ?? ''}` : verdictWords(same);
    return [
      one.name === cell.environment ? `**${text(one.name, 64)}**` : text(one.name, 64),
      text(one.versions?.torch ?? one.torch ?? '–', 60),
      text(runtimeOf(one.versions)?.version ?? one.rocm ?? '–', 60),
      text(one.versions?.dnn ?? '–', 40),
      text(verdict, 160),
    ];
  });
  return markdownTable(['Environment', 'torch', runtime, dnn, 'This very case'], rows);
}

/** null where the matrix has one setting. */
export function settingsTable(results: Results, cell: CellResult): string | null {
  if (results.settings.length < 2) return null;
  const rows = results.settings.slice(0, MOST_ROWS).map(({ name, env, torch }) => {
    const same = results.cells.find(
      (other) => other.environment === cell.environment && other.setting === name && sameCase(other, cell),
    );
    const variables = [
      ...Object.entries(env).map(([key, value]) => (value === null ? `${key} taken away` : `${key}=${value}`)),
      ...Object.entries(torch).map(([key, value]) => `torch ${key}=${String(value)}`),
    ];
    return [text(name, 64), text(variables.join(' '), 300), text(verdictWords(same), 120)];
  });
  return markdownTable(['Setting', 'Variables and switches', 'This very case'], rows);
}

/** What is known along the search axis, and what passed nearest to it; null where there is no line. */
export function boundaryText({ results, lineById }: Findings, cell: CellResult): string | null {
  const view = lineById.get(cell.line);
  const axis = results.searchAxis;
  if (view === undefined || axis === null) return null;
  const line = results.cells.filter((other) => other.line === cell.line && other.basis.kind === 'observed');
  const passed = line
    .filter(({ verdict }) => verdict === 'pass')
    .map((other) => String(other.case[axis] ?? other.position));
  return `${text(boundaryWords(view, axis), 300)}. Seen to pass in the same environment with everything else equal: ${passed.length === 0 ? 'nothing on this line' : text(`${axis} ${passed.slice(0, 24).join(', ')}`, 300)}.`;
}

/** Controls of this environment and setting, worst first; null where none ran. */
export function controlsText({ controls }: Results, cell: CellResult): string | null {
  const own = (controls ?? []).filter(
    ({ environment, setting }) => environment === cell.environment && setting === cell.setting,
  );
  if (own.length === 0) return null;
  return own
    .map(
      ({ control, occasion, result, reason }) =>
        `${control} ${occasion === 'before' ? 'before the first attempt' : 'after the first hang'}: ${result}${reason === '' ? '' : ` (${text(reason, 120)})`}`,
    )
    .join('; ');
}

function verdictWords(cell: CellResult | undefined): string {
  if (cell === undefined || cell.verdict === 'untested') return 'not tested';
  if (cell.basis.kind === 'inferred') return `${cell.verdict} (inferred from its line)`;
  return `${cell.verdict} (${cell.attempts} ${cell.attempts === 1 ? 'attempt' : 'attempts'}${cell.confirmed === true ? ', fresh process' : ''})`;
}

function sameCase(one: CellResult, other: CellResult): boolean {
  const keys = new Set([...Object.keys(one.case), ...Object.keys(other.case)]);
  return [...keys].every((key) => one.case[key] === other.case[key]);
}
