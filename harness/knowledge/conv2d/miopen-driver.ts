/** MIOpen's own program for one convolution, with its flags in the order in which MIOpen logs them. Pure. */
import type { Driver } from '../knowledge.ts';
import { readConvolution, unusable } from './shape.ts';

const PROGRAMS = { float32: 'conv', float16: 'convfp16', bfloat16: 'convbfp16', float64: null } as const;
const DIRECTIONS = { forward: 1, 'backward-data': 2, 'backward-weights': 4 } as const;

export const MIOPEN_DRIVER: Driver = {
  name: 'MIOpenDriver',
  library: 'MIOpen',
  origin: 'The program is part of the MIOpen packages of the distribution and not of the wheel.',
  commandOf(one) {
    const { convolution: c, problems } = readConvolution(one);
    if (problems.length > 0) return unusable(problems);
    const program = PROGRAMS[c.dtype];
    if (program === null) return { kind: 'nothing', why: `MIOpenDriver has no program for ${c.dtype}` };
    const layout = c.layout === 'nhwc' ? ' --in_layout NHWC --fil_layout NHWC --out_layout NHWC' : '';
    return {
      kind: 'command',
      line: `MIOpenDriver ${program} -n ${c.batch} -c ${c.inChannels} -H ${c.height} -W ${c.width} -k ${c.outChannels} -y ${c.kernelH} -x ${c.kernelW} -p ${c.padding} -q ${c.padding} -u ${c.stride} -v ${c.stride} -l ${c.dilation} -j ${c.dilation}${layout} -m conv -g ${c.groups} -F ${DIRECTIONS[c.direction]} -t 1`,
    };
  },
};
