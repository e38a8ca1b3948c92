/** Which differences make `--fail-on` fail: exit code 1 when there is one. */
import type { Comparison } from '../../model/results/comparison.ts';

/**
 * moved: a boundary in any direction. missing: a cell without verdict that the baseline had one for. regression: all that is worse. any: every
 * difference but the context of the fingerprint.
 */
export const COMPARE_FAIL_ON = [
  'new-hang',
  'new-failure',
  'changed',
  'cured',
  'moved',
  'moved-down',
  'moved-up',
  'slower',
  'faster',
  'missing',
  'first-seen',
  'fingerprint',
  'regression',
  'any',
] as const;
export type CompareFailOn = (typeof COMPARE_FAIL_ON)[number];
type Counted = Exclude<CompareFailOn, 'regression' | 'any' | 'moved'>;

const REGRESSION: readonly Counted[] = ['new-hang', 'new-failure', 'moved-down', 'slower', 'missing'];

/** How many of each there are, "0" included. A boundary that is mixed moved both ways. */
export function countChanges(comparison: Comparison): Readonly<Record<Counted, number>> {
  const { changes, moved, timings, missing, firstSeen, fingerprint } = comparison;
  const of = (kind: string): number => changes.filter((change) => change.kind === kind).length;
  const towards = (wanted: string): number =>
    moved.filter(({ direction }) => direction === wanted || direction === 'mixed').length;
  const timing = (wanted: string): number => timings.changes.filter(({ direction }) => direction === wanted).length;
  return {
    'new-hang': of('new-hang'),
    'new-failure': of('new-failure'),
    changed: of('changed'),
    cured: of('cured'),
    'moved-down': towards('down'),
    'moved-up': towards('up'),
    slower: timing('slower'),
    faster: timing('faster'),
    missing: missing.length,
    'first-seen': firstSeen.length,
    fingerprint: fingerprint.filter(({ weight }) => weight === 'cause').length,
  };
}

/** The kinds asked for that there are some of. */
export function failures(comparison: Comparison, failOn: readonly CompareFailOn[]): readonly Counted[] {
  const counts = countChanges(comparison);
  const wanted = new Set(
    failOn.flatMap((kind): readonly string[] =>
      kind === 'regression'
        ? REGRESSION
        : kind === 'any'
          ? Object.keys(counts)
          : kind === 'moved'
            ? ['moved-down', 'moved-up']
            : [kind],
    ),
  );
  return COMPARE_FAIL_ON.flatMap((kind) => (isCounted(kind) && wanted.has(kind) && counts[kind] > 0 ? [kind] : []));
}

function isCounted(kind: CompareFailOn): kind is Counted {
  return kind !== 'regression' && kind !== 'any' && kind !== 'moved';
}
