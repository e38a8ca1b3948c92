/** What changed when, in words: the newest change first, the surroundings that changed in the same night beside it. */
import { knowledgeOf } from '../../harness/knowledge/probes.ts';
import type { LineHistory, Series, Span, NightStep } from '../../harness/model/results/history.ts';
import { fingerprintWords, sideWords, tell } from '../compare/sections.ts';
import { counted } from '../findings/words/numbers.ts';
import { plainLine } from '../findings/words/plain-text.ts';

export interface ChangeItem {
  /** Place in the series. */
  readonly night: number;
  readonly date: string;
  /** The night before this one, with which it is compared. */
  readonly before: string;
  readonly tone: 'bad' | 'good' | 'plain';
  /** All of it in a few words. */
  readonly headline: string;
  readonly lines: readonly string[];
  /** What else changed in that night: suspects, no proof. */
  readonly surroundings: readonly string[];
}

export function changeItems(series: Series): ChangeItem[] {
  return series.steps.map((step) => itemOf(series, step)).toReversed();
}

function itemOf(series: Series, { night, comparison, lost, back }: NightStep): ChangeItem {
  const told = tell(comparison);
  const lines = [
    ...told.sections
      .filter(({ id, aside }) => aside !== true && id !== 'surroundings' && id !== 'not-common')
      .flatMap(({ title, lines: all }) => all.map((line) => `${title.split(';')[0] ?? ''}: ${line}`)),
    ...lost.map((name) => `Without verdict: cells of ${name}`),
    ...back.map((name) => `With verdict again: ${name}`),
  ];
  return {
    night,
    date: nightName(series, night),
    before: nightName(series, night - 1),
    headline: headlineOf(
      told.sections.some(({ id, aside }) => aside !== true && id !== 'surroundings' && id !== 'not-common')
        ? told.headline
        : null,
      lost,
      back,
    ),
    tone: told.tone === 'bad' || lost.length > 0 ? 'bad' : told.tone === 'plain' && lines.length > 0 ? 'good' : 'plain',
    lines,
    surroundings: comparison.fingerprint.map(fingerprintWords),
  };
}

function headlineOf(changed: string | null, lost: readonly string[], back: readonly string[]): string {
  const said = [
    ...(changed === null ? [] : [changed]),
    ...(lost.length > 0 ? [`${counted(lost.length, 'environment')} without verdict`] : []),
    ...(back.length > 0 ? [`${counted(back.length, 'environment')} with verdict again`] : []),
  ];
  return said.length === 0 ? 'only the surroundings changed' : said.join(', ');
}

export interface LineNow {
  readonly name: string;
  readonly boundary: string;
  /** First night with this boundary, and how many nights it has stood. */
  readonly since: string;
  readonly nights: number;
  readonly bad: boolean;
  readonly changed: boolean;
}

/** Where each line stands now; bad ones first, then the newest. */
export function linesNow(series: Series): LineNow[] {
  const all = series.lines.flatMap((line): (LineNow & { from: number })[] => {
    const known = line.spans.filter((span): span is Span & { side: NonNullable<Span['side']> } => span.side !== null);
    const last = known.at(-1);
    if (last === undefined) return [];
    const from = firstNightOf(known, last.side);
    const words =
      line.axis === null ? (last.side.smallestBad === null ? 'pass' : 'fail') : sideWords(last.side, line.axis);
    const bad = last.side.smallestBad !== null || last.side.shape === 'not-monotone';
    return [
      {
        name: lineLabel(series, line),
        boundary: words,
        since: nightName(series, from),
        nights: last.to - from + 1,
        bad,
        changed: known.length > 1,
        from,
      },
    ];
  });
  return all
    .toSorted((a, b) => Number(b.bad) - Number(a.bad) || b.from - a.from)
    .map(({ from: _from, ...standing }) => standing);
}

/** Gaps do not end a state. */
function firstNightOf(
  known: readonly (Span & { side: NonNullable<Span['side']> })[],
  side: NonNullable<Span['side']>,
): number {
  const text = JSON.stringify(side);
  let from = known.at(-1)?.from ?? 0;
  for (const span of known.toReversed()) {
    if (JSON.stringify(span.side) !== text) break;
    from = span.from;
  }
  return from;
}

export function lineLabel(series: Series, line: LineHistory, { arrow } = knowledgeOf(series.probe)): string {
  const { environment, setting, fixed, axis } = line;
  const varying = Object.keys(fixed).filter(
    (name) => name !== axis && new Set(series.lines.map((other) => other.fixed[name])).size > 1,
  );
  const settings = new Set(series.lines.map((other) => other.setting)).size > 1 ? [setting] : [];
  const pair: readonly string[] = arrow?.every((name) => varying.includes(name)) === true ? arrow : [];
  const joined = pair.length === 0 ? [] : [pair.map((name) => String(fixed[name])).join('→')];
  const rest = varying
    .filter((name) => !pair.includes(name))
    .map((name) => (typeof fixed[name] === 'string' ? String(fixed[name]) : `${name}=${String(fixed[name])}`));
  return plainLine([environment, ...settings, ...joined, ...rest].join(' '), 80);
}

/** Its day; with the time where another night began on the same day. '' where there is no such night. */
export function nightName({ nights }: Series, night: number): string {
  const startedAt = nights[night]?.startedAt ?? '';
  const day = startedAt.slice(0, 10);
  return nights.some((other, at) => at !== night && other.startedAt.startsWith(day))
    ? startedAt.slice(0, 16).replace('T', ' ')
    : day;
}
