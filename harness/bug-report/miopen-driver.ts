/** The command line of MIOpenDriver for a convolution, with its flags in the order in which MIOpen logs them. Pure. */
import type { Convolution } from './convolution.ts';

const PROGRAMS = { float32: 'conv', float16: 'convfp16', bfloat16: 'convbfp16', float64: null } as const;
const DIRECTIONS = { forward: 1, 'backward-data': 2, 'backward-weights': 4 } as const;

/** null where MIOpenDriver has no program for the data type. */
export function miopenDriverLine(c: Convolution): string | null {
  const program = PROGRAMS[c.dtype];
  if (program === null) return null;
  const layout = c.layout === 'nhwc' ? ' --in_layout NHWC --fil_layout NHWC --out_layout NHWC' : '';
  return `MIOpenDriver ${program} -n ${c.batch} -c ${c.inChannels} -H ${c.height} -W ${c.width} -k ${c.outChannels} -y ${c.kernelH} -x ${c.kernelW} -p ${c.padding} -q ${c.padding} -u ${c.stride} -v ${c.stride} -l ${c.dilation} -j ${c.dilation}${layout} -m conv -g ${c.groups} -F ${DIRECTIONS[c.direction]} -t 1`;
}
