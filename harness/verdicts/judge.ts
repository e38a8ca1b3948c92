/**
 * Judging: a journal and its matrix become results.json. Pure and repeatable: the same journal gives the same bytes. No
 * clock, no device, no file; what an outcome was is taken from the journal as it stands.
 */
import { testOrder, type Ended } from '../insight/order.ts';
import { isStarved } from '../model/grade.ts';
import { indexOf } from '../catalogue/rows/files.ts';
import { axesOf, searchAxisOf } from '../matrix/space/axes.ts';
import { cleanTries, promisedTries } from '../matrix/cost/tries.ts';
import type { Cell, Enumeration } from '../model/cell.ts';
import { declarationOf, type Environment } from '../matrix/kinds/kinds.ts';
import type { Matrix, TorchSwitches } from '../matrix/file/schema.ts';
import type { Scalar } from '../model/conditions.ts';
import type { JournalEvent } from '../model/events.ts';
import { publicVariables } from '../model/redact.ts';
import { judgeAdaptive } from './cells/lowered-limits.ts';
import { AssumptionLog } from './cells/assumption.ts';
import { inferAlike } from './cells/safe-side.ts';
import { boundaryOf } from './cells/boundary.ts';
import { judgeExpectations } from './cells/expectations.ts';
import { explainedCells, type JudgedCell } from './cells/run-insight.ts';
import { hangRate, loadsByCell } from './cells/hang-rate.ts';
import { isFlaky, withoutLuck } from './cells/lucky-passes.ts';
import { inferLine, type Inference, type Judged } from './cells/inferred.ts';
import { observe } from './cells/observed.ts';
import {
  RESULTS_SCHEMA,
  type AttemptResult,
  type CellResult,
  type EnvironmentResult,
  type LineResult,
  type Results,
} from '../model/results/results.ts';
import { readRunLog, type LoggedAttempt, type RunLog } from './fold/run-log.ts';
import { twinCells } from './cells/twin-cells.ts';
import { STRATEGIES } from '../model/strategy.ts';
import { grouped } from '../model/grouped.ts';

/**
 * Throws NoVerdictError `journal-without-run` when the journal does not begin with its run. `explained`: what sets the boundary, for whoever wants
 * verdicts alone by the hundred.
 */
export function judge(
  events: Iterable<JournalEvent>,
  matrix: Matrix,
  enumeration: Enumeration,
  explained: typeof explainedCells = explainedCells,
): Results {
  const log = readRunLog(events);
  const byCell = groupByCell(log.attempts);
  const loads = loadsByCell(log.attempts.map(({ started }) => started.cell.id));
  // Where nothing was flaky one pass above a hang is enough to break a line.
  const wanted = [...byCell.values()].some((own) => isFlaky(observe(own, matrix))) ? promisedTries(matrix) : 1;
  const ranks = new Map([...byCell.keys()].map((id, rank) => [id, rank]));
  const twinOf = matrix.same_libraries === 'merge' ? twinCells(log.libraries, enumeration) : () => null;
  const lines: LineResult[] = [];
  const cells: CellResult[] = [];
  const judgedCells: JudgedCell[] = [];
  const expectations: Results['expectations'] = [];
  const inference = inferenceOf(matrix);
  const assumption = new AssumptionLog();
  for (const line of enumeration.lines()) {
    const own = line.cells.map(({ id }) => observe(byCell.get(id) ?? [], matrix));
    // Where a cell was left to its twin, what was seen of the twin holds for the line; the cell itself stays unobserved.
    const twins = line.cells.map((cell, index) => (own[index]?.attempts === 0 ? twinOf(cell) : null));
    const told = own.map((one, index) =>
      twins[index] === null || twins[index] === undefined ? one : observe(byCell.get(twins[index]) ?? [], matrix),
    );
    const observed = withoutLuck(told, wanted);
    const unavailable = log.unavailable(line.environment, line.setting);
    const judged = inferLine(line, observed, inference);
    const { id, environment, setting, fixed, axis } = line;
    const rate = hangRate(line, observed, (cell) => loads.get(cell) ?? 1);
    const flaky = rate !== null && (matrix.flaky !== undefined || rate.hangs < rate.tries);
    const boundary = boundaryOf(line, observed, unavailable);
    if (inference !== 'none')
      assumption.add(line, boundary, judged, (place) => ranks.get(line.cells[place]?.id ?? '') ?? null);
    lines.push({ id, environment, setting, fixed: { ...fixed }, axis, boundary, ...(flaky ? { hangRate: rate } : {}) });
    for (const [index, cell] of line.cells.entries()) {
      const one = judged[index];
      if (one === undefined) continue;
      const twin = twins[index] ?? null;
      const seen = own[index] ?? one.observed;
      const result = cellResult(line.id, cell, twin === null ? one : fromTwin(one, seen, twin), unavailable !== null);
      cells.push(result);
      judgedCells.push({ cell: result, observed: seen });
      expectations.push(...judgeExpectations(matrix, cell, byCell.get(twin ?? cell.id) ?? [], one.observed));
    }
  }
  const takesOver = STRATEGIES[matrix.search.strategy].audits && matrix.search.prove === 'safe-side';
  const order = testOrder(log.attempts.flatMap(endedOf));
  const summary = assumption.summarise(lines, takesOver ? inferAlike(lines, cells) : cells);
  return {
    schema: RESULTS_SCHEMA,
    ...header(log, matrix),
    lines,
    cells: summary.cells,
    attempts: log.attempts.map(attemptResult),
    expectations,
    ...(summary.assumption === null ? {} : { assumption: summary.assumption }),
    ...explained(judgedCells, outsideCells(cells, byCell, matrix), matrix, log),
    ...(order === null ? {} : { order }),
    ...(log.health === undefined ? {} : { health: log.health }),
    ...(log.controls.length === 0 ? {} : { controls: [...log.controls] }),
  };
}

/** Of attempts that count and passed or hung. */
function endedOf({ started, report: { outcome }, credit }: LoggedAttempt): readonly Ended[] {
  const hung = outcome.kind === 'hang';
  if (credit === 'void' || credit === 'retried' || isStarved(outcome) || !(hung || outcome.kind === 'pass')) return [];
  return [{ cell: started.cell.id, position: started.cell.position, hung }];
}

function inferenceOf({ search: { strategy, audit, prove } }: Matrix): Inference {
  const { infers, audits } = STRATEGIES[strategy];
  if (!infers) return 'none';
  return audits && (audit === 'all-safe' || prove === 'safe-side') ? 'bad' : 'both';
}

function promises({ search, flaky, attempts }: Matrix): Pick<Results['run'], 'audit' | 'prove' | 'flaky'> {
  return {
    ...(STRATEGIES[search.strategy].audits
      ? { audit: search.audit ?? 'sample', prove: search.prove ?? 'boundary' }
      : {}),
    // Older versions took fewer attempts than the promise needs.
    ...(flaky === undefined || attempts < cleanTries(flaky)
      ? {}
      : { flaky: { delta: flaky.delta, smallestRate: flaky.smallest_rate, tries: attempts } }),
  };
}

/** The verdict of the twin; nothing was measured here. */
function fromTwin({ observed, verdict, basis }: Judged, own: Judged['observed'], twin: string): Judged {
  return {
    observed: own,
    verdict,
    basis: observed.side === 'none' && observed.attempts === 0 ? basis : { kind: 'inferred', from: twin },
  };
}

function groupByCell(attempts: readonly LoggedAttempt[]): ReadonlyMap<string, readonly LoggedAttempt[]> {
  // What a sick device did, and what was tried again on request, is no one's fault.
  const counted = attempts.filter(({ credit }) => credit !== 'void' && credit !== 'retried');
  return grouped(counted, ({ started }) => started.cell.id);
}

/** Cells that were probed to tell explanations apart and that the matrix does not have, in the order of their first attempts. */
function outsideCells(
  cells: readonly CellResult[],
  byCell: ReadonlyMap<string, readonly LoggedAttempt[]>,
  matrix: Matrix,
): readonly JudgedCell[] {
  const known = new Set(cells.map(({ id }) => id));
  return [...byCell].flatMap(([id, attempts]) => {
    const first = attempts[0]?.started;
    if (first?.purpose !== 'explain' || known.has(id)) return [];
    const observed = observe(attempts, matrix);
    const { cell } = first;
    const judged: Judged = {
      observed,
      verdict: observed.verdict,
      basis: { kind: observed.side === 'none' ? 'none' : 'observed' },
    };
    return [{ cell: cellResult(cell.line, cell, judged, false), observed }];
  });
}

type Header = Omit<
  Results,
  | 'schema'
  | 'lines'
  | 'cells'
  | 'attempts'
  | 'expectations'
  | 'health'
  | 'order'
  | 'controls'
  | keyof ReturnType<typeof explainedCells>
>;

function header(log: RunLog, matrix: Matrix): Header {
  const { opened } = log;
  const adaptive = judgeAdaptive(log.attempts, matrix.isolation);
  return {
    tool: opened.tool,
    run: {
      id: opened.run,
      matrix: matrix.name,
      description: matrix.description,
      probe: probeName(matrix.probe),
      strategy: matrix.search.strategy,
      ...promises(matrix),
      startedAt: opened.at,
      lastEventAt: log.lastEventAt,
      status: log.status,
      quarantineReason: log.quarantineReason,
      attemptSeconds: log.attempts.reduce((sum, { report }) => sum + report.seconds, 0),
      resumed: log.resumed,
      ...(adaptive === undefined ? {} : { adaptive }),
    },
    device: opened.device,
    host: opened.host,
    ...(log.warnings.length === 0 ? {} : { warnings: [...log.warnings] }),
    bad: [...matrix.bad],
    axes: axisResults(matrix),
    searchAxis: matrix.search.axis,
    settings: Object.entries(matrix.settings).map(([name, { description = '', env, torch }]) => ({
      name,
      description,
      env: publicVariables({ ...matrix.env, ...env }),
      torch: defined(torch),
    })),
    environments: matrix.environments.map((environment) => environmentResult(environment, log)),
  };
}

function defined(switches: TorchSwitches): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(switches).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The file name alone: the folder is the owner's business and would be published with the report. */
function probeName(probe: string): string {
  return probe.split('/').at(-1) ?? probe;
}

/** The search axis ascending, as its lines are. */
function axisResults(matrix: Matrix): Results['axes'] {
  const search = searchAxisOf(matrix);
  return axesOf(matrix).map((written) => {
    const axis = search !== null && written.name === search.name ? search : written;
    return {
      name: axis.name,
      parameters: [...axis.parameters],
      values: Array.from({ length: axis.length }, (_, index) => [...axis.at(index)]),
    };
  });
}

function environmentResult(environment: Environment, log: RunLog): EnvironmentResult {
  const { name, kind } = environment;
  const { torch, rocm, wheel } = declarationOf(environment);
  const state = log.environments.get(name);
  return {
    name,
    kind,
    torch,
    rocm,
    env: publicVariables(environment.env),
    // An index that the matrix names may carry a password: only the public one is told.
    ...(wheel !== null && wheel.index === undefined ? { index: indexOf(wheel) } : {}),
    status: state?.kind ?? 'unused',
    reason: state?.kind === 'unavailable' ? state.reason : null,
    versions: state?.kind === 'ready' ? state.versions : null,
    ...log.libraries.of(name),
  };
}

/** Cells of an environment that could not be had are unavailable, as far as nothing else is known of them. */
function cellResult(line: string, cell: Cell, { observed, verdict, basis }: Judged, unavailable: boolean): CellResult {
  const { id, position, environment, setting } = cell;
  const { confirmed, unconfirmed, attempts, badAttempts, starvedHangs, medianRunSeconds, firstRunSeconds } = observed;
  return {
    id,
    line,
    position,
    environment,
    setting,
    case: { ...cell.case },
    verdict: verdict === 'untested' && unavailable ? 'unavailable' : verdict,
    basis,
    confirmed,
    ...(unconfirmed === null ? {} : { unconfirmed }),
    attempts,
    badAttempts,
    ...(starvedHangs === 0 ? {} : { starvedHangs }),
    medianRunSeconds,
    firstRunSeconds,
  };
}

function attemptResult({ started, report, credit }: LoggedAttempt): AttemptResult {
  const { attempt, cell, isolation, purpose, at } = started;
  return {
    id: attempt,
    cell: cell.id,
    isolation,
    purpose,
    startedAt: at,
    report,
    ...(credit === undefined ? {} : { credit }),
  };
}
