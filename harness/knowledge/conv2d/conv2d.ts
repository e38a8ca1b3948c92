/** The probe conv2d: one convolution, forward or one of its two gradients. Pure. */
import type { ProbeKnowledge } from '../knowledge.ts';
import { nearChanges } from './near.ts';
import { MIOPEN_DRIVER } from './miopen-driver.ts';
import { programOf } from './program.ts';
import { derive, QUANTITIES } from './quantities.ts';
import { readConvolution, shapeLine, unusable } from './shape.ts';

export const CONV2D: ProbeKnowledge = {
  probes: ['conv2d'],
  parameters: [
    'size',
    'in_channels',
    'out_channels',
    'batch',
    'height',
    'width',
    'kernel',
    'kernel_h',
    'kernel_w',
    'stride',
    'padding',
    'dilation',
    'groups',
    'dtype',
    'layout',
    'direction',
  ],
  quantities: QUANTITIES,
  derive,
  siblings: [
    ['in_channels', 'out_channels'],
    ['height', 'width'],
    ['kernel_h', 'kernel_w'],
  ],
  square: { side: 'size', sides: ['height', 'width'] },
  arrow: ['in_channels', 'out_channels'],
  near: nearChanges,
  reproduction(one) {
    const { convolution, problems } = readConvolution(one);
    if (problems.length > 0) return unusable(problems);
    return { kind: 'program', shape: shapeLine(convolution), program: programOf(convolution) };
  },
  driver: MIOPEN_DRIVER,
  withoutDnn: { control: 'convolution-without-dnn', operation: 'convolution' },
};
