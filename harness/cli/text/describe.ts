/** One line of plain words for outcomes, cells and times, shared by the live view and the plain lines. */
import { plainLine } from '../../../reports/findings/plain-text.ts';
import type { Cell } from '../../model/cell.ts';
import type { Outcome } from '../../model/outcome.ts';

/** "0.23 s", "12 s", "3 min 05 s", "1 h 53 min". */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'pass':
    case 'host-lost':
      return outcome.kind;
    case 'wrong-result':
      return `wrong-result (${outcome.maxError === null ? 'NaN or infinity' : `error ${outcome.maxError.toExponential(1)}`})`;
    case 'hang':
      return `hang in ${outcome.phase}, ${outcome.activity}, silent for ${duration(outcome.silentSeconds)}`;
    case 'slow':
      return `slow in ${outcome.phase}: still progressing after ${duration(outcome.seconds)}`;
    case 'crash':
      return `crash by ${outcome.signal} in ${outcome.phase}${outcome.signature === null ? '' : ` (${outcome.signature})`}`;
    case 'error':
      return `error in ${outcome.phase} (${outcome.errorClass}): ${firstLine(outcome.message)}`;
    case 'unkillable':
      return `unkillable in ${outcome.phase}, state ${outcome.state}`;
    case 'cancelled':
    case 'unavailable':
      return `${outcome.kind}: ${firstLine(outcome.reason)}`;
  }
}

const LONGEST_VALUE = 60;

/** The parameters of each axis, in the order of the matrix: what tells its cells apart. */
export type Shown = readonly (readonly string[])[];

/** Environment, setting unless it is the default, and the case: "size=33", and "16->32" for what changes together, as in the tables. */
export function describeCell(cell: Pick<Cell, 'environment' | 'setting' | 'case'>, shown: Shown): string {
  const setting = cell.setting === 'default' ? [] : [cell.setting];
  const parameters = shown.flatMap((names) => {
    const given = names.filter((name) => name in cell.case);
    const values = given.map((name) => plainLine(String(cell.case[name]), LONGEST_VALUE)).join('->');
    return given.length === 0 ? [] : [given.length === 1 ? `${given.join()}=${values}` : values];
  });
  return [cell.environment, ...setting, ...parameters].join(' ');
}

/** Text from probes may hold anything: one line, no control characters, at most 160 characters. */
export function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  // eslint-disable-next-line no-control-regex -- these characters are what must not reach a terminal
  const clean = line.replaceAll(/[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '');
  return clean.length > 160 ? `${clean.slice(0, 157)}...` : clean;
}

/** Columns to write for. Serial lines, script(1) and terminals of containers tell 0: then it is not known, as where there is no terminal. */
export function widthFor(told: number | undefined, unknown: number, least: number): number {
  return told === undefined || told === 0 ? unknown : Math.max(least, told);
}
