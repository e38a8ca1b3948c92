/** Collects garbage at will: what a test says of memory, or of what is held, is then no matter of when the collector comes by itself. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc: unknown = runInNewContext('gc');

export function collectGarbage(): void {
  if (typeof gc !== 'function') throw new Error('this Node does not collect garbage when it is told to');
  gc();
}
