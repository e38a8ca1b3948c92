import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../../harness/model/errors.ts';
import { loadMatrix } from '../../../harness/matrix/load.ts';
import { narrowed, parseCase } from '../../../harness/matrix/space/narrow.ts';
import { refusalBy } from '../../refusal.ts';

const test = suite('matrix/narrow');

const MATRIX = loadMatrix(
  'schema: 1\nname: m\nprobe: conv2d\nenvironments: [{ kind: interpreter, python: python3 }]\naxes: { size: [8, 16] }\nconstants: { dtype: float32 }\n',
  'm.yml',
);

function refused(text: string): string {
  const error = refusalBy(() => narrowed(MATRIX, parseCase(text), MATRIX.environments, 'default'));
  assert.instance(error, UsageError);
  return error.message;
}

test('numbers are read as YAML reads them', () => {
  assert.equal(parseCase('size=16,scale=1.6e1,on=true,dtype=float16'), {
    size: 16,
    scale: 16,
    on: true,
    dtype: 'float16',
  });
  assert.equal(narrowed(MATRIX, parseCase('size=1.6e1'), MATRIX.environments, 'default').axes, { size: [16] });
});

test('what would silently be another experiment is refused', () => {
  assert.match(refused('size=16,size=8'), 'size is given twice');
  assert.match(refused('size=0x10'), 'size is a number in the matrix');
  assert.match(refused('size="16"'), 'size is a number in the matrix');
  assert.match(refused('size=16,dtype=32'), 'dtype is a string in the matrix');
});

test.run();
