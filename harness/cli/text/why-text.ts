/** `bench env why` as a person reads it. */
import { columns } from './layout.ts';
import type { Bridge, WheelStep, Stop } from '../../catalogue/bridges.ts';
import type { Comparison, Factor, Versions } from '../../catalogue/differences.ts';

export interface Side {
  readonly name: string;
  readonly versions: Versions;
}

/** What `--json` prints. */
export interface Why {
  readonly schema: 1;
  readonly a: Side;
  readonly b: Side;
  readonly comparison: Comparison;
  readonly bridges: readonly Bridge[];
}

const NAMES: Readonly<Record<Factor, string>> = {
  torch: 'torch',
  rocm: 'ROCm',
  build: 'built by',
  miopen: 'MIOpen',
  python: 'Python',
  platform: 'platform',
  numpy: 'NumPy',
  lookup: 'library lookup',
};

/** Ends with a line break. */
export function whyText({ a, b, comparison, bridges }: Why): string {
  const { different, same, unknown } = comparison;
  const lines = [
    `${a.name}`,
    `${b.name}`,
    '',
    ...(different.length === 0 ? ['Nothing that is known differs.'] : ['Different']),
    ...columns(different.map((one) => [`  ${NAMES[one.factor]}`, `${one.a} -> ${one.b}`])),
    ...(same.length === 0 ? [] : [`Same: ${named(same)}`]),
    ...(unknown.length === 0 ? [] : [`Not known before they are started: ${named(unknown)}`]),
    '',
    ...verdict(comparison),
    ...bridges.flatMap((bridge) => ['', ...bridgeLines(bridge)]),
  ];
  return `${lines.join('\n')}\n`;
}

function named(factors: readonly Factor[]): string {
  return factors.map((factor) => NAMES[factor]).join(', ');
}

function verdict({ confounded, causes, unknown }: Why['comparison']): readonly string[] {
  if (confounded)
    return [
      'CONFOUNDED: torch and ROCm both differ, so a difference in the outcome cannot be put down to one of them.',
    ];
  const [one, ...more] = causes;
  if (unknown.includes('torch') || unknown.includes('rocm'))
    return ['Whether the comparison is confounded is not known: torch or ROCm of one of them is not.'];
  if (one === undefined) return ['Not confounded: as far as is known, the two are one experiment.'];
  if (more.length > 0)
    return [
      `CONFOUNDED: ${causes.map((cause) => NAMES[cause]).join(' and ')} differ, though not torch and ROCm together.`,
    ];
  return [`Not confounded: what differs follows from ${one === 'build' ? 'who built them' : NAMES[one]} alone.`];
}

function bridgeLines({ through, steps, confounded }: Bridge): readonly string[] {
  const [first] = steps;
  const head =
    through.length === 0
      ? confounded === 0
        ? 'Stable wheels separate the factors:'
        : `Stable wheels alone leave ${confounded} step${confounded === 1 ? '' : 's'} confounded:`
      : `Through ${through.map((one) => THROUGH[one] ?? one).join(' and ')}${confounded === 0 ? '' : `, ${confounded} step${confounded === 1 ? '' : 's'} still confounded`}:`;
  return [
    head,
    ...(first === undefined ? [] : [`  ${stopText(first.from)}`]),
    ...steps.map((step) => `  ${stepText(step)}`),
  ];
}

const THROUGH: Readonly<Record<string, string>> = {
  nightly: 'nightlies, which may be gone',
  amd: "AMD's own wheels (another build: a bridge, not a proof)",
  container: "images (system ROCm, AMD's MIOpen: a bridge, not a proof)",
};

function stepText({ to, changes, nearly, otherBuild }: WheelStep): string {
  const words = [...changes.map((change) => NAMES[change]), ...(otherBuild ? ['who built it'] : [])].join(' and ');
  const near = nearly === null ? '' : nearly === 'torch' ? ', torch nearly the same' : ', ROCm nearly the same';
  const both = changes.includes('torch') && changes.includes('rocm') ? ' CONFOUNDED' : '';
  return `-> ${stopText(to)}   ${words}${near}${both}`;
}

function stopText({ name, python, channel }: Stop): string {
  const where = channel === 'stable' || channel === 'container' ? '' : ` (${channel})`;
  return `${name}${where}${python === null || channel === 'container' ? '' : `, Python ${python}`}`;
}
