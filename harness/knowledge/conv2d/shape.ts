/** A case of the conv2d probe with every default spelled out, as python-probes/convolution/shapes.py reads it. Pure. */
import type { Case } from '../../model/cell.ts';
import type { Nothing } from '../knowledge.ts';

const DTYPES = ['float32', 'float16', 'bfloat16', 'float64'] as const;
const LAYOUTS = ['nchw', 'nhwc'] as const;
const DIRECTIONS = ['forward', 'backward-data', 'backward-weights'] as const;

export interface Convolution {
  readonly batch: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly height: number;
  readonly width: number;
  readonly kernelH: number;
  readonly kernelW: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly groups: number;
  readonly dtype: (typeof DTYPES)[number];
  readonly layout: (typeof LAYOUTS)[number];
  readonly direction: (typeof DIRECTIONS)[number];
}

/** `problems`: the parameters that no convolution can have so; what stands in the convolution in their place means nothing. */
export function readConvolution(given: Case): {
  readonly convolution: Convolution;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const whole = (names: readonly string[], fallback: number | null, least = 1): number => {
    const value = names.map((name) => given[name]).find((one) => one !== undefined) ?? fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    problems.push(names[0] ?? '');
    return least;
  };
  const word = <T extends string>(name: string, allowed: readonly [T, ...T[]]): T => {
    const value = given[name] ?? allowed[0];
    const found = allowed.find((one) => one === value);
    if (found === undefined) problems.push(name);
    return found ?? allowed[0];
  };
  const convolution: Convolution = {
    batch: whole(['batch'], 1),
    inChannels: whole(['in_channels'], null),
    outChannels: whole(['out_channels'], null),
    height: whole(['height', 'size'], null),
    width: whole(['width', 'size'], null),
    kernelH: whole(['kernel_h', 'kernel'], 3),
    kernelW: whole(['kernel_w', 'kernel'], 3),
    stride: whole(['stride'], 1),
    padding: whole(['padding'], 1, 0),
    dilation: whole(['dilation'], 1),
    groups: whole(['groups'], 1),
    dtype: word('dtype', DTYPES),
    layout: word('layout', LAYOUTS),
    direction: word('direction', DIRECTIONS),
  };
  return { convolution, problems };
}

export function unusable(problems: readonly string[]): Nothing {
  return { kind: 'nothing', why: `its case has no usable ${problems.join(', ')}` };
}

/** "Conv2d 16→32 3x3, input 1x16x48x48 float32, stride 1, padding 1, forward": one line for a title. */
export function shapeLine(c: Convolution): string {
  return [
    `Conv2d ${c.inChannels}→${c.outChannels} ${c.kernelH}x${c.kernelW}`,
    `input ${c.batch}x${c.inChannels}x${c.height}x${c.width} ${c.dtype}${c.layout === 'nhwc' ? ' channels_last' : ''}`,
    `stride ${c.stride}`,
    `padding ${c.padding}`,
    ...(c.dilation === 1 ? [] : [`dilation ${c.dilation}`]),
    ...(c.groups === 1 ? [] : [`groups ${c.groups}`]),
    c.direction,
  ].join(', ');
}

export function outputSize(c: Convolution): readonly [number, number] {
  const side = (size: number, kernel: number): number =>
    Math.floor((size + 2 * c.padding - c.dilation * (kernel - 1) - 1) / c.stride) + 1;
  return [side(c.height, c.kernelH), side(c.width, c.kernelW)];
}
