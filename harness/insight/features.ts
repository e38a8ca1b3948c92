/**
 * Quantities derived from a convolution's parameters, for the rules of a simulated card and for explanations. Pure; runs
 * nothing. Whether one of them is a power of two is for a condition to ask (`power_of_two`), not a feature of its own.
 */
import type { Case } from '../model/cell.ts';

/** Pixels and GEMM sizes are counts, the rest bytes; batch counts in input and output, not in GEMM and workspace. */
export interface ConvFeatures {
  /** Output height x output width. */
  readonly pixels: number;
  /** im2col buffer of one image: in_channels x kernel area x pixels x element size (MIOpen's GEMM, forward). */
  readonly workspace_bytes: number;
  readonly input_bytes: number;
  readonly output_bytes: number;
  readonly weight_bytes: number;
  /** Of the matrix product of one group that stands for the forward convolution. */
  readonly gemm_m: number;
  readonly gemm_n: number;
  readonly gemm_k: number;
}

const ELEMENT_BYTES: Readonly<Record<string, number>> = { float64: 8, float32: 4, float16: 2, bfloat16: 2 };

/** null when the case is no convolution, or one that no convolution can be: a missing or odd parameter, an empty output. */
export function convFeatures(parameters: Case): Readonly<Record<keyof ConvFeatures, number>> | null {
  const shape = convShape(parameters);
  if (shape === null) return null;
  const { batch, channels, filters, height, width, kernel, groups, bytes } = shape;
  const outHeight = outputSide(height, kernel.height, shape);
  const outWidth = outputSide(width, kernel.width, shape);
  if (outHeight < 1 || outWidth < 1) return null;
  const pixels = outHeight * outWidth;
  const area = kernel.height * kernel.width;
  return {
    pixels,
    workspace_bytes: channels * area * pixels * bytes,
    input_bytes: batch * channels * height * width * bytes,
    output_bytes: batch * filters * pixels * bytes,
    weight_bytes: filters * (channels / groups) * area * bytes,
    gemm_m: filters / groups,
    gemm_n: pixels,
    gemm_k: (channels / groups) * area,
  };
}

interface ConvShape {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  readonly height: number;
  readonly width: number;
  readonly kernel: { readonly height: number; readonly width: number };
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly groups: number;
  readonly bytes: number;
}

/** The defaults are those of python-probes/conv2d.py. */
function convShape(parameters: Case): ConvShape | null {
  const count = (name: string, otherwise: number | null, least = 1): number => {
    const value = parameters[name] ?? otherwise;
    return typeof value === 'number' && Number.isInteger(value) && value >= least ? value : Number.NaN;
  };
  const size = parameters['size'] === undefined ? null : count('size', null);
  const side = parameters['kernel'] === undefined ? 3 : count('kernel', null);
  const bytes = ELEMENT_BYTES[String(parameters['dtype'] ?? 'float32')] ?? Number.NaN;
  const shape = {
    batch: count('batch', 1),
    channels: count('in_channels', null),
    filters: count('out_channels', null),
    height: count('height', size),
    width: count('width', size),
    kernel: { height: count('kernel_h', side), width: count('kernel_w', side) },
    stride: count('stride', 1),
    padding: count('padding', 1, 0),
    dilation: count('dilation', 1),
    groups: count('groups', 1),
    bytes,
  };
  const { kernel, ...rest } = shape;
  const known = [...Object.values(rest), kernel.height, kernel.width].every((value) => !Number.isNaN(value));
  return known && shape.channels % shape.groups === 0 && shape.filters % shape.groups === 0 ? shape : null;
}

function outputSide(side: number, kernel: number, { stride, padding, dilation }: ConvShape): number {
  return Math.floor((side + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}
