/** A convolution in Python, as PyTorch runs it: gradients without the forward pass before. Pure. */
import type { Program } from '../knowledge.ts';
import { outputSize, type Convolution } from './shape.ts';

export function programOf(c: Convolution): Program {
  const format = c.layout === 'nhwc' ? 'torch.channels_last' : 'torch.contiguous_format';
  return {
    name: 'convolution',
    setup: [
      `dtype = torch.${c.dtype}`,
      ...(c.dtype === 'float16'
        ? ['if device == "cpu":', '    dtype = torch.float32  # many builds have no float16 convolution for the CPU']
        : []),
    ],
    lines: [
      '',
      'def make(*shape):',
      `    return torch.rand(shape).to(dtype).contiguous(memory_format=${format}).to(device)`,
      '',
      `x = make(${c.batch}, ${c.inChannels}, ${c.height}, ${c.width})`,
      `w = make(${c.outChannels}, ${c.inChannels / c.groups}, ${c.kernelH}, ${c.kernelW})`,
      ...operation(c),
    ],
  };
}

function operation(c: Convolution): readonly string[] {
  const [outHeight, outWidth] = outputSize(c);
  const [stride, padding, dilation] = [c.stride, c.padding, c.dilation].map((value) => `[${value}, ${value}]`);
  if (c.direction === 'forward')
    return [`result = torch.nn.functional.conv2d(x, w, None, ${stride}, ${padding}, ${dilation}, ${c.groups})`];
  const data = c.direction === 'backward-data';
  return [
    `g = make(${c.batch}, ${c.outChannels}, ${outHeight}, ${outWidth})`,
    `wanted = [${data ? 'True, False' : 'False, True'}, False]`,
    `result = torch.ops.aten.convolution_backward(g, x, w, None, ${stride}, ${padding}, ${dilation}, False, [0, 0], ${c.groups}, wanted)[${data ? 0 : 1}]`,
  ];
}
