/** A cell in one line of plain words, shared by the live view and the plain lines. */
import { plainLine } from '../../../reports/findings/words/plain-text.ts';
import type { Cell } from '../../model/cell.ts';

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
