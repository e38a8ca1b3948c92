/** Shapes near a convolution's, for telling explanations apart: `size` may become a height and a width. Pure. */
import type { Case } from '../../model/cell.ts';
import type { Change, NearChanges } from '../knowledge.ts';

const VALUES: Readonly<Record<string, readonly number[]>> = {
  kernel: [1, 3, 5, 7],
  batch: [1, 2, 4],
  stride: [1, 2],
  groups: [1, 2],
};
const FIXED = new Set(['padding', 'dilation', 'height', 'width']);
/** A change of data type tells bytes from elements. */
const DTYPES = ['float32', 'float16'];

export function nearChanges(name: string, base: Case): NearChanges | null {
  if (name === 'dtype') return { changes: DTYPES.map((dtype) => ({ dtype })), others: true };
  if (name === 'size') return { changes: oblong(Number(base['size'])), others: true };
  if (FIXED.has(name)) return { changes: [], others: false };
  const values = VALUES[name];
  if (values === undefined) return null;
  return {
    changes: values.map((value) => (name === 'kernel' && 'padding' in base ? withKernel(value) : { [name]: value })),
    others: false,
  };
}

/** The padding that keeps the size. */
function withKernel(kernel: number): Change {
  return { kernel, padding: (kernel - 1) / 2 };
}

function oblong(size: number): readonly Change[] {
  const half = Math.max(1, Math.floor(size / 2));
  return [
    { size: undefined, height: half, width: size },
    { size: undefined, height: half, width: size * 2 },
    { size: undefined, height: Math.max(1, Math.floor(size / 4)), width: size * 2 },
  ];
}
