/** A comparison in words: a headline and sections of plain lines, which text and Markdown only lay out. Nothing here is escaped. */
import type {
  BoundaryMove,
  BoundarySide,
  CellChange,
  CellName,
  Comparison,
  FingerprintChange,
  TimingChange,
} from '../../harness/model/results/comparison.ts';
import type { Scalar } from '../../harness/model/conditions.ts';
import { counted, duration, listed } from '../findings/words/numbers.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly tone: 'bad' | 'good' | 'plain';
  readonly lines: readonly string[];
  /** Worth a look only for those who look: folded in Markdown, left out on a terminal but for its count. */
  readonly aside?: boolean;
}

export interface ComparisonText {
  /** Null for runs of a real device. */
  readonly simulated: string | null;
  readonly headline: string;
  readonly tone: 'bad' | 'good' | 'plain';
  /** Which two runs, and how much of them is comparable. */
  readonly scope: readonly string[];
  readonly sections: readonly Section[];
}

export function tell(comparison: Comparison): ComparisonText {
  const { baseline, run, coverage } = comparison;
  const sections = [
    ...surroundings(comparison),
    ...verdicts(comparison),
    ...times(comparison),
    ...gaps(comparison),
  ].filter(({ lines }) => lines.length > 0);
  return {
    simulated: run.simulated,
    ...headline(comparison),
    scope: [
      `baseline ${baseline.id} (${baseline.startedAt.slice(0, 16)}Z), run ${run.id} (${run.startedAt.slice(0, 16)}Z)${run.status === 'complete' ? '' : `, which is ${run.status}`}`,
      `${counted(coverage.common, 'common cell')}; the baseline has a verdict for ${coverage.expected} of them, the run for ${coverage.reached} of these`,
      ...(comparison.timings.testedCells === 0 ? [] : [timingScope(comparison)]),
    ],
    sections,
  };
}

function headline(comparison: Comparison): Pick<ComparisonText, 'headline' | 'tone'> {
  const { changes, moved, timings, missing, fingerprint } = comparison;
  const of = (kind: CellChange['kind']): number => changes.filter((change) => change.kind === kind).length;
  const slower = timings.changes.filter(({ direction }) => direction === 'slower').length;
  const down = moved.filter(({ direction }) => direction !== 'up').length;
  const worse = [
    ...some(of('new-hang'), 'new hang'),
    ...some(of('new-failure'), 'new failure'),
    ...(down > 0 ? [`${counted(down, 'boundary', 'boundaries')} moved down`] : []),
    ...(slower > 0 ? [`${slower} slower`] : []),
    ...(missing.length > 0 ? [`${counted(missing.length, 'cell')} without verdict`] : []),
  ];
  const up = moved.length - down;
  const faster = timings.changes.length - slower;
  const better = [
    ...(of('cured') > 0 ? [`${of('cured')} cured`] : []),
    ...(up > 0 ? [`${counted(up, 'boundary', 'boundaries')} moved up`] : []),
    ...(faster > 0 ? [`${faster} faster`] : []),
  ];
  const other = of('changed') > 0 ? [`${of('changed')} fail in another way`] : [];
  const causes = fingerprint.filter(({ weight }) => weight === 'cause').length;
  const all = [...worse, ...better, ...other];
  const said =
    all.length === 0 ? `no difference in ${counted(comparison.coverage.common, 'common cell')}` : all.join(', ');
  return {
    headline: causes > 0 ? `${said}; the surroundings changed too (${causes})` : said,
    tone: worse.length > 0 ? 'bad' : all.length > 0 ? 'plain' : 'good',
  };
}

function surroundings({ fingerprint }: Comparison): Section[] {
  const of = (weight: FingerprintChange['weight']): string[] =>
    fingerprint.filter((change) => change.weight === weight).map(fingerprintWords);
  return [
    { id: 'surroundings', title: 'Changed surroundings: look here first', tone: 'bad', lines: of('cause') },
    { id: 'context', title: 'Other differences', tone: 'plain', lines: of('context'), aside: true },
  ];
}

export function fingerprintWords({ what, where, before, after }: FingerprintChange): string {
  return `${where === null ? '' : `${where}: `}${what}: ${before ?? 'none'} -> ${after ?? 'none'}`;
}

function verdicts({ changes, moved, inferred, firstSeen }: Comparison): Section[] {
  const of = (kind: CellChange['kind']): string[] =>
    grouped(changes.filter((change) => change.kind === kind)).map(changeWords);
  const went = (wanted: 'up' | 'other'): string[] =>
    moved.filter(({ direction }) => (direction === 'up') === (wanted === 'up')).map(moveWords);
  return [
    { id: 'new-hangs', title: 'New hangs', tone: 'bad', lines: of('new-hang') },
    { id: 'new-failures', title: 'New failures', tone: 'bad', lines: of('new-failure') },
    { id: 'moved-down', title: 'Boundaries that moved down', tone: 'bad', lines: went('other') },
    { id: 'changed', title: 'Fail in another way', tone: 'plain', lines: of('changed') },
    {
      id: 'cured',
      title: 'Cured; the baseline still expects them to fail, so take a newer baseline',
      tone: 'good',
      lines: of('cured'),
    },
    { id: 'moved-up', title: 'Boundaries that moved up', tone: 'good', lines: went('up') },
    {
      id: 'first-seen',
      title: 'Fail, and the baseline had no verdict',
      tone: 'plain',
      lines: grouped(firstSeen).map(
        ({ first, values }) => `${lineName(first)}${valueWords(first, values)}: ${first.after}`,
      ),
    },
    {
      id: 'inferred',
      title: 'Inferred only: the run did not try these cells, so they are no finding',
      tone: 'plain',
      lines: grouped(inferred).map(
        ({ first, values }) => `${lineName(first)}${valueWords(first, values)}: ${first.before} -> ${first.after}`,
      ),
      aside: true,
    },
  ];
}

function times({ timings }: Comparison): Section[] {
  const of = (wanted: TimingChange['direction']): string[] =>
    timings.changes.filter(({ direction }) => direction === wanted).map(timingWords);
  return [
    { id: 'slower', title: 'Slower', tone: 'bad', lines: of('slower') },
    { id: 'faster', title: 'Faster', tone: 'good', lines: of('faster') },
  ];
}

function gaps({ missing, coverage }: Comparison): Section[] {
  const { onlyBaseline, onlyRun, environmentsOnlyBaseline, environmentsOnlyRun } = coverage;
  return [
    {
      id: 'missing',
      title: 'Without verdict, and the baseline has one',
      tone: 'bad',
      lines: grouped(missing).map(
        ({ first, values }) =>
          `${lineName(first)}${valueWords(first, values)}: ${first.after} (was ${first.before})${first.reason === null ? '' : `: ${first.reason.split('\n')[0] ?? ''}`}`,
      ),
    },
    {
      id: 'not-common',
      title: 'Not compared: the matrices differ',
      tone: 'plain',
      lines: [
        ...(onlyBaseline > 0
          ? [`${counted(onlyBaseline, 'cell')} in the baseline alone${allOf(environmentsOnlyBaseline)}`]
          : []),
        ...(onlyRun > 0 ? [`${counted(onlyRun, 'cell')} in the run alone${allOf(environmentsOnlyRun)}`] : []),
      ],
    },
  ];
}

function allOf(environments: readonly string[]): string {
  return environments.length === 0 ? '' : `, among them all of ${listed(environments, 6)}`;
}

interface Group<T extends CellName> {
  readonly first: T;
  readonly values: readonly Scalar[];
}

/** Cells of one line that went the same way are one line of text. */
function grouped<T extends CellName & { readonly before: string; readonly after: string }>(
  cells: readonly T[],
): Group<T>[] {
  const groups = new Map<string, { first: T; values: Scalar[] }>();
  for (const cell of cells) {
    const sure = 'confirmed' in cell ? cell.confirmed : null;
    const luck = 'luck' in cell ? cell.luck : null;
    const key = JSON.stringify([
      cell.environment,
      cell.setting,
      cell.place,
      cell.before,
      cell.after,
      sure,
      luck === null,
    ]);
    const group = groups.get(key) ?? { first: cell, values: [] };
    if (cell.value !== null) group.values.push(cell.value);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function changeWords({ first, values }: Group<CellChange>): string {
  const { before, beforeBasis, after, confirmed, luck } = first;
  const was = `was ${before}${beforeBasis === 'inferred' ? ', inferred' : ''}`;
  const unsure = confirmed === false && after !== 'pass' ? '; not confirmed in a fresh process' : '';
  const lucky =
    luck !== null && luck > 0.05
      ? `; may be luck: with the rate of the flaky side, ${Math.round(luck * 100)} of 100 such nights pass`
      : '';
  return `${lineName(first)}${valueWords(first, values)}: ${after} (${was}${unsure}${lucky})`;
}

export function moveWords(move: BoundaryMove): string {
  const { axis, before, after, direction } = move;
  return `${lineName(move)}: ${sideWords(before, axis)} -> ${sideWords(after, axis)}${direction === 'mixed' ? ' (not monotone)' : ''}`;
}

/** As the boundaries of one run are said; how a bad cell fails is not known here. */
export function sideWords({ shape, largestGood, smallestBad }: BoundarySide, axis: string | null): string {
  if (shape === 'not-monotone') return 'mixed';
  const parts = [
    ...(largestGood === null ? [] : [`≤ ${largestGood} pass`]),
    ...(smallestBad === null ? [] : [`≥ ${smallestBad} fail`]),
  ];
  return parts.length === 0 ? 'unknown' : `${axis === null ? '' : `${axis} `}${parts.join(', ')}`;
}

function timingWords({ scope, environment, setting, name, ratio, adjustedP, samples, seconds }: TimingChange): string {
  const factor = ratio >= 1 ? `${ratio.toFixed(2)} times the time` : `${ratio.toFixed(2)} of the time`;
  const sure = `p ${adjustedP < 0.001 ? 'below 0.001' : adjustedP.toFixed(3)}`;
  if (scope !== 'cell' || name === null || seconds === null)
    return `${environment}${setting === null ? '' : ` ${setting}`}: ${factor}, median of ${counted(samples[0], 'cell')} (${sure})`;
  return `${lineName(name)}${valueWords(name, name.value === null ? [] : [name.value])}: ${duration(seconds[0])} -> ${duration(seconds[1])}, ${factor} (${sure}, ${samples[0]} and ${samples[1]} runs)`;
}

function timingScope({ timings }: Comparison): string {
  const { testedCells, testedEnvironments, alpha, minimumRatio, coarse } = timings;
  return `times: ${counted(testedCells, 'cell')} and ${counted(testedEnvironments, 'environment')} tested; told from ${minimumRatio} times on, with at most ${alpha * 100} % false among what is told${coarse ? '; with so few repeated runs one slow cell alone would not be told, a slow environment would' : ''}`;
}

function lineName({ environment, setting, place }: Pick<CellName, 'environment' | 'setting' | 'place'>): string {
  return [environment, ...(setting === null ? [] : [setting]), ...(place === '' ? [] : [place])].join(' ');
}

function valueWords({ axis }: CellName, values: readonly Scalar[]): string {
  return axis === null || values.length === 0 ? '' : ` ${axis} ${listed(values.map(String), 12)}`;
}

function some(many: number, one: string): string[] {
  return many === 0 ? [] : [counted(many, one)];
}
