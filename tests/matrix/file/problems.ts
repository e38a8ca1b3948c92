/** What a matrix is told when it is wrong, as the tests of its file write it. */
import * as assert from 'uvu/assert';
import { MatrixError } from '../../../harness/matrix/file/problem.ts';
import { loadMatrix } from '../../../harness/matrix/load.ts';

/** Lines 1 to 7 of every file here; line 6 is `axes:`. */
export const HEAD = [
  'schema: 1',
  'name: t',
  'probe: conv2d',
  'environments:',
  '  - { kind: wheel, torch: "1.13.1", rocm: "5.2" }',
  'axes:',
];
const SIZE = '  size: [8, 16]';

/** Every problem as "line:column path: message". */
export function problems(text: string): readonly string[] {
  try {
    loadMatrix(text, 'm.yml');
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error;
    assert.is(error.exitCode, 2);
    assert.is(error.code, 'matrix-invalid');
    return error.problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
  }
  return [];
}

/** Lines after `axes:` begin at line 7. */
export function after(...lines: readonly string[]): readonly string[] {
  return problems([...HEAD, ...lines].join('\n'));
}

/** With a sound axis on line 7, so `lines` begin at line 8. */
export function field(...lines: readonly string[]): readonly string[] {
  return after(SIZE, ...lines);
}

/** Replaces the environments, which begin at line 5. */
export function environments(...lines: readonly string[]): readonly string[] {
  return problems([...HEAD.slice(0, 4), ...lines, 'axes: { size: [8] }'].join('\n'));
}

export function starts(actual: readonly string[], expected: readonly string[]): void {
  assert.equal(
    actual.map((line, index) => line.slice(0, expected[index]?.length)),
    expected,
    actual.join('\n'),
  );
}
