/** Small matrices and models of simulated cards, written into a test's folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder } from './bench-process.ts';
import { packageRoot } from '../../harness/machine/installation.ts';

export const MATRICES = join(packageRoot(), 'matrices');

/** Hangs on rocm5.3 above 16, with 16 input channels; 1 card second is 2 ms. */
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

/** On this card every attempt is a search that goes on for so many card seconds, each a hundredth of a second, so that what a test does comes in the middle of one. */
export function slowModel(seconds: number): string {
  return `schema: 1
name: slow
description: a test's own
device: { name: test card, target: gfx1010 }
time_scale: 0.01
default: { kind: slow-search, seconds: ${seconds} }
`;
}

export interface SmallMatrix {
  readonly environments?: readonly string[];
  readonly sizes?: readonly number[];
  readonly strategy?: 'grid' | 'line';
  /** More lines of YAML; with a watchdog or health of their own, the patient ones are left out. */
  readonly more?: string;
  readonly model?: string;
  readonly hangSeconds?: number;
}

/** Wall seconds of silence after which a simulated first run hangs: a hang costs them. Time in which nobody lets a probe run is no silence. */
const HANG_SECONDS = 0.5;
/** The same where a model searches, or its passes take longer: lines of a search go through the disk. */
export const SEARCHING_SECONDS = 2;
/** The same for every phase in which nothing hangs here: it costs nothing. */
const NEVER_SECONDS = 90;

/** Lines of YAML for limits in wall seconds on a card whose seconds are `scale` wall seconds. Nothing is lowered: a hang is one at the first try. */
export function patientWatchdog(scale: number, hangSeconds = HANG_SECONDS): string {
  const [hang, never, hard] = [hangSeconds, NEVER_SECONDS, 10 * NEVER_SECONDS].map(
    (seconds) => `${Math.ceil(seconds / scale)}s`,
  );
  return `watchdog: { adaptive: false, hard_limit: ${hard}, deadlines: { device: ${never}, allocate: ${never}, first-run: ${hang}, steady: ${never}, verify: ${never} } }`;
}

/** The same for canaries and controls, which do not hang unless a model says so. */
export function patientHealth(scale: number, seconds = NEVER_SECONDS, more = ''): string {
  return `health: { deadline: ${Math.ceil(seconds / scale)}s${more} }`;
}

function scaleOf(model: string): number {
  const scale = Number(/^time_scale: (.*)$/m.exec(model)?.[1]);
  if (scale > 0) return scale;
  throw new Error('the model has no time scale');
}

export function wheel(rocm: string): string {
  const torch = { '5.2': '1.13.1', '5.3': '2.0.1' }[rocm];
  if (torch === undefined) throw new Error(`name a torch that has a wheel for ROCm ${rocm}`);
  return `{ kind: wheel, rocm: '${rocm}', torch: ${torch} }`;
}

/** Writes matrix.yml and model.yml; returns the matrix's path. Two environments, two channel pairs and four sizes, simulated, unless told otherwise. */
export async function smallMatrix(folder: Folder, small: SmallMatrix = {}): Promise<string> {
  const {
    environments = ['5.2', '5.3'].map(wheel),
    sizes = [8, 16, 32, 64],
    strategy = 'line',
    more = '',
    model = MODEL,
    hangSeconds,
  } = small;
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
${more}
${more.includes('watchdog:') ? '' : patientWatchdog(scaleOf(model), hangSeconds)}
${more.includes('health:') ? '' : patientHealth(scaleOf(model))}
`,
  );
}

/** A shipped matrix with some of its wheels, channel pairs and sizes only; returns its path. */
export async function cutMatrix(
  folder: Folder,
  name: string,
  {
    wheels,
    channels,
    sizes,
  }: { readonly wheels: readonly string[]; readonly channels: readonly string[]; readonly sizes: readonly number[] },
): Promise<string> {
  const whole = await readFile(join(MATRICES, `${name}.yml`), 'utf8');
  const cut = whole
    .split('\n')
    .filter(
      (line) =>
        !line.includes('kind: wheel') || wheels.some((rocm) => line.replaceAll("'", '').includes(`rocm: ${rocm},`)),
    )
    .filter((line) => !/^ {6}- \[/.test(line) || channels.some((pair) => line.includes(`[${pair}]`)))
    .join('\n')
    .replace(/size: \[[\d,\s]+\]/, `size: [${sizes.join(', ')}]`);
  return folder.write(`${name}.yml`, patient(cut));
}

/** A shipped matrix, whole; returns its path. */
export async function wholeMatrix(folder: Folder, name: string): Promise<string> {
  return folder.write(`${name}.yml`, patient(await readFile(join(MATRICES, `${name}.yml`), 'utf8')));
}

/** Limits for `hurriedModel`, and the shipped model that the matrix names where it is. */
function patient(matrix: string): string {
  const here = matrix.replace(/^simulate: \.\//m, `simulate: ${MATRICES}/`);
  return `${here}\n${patientWatchdog(HURRIED, SEARCHING_SECONDS)}\n${patientHealth(HURRIED)}\n`;
}

/** Wall seconds for each card second of a hurried model. */
const HURRIED = 0.003;

/** A shipped model as it is, but on a card so fast that a pass costs next to nothing, and without the heat of one that spins. */
export async function hurriedModel(folder: Folder, name: string): Promise<string> {
  const text = await readFile(join(MATRICES, 'models', `${name}.yml`), 'utf8');
  return folder.write(
    `model-${name}.yml`,
    text.replace(/^time_scale: .*$/m, `time_scale: ${HURRIED}`).replaceAll('activity: busy', 'activity: idle'),
  );
}
