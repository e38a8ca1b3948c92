/** A line's boundary in words. */
import { counted } from '../words/numbers.ts';
import { plainLine } from '../words/plain-text.ts';
import type { Failed, LineView } from './lines.ts';
import { kindWords } from '../words/verdict-words.ts';
import type { Boundary } from '../../../harness/model/results/results.ts';

type Value = string | number | boolean;

const MOST_KINDS = 3;
const MOST_TURNS = 6;

const one = (value: Value): string => plainLine(String(value), 40);

/** "≤ 32 pass, ≥ 40 hang (not confirmed yet)". `axis` names what all of it is about: "size". */
export function boundaryWords(view: LineView, axis = ''): string {
  return `${stated(view, axis)}${view.doubtful === 0 ? '' : `; ${counted(view.doubtful, 'cell')} not run and doubtful`}`;
}

function stated(view: LineView, axis: string): string {
  const about = axis === '' ? '' : `${axis} `;
  const { boundary } = view;
  if (view.line.axis === null) return single(view);
  switch (boundary.kind) {
    case 'all-good':
      return `all pass${belowWords(view)}`;
    case 'all-bad':
      return `${allBad(view, axis)}${doubt(view)}`;
    case 'bracketed':
    case 'interval':
      return `${about}${parts(view).join(', ')}${belowWords(view)}`;
    case 'not-monotone':
      return `${about}mixed: ${mixed(view, boundary.changes).join(', ')}${boundary.changes.length > MOST_TURNS ? ', …' : ''}`;
    case 'untestable':
      return view.between.length === 0 ? 'not tested' : `no pass: ${kindsOf(view.between)} in every cell tried`;
  }
}

/** "hang up to 16, pass from 20, flaky from 40". */
function mixed({ verdictAt }: LineView, changes: Extract<Boundary, { kind: 'not-monotone' }>['changes']): string[] {
  const state = (value: Value): string => (verdictAt(value) === 'flaky' ? 'flaky' : kindWords(verdictAt(value)).verb);
  const [first] = changes;
  return [
    ...(first?.turns === 'good' ? [`${state(first.from)} up to ${one(first.from)}`] : []),
    ...changes.slice(0, MOST_TURNS).map(({ turns, to }) => `${turns === 'bad' ? state(to) : 'pass'} from ${one(to)}`),
  ];
}

function allBad(view: LineView, axis: string): string {
  if (view.badKind === 'flaky') return `${axis === '' ? '' : `${axis} `}flaky from ${one(view.smallestBad ?? '')}`;
  const words = kindWords(view.badKind);
  return axis === '' ? `all ${words.verb}` : `every ${axis} ${words.verbOne}`;
}

function parts(view: LineView): string[] {
  const { largestGood, smallestBad, between, untested } = view;
  const place = largestGood !== null && smallestBad !== null ? 'between' : largestGood === null ? 'below' : 'above';
  return [
    ...(largestGood === null ? [] : [`≤ ${one(largestGood)} pass`]),
    ...firstOfEach(between).map((found) =>
      found.kind === 'flaky'
        ? `flaky from ${one(found.value)}`
        : `≥ ${one(found.value)} ${kindWords(found.kind).verb} (not counted as bad)`,
    ),
    ...(smallestBad === null ? [] : [`${badFrom(view)}${doubt(view)}`]),
    ...(untested === 0 ? [] : [`${counted(untested, 'cell')} ${place} ${untested === 1 ? 'was' : 'were'} not tested`]),
  ];
}

function badFrom({ badKind, smallestBad }: LineView): string {
  return badKind === 'flaky'
    ? `flaky from ${one(smallestBad ?? '')}`
    : `≥ ${one(smallestBad ?? '')} ${kindWords(badKind).verb}`;
}

const doubt = ({ confirmed, unconfirmed }: LineView): string =>
  confirmed !== false
    ? ''
    : unconfirmed === null
      ? ' (not confirmed yet)'
      : ` (not confirmed: ${plainLine(unconfirmed, 120)})`;

function belowWords({ below }: LineView): string {
  return below.length === 0
    ? ''
    : `, but ${firstOfEach(below)
        .map((found) =>
          found.kind === 'flaky'
            ? `flaky from ${one(found.value)}`
            : `${kindWords(found.kind).noun} at ${one(found.value)}`,
        )
        .join(', ')}`;
}

export type LineState = 'good' | 'bad' | 'mixed' | 'flaky' | 'failed' | 'open';

/** How a line stands, for colouring tables and counting. failed: in a way that does not count as bad. */
export function lineState(view: LineView): LineState {
  if (view.boundary.kind === 'not-monotone') return 'mixed';
  if (view.smallestBad !== null)
    return view.badKind === 'flaky' ? 'flaky' : view.boundary.kind === 'all-bad' ? 'bad' : 'mixed';
  const seen = [...view.between, ...view.below];
  if (seen.length > 0) return seen.every(({ kind }) => kind === 'flaky') ? 'flaky' : 'failed';
  return view.boundary.kind === 'all-good' ? 'good' : 'open';
}

/** Shorter still, for the cells of the summary table, such as "hang ≥ 33". "?": cells between were not tested. */
export function boundaryShort(view: LineView): string {
  return `${shortOf(view)}${view.doubtful === 0 ? '' : ', doubtful'}`;
}

function shortOf(view: LineView): string {
  const { boundary, between, below, badKind } = view;
  if (view.line.axis === null) return single(view);
  const open = view.untested > 0 ? '?' : '';
  const seen = [...below.filter(({ kind }) => kind === 'flaky').slice(0, 1), ...firstOfEach(between)].map(short);
  const failedBelow = below.filter(({ kind }) => kind !== 'flaky');
  const under = failedBelow.length === 0 ? '' : `, ${kindsOf(failedBelow)} below`;
  switch (boundary.kind) {
    case 'all-good':
      return seen.length > 0
        ? `${seen.join(', ')}${under}`
        : `pass${failedBelow.length === 0 ? '' : `, but ${kindsOf(failedBelow)}`}`;
    case 'all-bad':
      return badKind === 'flaky' ? `flaky from ${one(boundary.smallestBad)}` : `all ${kindWords(badKind).short}`;
    case 'bracketed':
    case 'interval': {
      const bad =
        view.smallestBad === null ? [] : [short({ kind: badKind, value: view.smallestBad, errorClass: null })];
      const all = [...seen, ...bad];
      if (all.length > 0) return `${all.join(', ')}${open}${under}`;
      return view.largestGood === null ? 'open' : `pass ≤ ${one(view.largestGood)}${open}${under}`;
    }
    case 'not-monotone':
      return 'mixed';
    case 'untestable':
      return between.length === 0 ? 'not tested' : kindsOf(between);
  }
}

function short({ kind, value, errorClass }: Failed): string {
  return kind === 'flaky' ? `flaky from ${one(value)}` : `${named(kind, errorClass)} ≥ ${one(value)}`;
}

/** A line of one cell. */
function single(view: LineView): string {
  if (view.boundary.kind === 'all-good') return 'pass';
  if (view.boundary.kind === 'not-monotone') return 'mixed';
  if (view.smallestBad !== null) return kindWords(view.badKind).short;
  return view.between.length === 0 ? 'not tested' : kindsOf(view.between);
}

/** "error (no-binary)". */
function named(kind: string, errorClass: string | null): string {
  return errorClass === null ? kindWords(kind).short : `${kindWords(kind).short} (${errorClass})`;
}

function kindsOf(some: readonly Failed[]): string {
  return firstOfEach(some)
    .map(({ kind, errorClass }) =>
      named(kind, some.every((other) => other.kind !== kind || other.errorClass === errorClass) ? errorClass : null),
    )
    .join(', ');
}

function firstOfEach(some: readonly Failed[]): Failed[] {
  return some
    .filter((found, index) => some.findIndex(({ kind }) => kind === found.kind) === index)
    .slice(0, MOST_KINDS);
}
