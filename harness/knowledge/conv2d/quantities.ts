/**
 * Quantities derived from a convolution's parameters. Whether one of them is a power of two is for a condition to ask (`power_of_two`), not a
 * quantity of its own. Pixels and GEMM sizes are counts, the rest bytes; batch counts in input and output, not in GEMM and workspace. Pure.
 */
import type { Case } from '../../model/cell.ts';
import type { DerivedQuantity } from '../knowledge.ts';
import { outputSize, readConvolution } from './shape.ts';

export const QUANTITIES: readonly DerivedQuantity[] = [
  // The longer side, which a square case does not tell apart from the shorter one.
  { name: 'size', tier: 'derived', divides: true },
  { name: 'pixels', tier: 'derived', words: 'output pixels (H x W)', divides: true },
  // Buffer of one image: in_channels x kernel area x pixels x element size (MIOpen's GEMM, forward).
  { name: 'workspace_bytes', tier: 'derived', words: 'im2col workspace' },
  { name: 'input_bytes', tier: 'derived', words: 'input size' },
  { name: 'output_bytes', tier: 'derived', words: 'output size' },
  { name: 'weight_bytes', tier: 'derived', words: 'weight size' },
  // Of the matrix product of one group that stands for the forward convolution.
  { name: 'gemm_m', tier: 'derived', words: 'GEMM M', divides: true },
  { name: 'gemm_n', tier: 'derived', words: 'GEMM N' },
  { name: 'gemm_k', tier: 'derived', words: 'GEMM K', divides: true },
  { name: 'shorter_side', tier: 'arithmetic', words: 'shorter side' },
  { name: 'gemm_m*gemm_n*gemm_k', tier: 'arithmetic' },
  { name: 'gemm_m*gemm_n', tier: 'arithmetic' },
  { name: 'gemm_n*gemm_k', tier: 'arithmetic' },
  { name: 'gemm_m*gemm_k', tier: 'arithmetic' },
  { name: 'in_channels*pixels', tier: 'arithmetic' },
  { name: 'out_channels*pixels', tier: 'arithmetic' },
];

const ELEMENT_BYTES = { float64: 8, float32: 4, float16: 2, bfloat16: 2 } as const;
/** Nothing that is counted here depends on them. */
const OF_NO_MATTER = new Set(['layout', 'direction']);

/** null when the case is no convolution, or one that no convolution can be: a missing or odd parameter, an empty output. */
export function derive(one: Case): Readonly<Record<string, number>> | null {
  const { convolution: c, problems } = readConvolution(one);
  if (problems.some((name) => !OF_NO_MATTER.has(name))) return null;
  if (c.inChannels % c.groups !== 0 || c.outChannels % c.groups !== 0) return null;
  const [outHeight, outWidth] = outputSize(c);
  if (outHeight < 1 || outWidth < 1) return null;
  const pixels = outHeight * outWidth;
  const area = c.kernelH * c.kernelW;
  const bytes = ELEMENT_BYTES[c.dtype];
  const [m, n, k] = [c.outChannels / c.groups, pixels, (c.inChannels / c.groups) * area];
  return {
    size: Math.max(c.height, c.width),
    pixels,
    workspace_bytes: c.inChannels * area * pixels * bytes,
    input_bytes: c.batch * c.inChannels * c.height * c.width * bytes,
    output_bytes: c.batch * c.outChannels * pixels * bytes,
    weight_bytes: c.outChannels * k * bytes,
    gemm_m: m,
    gemm_n: n,
    gemm_k: k,
    shorter_side: Math.min(c.height, c.width),
    'gemm_m*gemm_n*gemm_k': m * n * k,
    'gemm_m*gemm_n': m * n,
    'gemm_n*gemm_k': n * k,
    'gemm_m*gemm_k': m * k,
    'in_channels*pixels': c.inChannels * pixels,
    'out_channels*pixels': c.outChannels * pixels,
  };
}
