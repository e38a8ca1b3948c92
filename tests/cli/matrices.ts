/** Small matrices and models of simulated cards, written into a test's folder. */
import type { Folder } from './bench-process.ts';

/** Hangs on rocm5.3 above 16, with 16 input channels; 1 card second is 2 ms, so that a hang costs the shortest deadline. */
const MODEL = `schema: 1
name: one-boundary
description: a test's own
device: { name: test card, target: gfx1010 }
time_scale: 0.002
rules:
  - when: { rocm: '5.3', size: { gt: 16 }, in_channels: 16 }
    fate: { kind: hang }
default: { kind: pass, seconds: 0.2 }
`;

export interface SmallMatrix {
  readonly environments?: readonly string[];
  readonly sizes?: readonly number[];
  readonly strategy?: 'grid' | 'line';
  /** More lines of YAML. */
  readonly more?: string;
  readonly model?: string;
}

export function wheel(rocm: string): string {
  return `{ kind: wheel, rocm: '${rocm}', torch: 2.0.1 }`;
}

/** Writes matrix.yml and model.yml; returns the matrix's path. Two environments, two channel pairs and four sizes, simulated, unless told otherwise. */
export async function smallMatrix(folder: Folder, small: SmallMatrix = {}): Promise<string> {
  const { environments = ['5.2', '5.3'].map(wheel), sizes = [8, 16, 32, 64], strategy = 'line', more = '', model = MODEL } = small;
  await folder.write('model.yml', model);
  return folder.write(
    'matrix.yml',
    `schema: 1
name: small
probe: conv2d
device: simulated
simulate: ./model.yml
environments:
${environments.map((one) => `  - ${one}`).join('\n')}
axes:
  channels: { zip: [in_channels, out_channels], values: [[16, 32], [3, 16]] }
  size: [${sizes.join(', ')}]
constants: { kernel: 3, padding: 1 }
search: { strategy: ${strategy}, axis: size }
${more}`,
  );
}
