/** JUnit XML for CI servers: one suite for each environment and setting, one test case for each observed cell. */
import type { AttemptResult, CellResult, EnvironmentResult, Results } from '../../harness/model/results/results.ts';
import { siteKey } from '../../harness/model/site.ts';
import type { Findings } from '../findings/findings.ts';
import { grouped } from '../../harness/model/grouped.ts';
import { outcomeWords } from '../findings/words/outcome-words.ts';
import { plainBlock, plainLine } from '../findings/words/plain-text.ts';
import { weigh } from '../findings/words/verdict-words.ts';

const MOST_TEXT = 4000;

type Mark = 'passed' | 'failure' | 'error' | 'skipped';

interface TestCase {
  readonly mark: Mark;
  readonly seconds: number;
  /** Made when it is written, so that a run of any length takes the memory of one case. */
  readonly xml: () => string;
}

/** The same as `junitLines`, whole. */
export function renderJunit(findings: Findings): string {
  return [...junitLines(findings)].join('');
}

/** failure: counts as bad, or flaky. error: raised an error that does not count as bad. skipped: untestable. Inferred cells are not listed. */
export function* junitLines({ results, attemptsByCell, simulated }: Findings): Iterable<string> {
  const observed = grouped(
    results.cells.filter(({ basis }) => basis.kind === 'observed'),
    siteKey,
  );
  const prefix = simulated === null ? '' : 'SIMULATED ';
  const suites = results.environments.flatMap((environment) =>
    results.settings.map(({ name }) => {
      const cells = observed.get(siteKey({ environment: environment.name, setting: name })) ?? [];
      const cases =
        cells.length === 0 && environment.status !== 'ready'
          ? [unavailable(environment, prefix)]
          : cells.map((cell) => testCase(results, cell, attemptsByCell.get(cell.id) ?? [], prefix));
      return { name: `${prefix}${environment.name} / ${name}`, cases };
    }),
  );
  const all = suites.flatMap((suite) => suite.cases);
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites name="${attribute(`${prefix}${results.run.matrix}`)}"${counts(all)}>\n`;
  for (const suite of suites) {
    yield `<testsuite name="${attribute(suite.name)}" timestamp="${attribute(timestamp(results.run.startedAt))}"${counts(suite.cases)}>\n${properties(results)}\n`;
    for (const one of suite.cases) yield `${one.xml()}\n`;
    yield '</testsuite>\n';
  }
  yield '</testsuites>\n';
}

/** Without fraction and zone, as the common schemas have it; UTC. */
function timestamp(at: string): string {
  return at.replace(/(?:\.\d+)?Z$/, '');
}

function testCase(results: Results, cell: CellResult, attempts: readonly AttemptResult[], prefix: string): TestCase {
  const seconds = attempts.reduce((sum, attempt) => sum + attempt.report.seconds, 0);
  const mark = markOf(results, cell);
  const worst =
    attempts.find((attempt) => attempt.report.outcome.kind === cell.verdict) ??
    attempts.find((attempt) => attempt.report.outcome.kind !== 'pass');
  return { mark, seconds, xml: () => caseXml(cell, mark, seconds, worst, prefix) };
}

function caseXml(
  cell: CellResult,
  mark: Mark,
  seconds: number,
  worst: AttemptResult | undefined,
  prefix: string,
): string {
  const words = worst === undefined ? cell.verdict : outcomeWords(worst.report.outcome);
  const open = `<testcase name="${attribute(`${prefix}${caseName(cell)}`)}" classname="${attribute(`${prefix}${cell.environment}.${cell.setting}`)}" time="${time(seconds)}"`;
  if (mark === 'passed') return `${open}/>`;
  const body =
    mark === 'skipped'
      ? `<skipped message="${attribute(words)}"/>`
      : `<${mark} type="${attribute(cell.verdict)}" message="${attribute(words)}">${text(evidence(cell, worst))}</${mark}>`;
  return `${open}>${body}</testcase>`;
}

function markOf(results: Results, cell: CellResult): Mark {
  const weight = weigh(cell.verdict, results.bad);
  if (weight === 'bad' || weight === 'suspect') return 'failure';
  if (weight === 'good') return 'passed';
  return cell.verdict === 'error' ? 'error' : 'skipped';
}

function evidence(cell: CellResult, attempt: AttemptResult | undefined): string {
  const found = attempt?.report.evidence;
  return [
    `cell ${cell.id}`,
    `${cell.badAttempts} of ${cell.attempts} attempts bad, confirmed: ${String(cell.confirmed)}`,
    found?.pythonStacks.slice(0, MOST_TEXT) ?? '',
    found?.stderrTail.slice(-MOST_TEXT) ?? '',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function unavailable(environment: EnvironmentResult, prefix: string): TestCase {
  const reason = environment.status === 'unused' ? 'not reached' : (environment.reason ?? 'unavailable');
  return {
    mark: 'skipped',
    seconds: 0,
    xml: () =>
      `<testcase name="${attribute(`${prefix}environment`)}" classname="${attribute(`${prefix}${environment.name}`)}" time="0.000"><skipped message="${attribute(reason)}"/></testcase>`,
  };
}

function properties(results: Results): string {
  const { device, run, tool } = results;
  const pairs: (readonly [string, string])[] = [
    ['simulated', String(device.simulation !== null)],
    ['device', device.name],
    ['target', device.target ?? ''],
    ['run', run.id],
    ['status', run.status],
    ['tool', tool],
  ];
  return `<properties>${pairs.map(([name, value]) => `<property name="${name}" value="${attribute(value)}"/>`).join('')}</properties>`;
}

function caseName(cell: CellResult): string {
  return Object.entries(cell.case)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}

function counts(cases: readonly TestCase[]): string {
  const of = (mark: Mark): number => cases.filter((one) => one.mark === mark).length;
  return ` tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" skipped="${of('skipped')}" time="${time(cases.reduce((sum, one) => sum + one.seconds, 0))}"`;
}

function time(seconds: number): string {
  return seconds.toFixed(3);
}

function attribute(value: string): string {
  return text(plainLine(value, 500)).replaceAll('"', '&quot;');
}

/** XML 1.0 allows no control characters, not even as references, and no U+FFFE and U+FFFF; plainBlock has made them visible. */
function text(value: string): string {
  return plainBlock(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
