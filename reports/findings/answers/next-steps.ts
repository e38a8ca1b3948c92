/**
 * "What works?" and "what do I do next?". A way around a hang is named only where it was observed to pass; anything else that is said
 * here is a thing to try or to measure, and is called so.
 */
import type { ProbeKnowledge } from '../../../harness/knowledge/knowledge.ts';
import { knowledgeOf } from '../../../harness/knowledge/probes.ts';
import { MAKERS } from '../../../harness/model/makers.ts';
import type { ControlResult, Results } from '../../../harness/model/results/results.ts';
import { lineState } from '../lines/boundary-words.ts';
import { controlsWithoutDnn } from './hang-controls.ts';
import type { LineView } from '../lines/lines.ts';
import { count, counted, listed } from '../words/numbers.ts';
import type { Overview, Row } from '../overview.ts';
import { plainLine } from '../words/plain-text.ts';
import { variablesOf } from '../words/variables.ts';
import { lineKey } from '../../../harness/model/cell.ts';
import type { Statement } from './statement.ts';

export interface NextStep extends Statement {
  /** A command that does it, where there is one. */
  readonly command: string | null;
}

const MOST_NAMES = 3;

export function nextSteps(overview: Overview, known = knowledgeOf(overview.results.run.probe)): readonly NextStep[] {
  const { results } = overview;
  const hangs = overview.cells.observedBad > 0 || overview.cells.flaky > 0;
  const steps = [
    ...unfinished(results),
    ...(hangs
      ? [
          ...otherVersion(overview),
          ...otherSetting(overview),
          ...withoutDnn(results, known),
          ...belowBoundary(overview),
        ]
      : []),
  ];
  const around = steps.some(({ tone }) => tone === 'good');
  if (hangs && !around)
    steps.push(
      step(
        'warn',
        'Nothing that passes throughout was observed here. Try more versions and settings: add environments or settings to the matrix.',
      ),
    );
  if (hangs && overview.lines.unconfirmed > 0)
    steps.push(
      step(
        'warn',
        `${counted(overview.lines.unconfirmed, 'boundary', 'boundaries')} not confirmed in a fresh process yet: resume the run before reporting it.`,
      ),
    );
  if (steps.length === 0) steps.push(nothingWrong(overview));
  return steps;
}

/** Rows (versions, settings or pairs) in which everything that was tried passed, in the order of the matrix. */
export function workingRows({ rows }: Overview): readonly Row[] {
  return rows.filter((row) => row.state === 'good' && row.open === 0);
}

function unfinished({ run }: Results): NextStep[] {
  if (run.status === 'complete') return [];
  if (run.status === 'quarantined')
    return [step('bad', 'Bring the card back first: reset it or restart the machine, then resume the run.')];
  return [step('warn', 'Resume the run: it stopped before it was done.')];
}

function otherVersion(overview: Overview): NextStep[] {
  const { results } = overview;
  const good = workingRows(overview);
  const newest = good.at(-1);
  if (newest === undefined) return [];
  const cell = results.cells.find((one) => overview.shapes.rowOf(one) === newest.name);
  const environment = results.environments.find(({ name }) => name === cell?.environment);
  const lines = [...overview.lineById.values()].filter(
    ({ line }) => overview.shapes.rowOf(line) === newest.name,
  ).length;
  const all =
    results.searchAxis === null
      ? counted(newest.observed, 'cell')
      : `${counted(lines, 'line')} up to the largest ${plainLine(overview.shapes.axisName ?? 'value', 40)}`;
  const others = good.length > 1 ? ` ${count(good.length - 1)} more ${good.length === 2 ? 'passes' : 'pass'} too.` : '';
  const text = `Use ${plainLine(newest.name, 130)}${variableWords(results, cell)}: observed to pass ${overview.shapes.rowKind === 'environment' ? '' : 'in '}${all}, ${count(newest.observed)} of its ${count(newest.good)} cells run.${others}`;
  return [{ tone: 'good', text, command: installCommand(environment) }];
}

/** Without the variables under which it passed it is not what passed: " with HSA_OVERRIDE_GFX_VERSION=10.3.0". */
function variableWords(results: Results, cell: Results['cells'][number] | undefined): string {
  const words = (cell === undefined ? [] : variablesOf(results, cell)).map(([name, value]) =>
    value === null ? `${plainLine(name, 60)} not set` : `${plainLine(name, 60)}=${plainLine(value, 60)}`,
  );
  return words.length === 0 ? '' : ` with ${listed(words, MOST_NAMES)}`;
}

/** Only for a wheel of which the public index is known. */
function installCommand(environment: Results['environments'][number] | undefined): string | null {
  if (environment?.torch == null || environment.index === undefined) return null;
  return `pip install torch==${plainLine(environment.torch, 40)} --index-url ${plainLine(environment.index, 200)}`;
}

/** A setting in which every line passes that does not pass in another setting of the same environment. */
function otherSetting({ lineById, shapes }: Overview): NextStep[] {
  if (shapes.rowKind === 'environment') return [];
  const lines = new Map<string, LineView>();
  for (const view of lineById.values()) lines.set(lineKey(view.line), view);
  const settings = [...new Set([...lineById.values()].map(({ line }) => line.setting))];
  const found = new Map<string, { cured: number; of: number; environments: Set<string> }>();
  for (const view of lineById.values()) {
    if (!isBad(view)) continue;
    for (const setting of settings) {
      const other = lines.get(lineKey({ ...view.line, setting }));
      if (setting === view.line.setting || other === undefined) continue;
      const one = found.get(setting) ?? { cured: 0, of: 0, environments: new Set<string>() };
      one.of += 1;
      if (lineState(other) === 'good') {
        one.cured += 1;
        one.environments.add(view.line.environment);
      }
      found.set(setting, one);
    }
  }
  return [...found]
    .filter(([, { cured, of }]) => cured === of)
    .toSorted((a, b) => b[1].cured - a[1].cured)
    .slice(0, 2)
    .map(([setting, { cured, environments }]) =>
      step(
        'good',
        `Without another version: setting ${plainLine(setting, 64)} was observed to pass on all ${counted(cured, 'line')} that fail in other settings, in ${listed(
          [...environments].map((name) => plainLine(name, 64)),
          MOST_NAMES,
        )}.`,
      ),
    );
}

/** Controls of the very cases that hang: a few shapes, not the whole matrix, and it says so. */
function withoutDnn(results: Results, known: ProbeKnowledge): NextStep[] {
  const { healthy, sick } = controlsWithoutDnn(
    results,
    results.cells.filter(({ basis, verdict }) => basis.kind === 'observed' && results.bad.includes(verdict)),
    known,
  );
  const [first] = healthy;
  if (first === undefined || sick.length > 0) return [];
  const { dnn, dnnOff } = MAKERS[results.device.kind];
  if (dnnOff === null) return [];
  const shapes = new Set(healthy.map((one) => shapeOf(results, one))).size;
  const what =
    shapes === 1
      ? `A shape that hangs (${shapeOf(results, first)})`
      : `${count(shapes)} shapes that hang (such as ${shapeOf(results, first)})`;
  return [
    step(
      'plain',
      `To try: ${dnnOff}. ${what} ${shapes === 1 ? 'was' : 'were'} observed to pass with ${dnn} off in ${places(healthy)}; other shapes were not tried with it off.`,
    ),
  ];
}

/** What varies in the matrix; all of a case where that is nothing. */
function shapeOf(results: Results, control: ControlResult): string {
  const varying = new Set(results.axes.flatMap(({ parameters }) => parameters));
  const all = Object.entries(control.case);
  const shown = all.filter(([name]) => varying.has(name));
  const words = (shown.length === 0 ? all : shown)
    .slice(0, 4)
    .map(([name, value]) => `${plainLine(name, 40)} ${plainLine(String(value), 40)}`)
    .join(', ');
  return words === '' ? 'the control' : words;
}

function places(passed: readonly ControlResult[]): string {
  const environments = [...new Set(passed.map(({ environment }) => plainLine(environment, 64)))];
  return environments.length <= MOST_NAMES ? environments.join(', ') : counted(environments.length, 'environment');
}

/** The value up to which every failing line passes. Only numbers have a "below". */
function belowBoundary({ lineById, shapes }: Overview): NextStep[] {
  const bad = [...lineById.values()].filter(isBad);
  const safe = bad.map(({ largestGood, below, boundary }) =>
    typeof largestGood === 'number' && below.length === 0 && boundary.kind !== 'not-monotone' ? largestGood : null,
  );
  if (bad.length === 0 || shapes.axisName === null || safe.some((value) => value === null)) return [];
  const least = Math.min(...safe.flatMap((value) => value ?? []));
  return [
    step(
      'plain',
      `Without changing anything: stay at ${plainLine(shapes.axisName, 40)} ${least} or below; that passes on ${bad.length === 1 ? 'the one line that fails' : `all ${count(bad.length)} lines that fail`} further up.`,
    ),
  ];
}

function isBad(view: LineView): boolean {
  const state = lineState(view);
  return state === 'bad' || state === 'mixed' || state === 'flaky';
}

function nothingWrong({ cells, rows }: Overview): NextStep {
  if (rows.every(({ state }) => state === 'open'))
    return step('warn', 'Nothing was tested: see what kept the environments from starting below.');
  if (cells.failed.size > 0)
    return step('warn', 'Look at the failures below: they are not what this matrix counts as bad.');
  return step(
    'plain',
    'Nothing to work around in what was tested. To go on: other shapes, data types or directions in the matrix.',
  );
}

function step(tone: NextStep['tone'], text: string): NextStep {
  return { tone, text, command: null };
}
