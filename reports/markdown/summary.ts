/** The run as one Markdown text for a GitHub issue, always below GitHub's limit: what does not fit is named, not dropped in silence. */
import { FIRST_LIBRARIES } from '../../harness/model/makers.ts';
import type { AttemptResult, Results } from '../../harness/model/results/results.ts';
import { acceptanceOf, expectedOf, expectedShape } from '../findings/acceptance.ts';
import { boundaryWords, lineState } from '../findings/boundary-words.ts';
import { deviceFacts } from '../findings/device-facts.ts';
import { cardOrSoftware } from '../findings/card-or-software.ts';
import { failureMessages } from '../findings/failures.ts';
import { hungOrSlow } from '../findings/hung-or-slow.ts';
import { nextSteps } from '../findings/next-steps.ts';
import { count, counted, duration, listed, moment } from '../findings/numbers.ts';
import { outcomeWords } from '../findings/outcome-words.ts';
import { overviewOf } from '../findings/overview.ts';
import type { Overview, Row } from '../findings/overview.ts';
import { head, tail } from '../findings/plain-text.ts';
import { withoutPrivatePaths } from '../findings/private-paths.ts';
import type { ReportOptions, ReproducerOf } from '../findings/reproducer.ts';
import type { BoundaryGroup } from '../findings/statements.ts';
import {
  certainty,
  commonBoundaries,
  headline,
  lineMeans,
  notTested,
  otherFailures,
  partlyNamed,
  runNotices,
  simulationNotice,
} from '../findings/statements.ts';
import { tableCaption, tableWords } from '../findings/table-cells.ts';
import { weigh } from '../findings/verdict-words.ts';
import { explanationsPart } from './explanations.ts';
import { fenced, foldedPart, inline, markdownTable } from './inline.ts';
import { textMap } from './text-map.ts';
import { transitionsPart } from './transitions.ts';

/** GitHub takes 65,536 characters; the rest is for whoever puts the text into a larger one. */
export const MOST_CHARACTERS = 60_000;
const MOST_BOUNDARIES = 4;
const FOR_CLOSING = 1200;
const MOST_MAPS = 12;
const MOST_COLUMNS = 12;
const MOST_ROWS = 60;
const MOST_LINES = 150;
const MOST_HANGS = 3;
/** Characters of a list of names: even if each becomes eight by escaping, the first part fits. */
const MOST_NAMES = 500;

interface Part {
  readonly name: string;
  readonly text: string;
}

export function renderSummary(results: Results, { reproducerOf }: ReportOptions = {}): string {
  const overview = overviewOf(results);
  const simulated = simulationNotice(results);
  const sim = simulated === null ? '' : 'SIMULATED: ';
  const parts: Part[] = [
    ...(simulated === null ? [] : [{ name: 'the notice', text: `> **${inline(simulated)}**` }]),
    { name: 'the answer', text: answer(results, overview, sim) },
    ...hangTable(results, overview, sim),
    ...explanations(results, sim),
    ...maps(results, overview, sim),
    ...boundaries(results, overview, sim),
    ...evidence(results, overview, sim),
    ...reproduction(overview, reproducerOf, sim),
    versions(results, sim),
    machine(results, sim),
  ];
  return fit(parts);
}

function explanations(results: Results, sim: string): Part[] {
  const text = explanationsPart(results, sim);
  const changes = transitionsPart(results, sim);
  return [
    ...(text === null ? [] : [{ name: 'what sets the boundary', text }]),
    ...(changes === null ? [] : [{ name: 'the changes between environments', text: changes }]),
  ];
}

/** Takes parts while they fit, then says which ones did not. */
function fit(parts: readonly Part[]): string {
  const kept: string[] = [];
  const left: string[] = [];
  let used = 0;
  for (const part of parts) {
    if (used + part.text.length + 2 <= MOST_CHARACTERS - FOR_CLOSING) {
      kept.push(part.text);
      used += part.text.length + 2;
    } else left.push(part.name);
  }
  const closing =
    left.length === 0
      ? []
      : [
          `**Cut to fit ${count(MOST_CHARACTERS)} characters.** Left out: ${inline(listed(left, 8), 100)}. All of it is in report.html.`,
        ];
  return `${[...kept, ...closing].join('\n\n')}\n`;
}

function answer(results: Results, overview: Overview, sim: string): string {
  const { shapes } = overview;
  const common = commonBoundaries(results, overview);
  const usable = acceptanceOf(results, overview);
  const usableNames = (wanted: 'yes' | 'no' | 'unknown'): string =>
    inline(
      listed(
        usable.filter((one) => one.usable === wanted).map((one) => one.name),
        20,
      ),
      MOST_NAMES,
    );
  return [
    `## ${sim}${headline(results, overview).text}\n`,
    ...runNotices(results).map((notice) => `**${inline(notice.text, 500)}**\n`),
    ...nextSteps(results, overview)
      .slice(0, 4)
      .map(
        (one) =>
          `- **Next:** ${inline(one.text, 400)}${one.command === null ? '' : ` Install: ${command(one.command)}`}`,
      ),
    ...bullet(
      'Tested',
      `${inline(results.run.probe, 80)} on ${inline(results.device.name, 80)}${results.device.target === null ? '' : ` (${inline(results.device.target, 40)})`}, ${counted(results.environments.length, 'environment')}, ${counted(overview.cells.total, 'cell')}, run ${inline(results.run.id, 120)} of ${inline(moment(results.run.startedAt), 40)}`,
    ),
    ...(shapes.rowKind === 'setting' ? [] : rowBullets(results, overview, 'environments')),
    ...(shapes.rowKind === 'environment' ? [] : rowBullets(results, overview, 'settings')),
    ...failureBullets(results, overview),
    ...bullet(
      'Hung or slow',
      hungOrSlow(results)
        .map((one) => inline(one.text, 300))
        .join(' '),
    ),
    ...bullet('Boundary', common.length === 0 ? '' : `${commonest(common)}. ${lineMeans(overview)}`),
    ...bullet(
      'Card or software',
      (cardOrSoftware(results)?.statements ?? []).map((one) => inline(one.text, 400)).join(' '),
    ),
    ...bullet(
      'How sure',
      certainty(results, overview)
        .map((one) => inline(one.text, 400))
        .join(' '),
    ),
    ...bullet(
      'Not tested',
      notTested(results, overview)
        .map((one) => inline(one.text, 300))
        .join('; '),
    ),
    ...bullet('Usable', usableNames('yes')),
    ...bullet('Not usable', usableNames('no')),
    ...bullet('Usable or not is not known', usableNames('unknown')),
  ].join('\n');
}

/** A code span where nothing in it could end the span. */
function command(text: string): string {
  return /^[\w .=:/+-]+$/.test(text) ? `\`${text}\`` : inline(text, 300);
}

function rowBullets(results: Results, overview: Overview, of: 'settings' | 'environments'): string[] {
  const names = (state: Row['state']): string =>
    inline(listed(partlyNamed(overview, results, of, state), 20), MOST_NAMES);
  const [kind, suffix] =
    of === 'settings'
      ? ['Settings', overview.shapes.rowKind === 'pair' ? ' (settings)' : '']
      : ['Versions', overview.shapes.rowKind === 'pair' ? ' (versions)' : ''];
  return [
    ...bullet(`${kind} that ${overview.words.verb}`, names('bad') || 'none'),
    ...bullet(`Flaky${suffix}`, names('flaky')),
    ...bullet(`Fail otherwise${suffix}`, names('failed')),
    ...bullet(`Pass${suffix}`, names('good')),
    ...bullet(`Not known${suffix}`, names('open')),
  ];
}

function failureBullets(results: Results, overview: Overview): string[] {
  const other = otherFailures(overview);
  const { shown, left } = failureMessages(results);
  return [
    ...bullet('Failures', other === null ? '' : inline(other.text, 400)),
    ...shown.map(({ text, attempts }) => `- ${counted(attempts, 'attempt')}: ${inline(text, 260)}`),
    ...(left > 0 ? [`- ${counted(left, 'more message')} in attempts.csv`] : []),
  ];
}

function bullet(label: string, text: string): string[] {
  return text === '' ? [] : [`- **${label}:** ${text}`];
}

function hangTable(results: Results, overview: Overview, sim: string): Part[] {
  const { maps: all, rowKind, axisName } = overview.shapes;
  const shown = all.slice(0, MOST_COLUMNS);
  const heads = [rowHead(overview), ...shown.map((map) => inline(map.title === '' ? 'verdict' : map.title, 80))];
  const rows = overview.rows.slice(0, MOST_ROWS).map((row) => [
    inline(row.name, 130),
    ...shown.map((map) => {
      const { short, state } = tableWords(results, overview, map, row.name);
      const words = inline(short, 80);
      return state === 'good' || state === 'open' ? words : `**${words}**`;
    }),
  ]);
  const left = [
    all.length > shown.length ? counted(all.length - shown.length, 'more shape') : '',
    overview.rows.length > rows.length ? counted(overview.rows.length - rows.length, 'more row') : '',
  ].filter((one) => one !== '');
  const title =
    rowKind === 'setting'
      ? 'Setting by shape'
      : rowKind === 'pair'
        ? 'Version and setting by shape'
        : 'Version by shape';
  return [
    ...expectations(results, overview, sim),
    {
      name: 'the table',
      text: `### ${sim}${title}\n\n${markdownTable(heads, rows)}\n\n${inline(tableCaption(overview, axisName ?? 'value'), 300)}${left.length === 0 ? '' : `\n\n${left.join(', ')} in report.html.`}`,
    },
  ];
}

function rowHead({ shapes: { rowKind } }: Overview): string {
  return rowKind === 'setting' ? 'Setting' : rowKind === 'pair' ? 'Environment · setting' : 'Environment';
}

function expectations(results: Results, overview: Overview, sim: string): Part[] {
  const expected = expectedOf(results, overview);
  if (expected.length === 0) return [];
  const rows = expected
    .slice(0, MOST_ROWS)
    .map(({ row, cell, limitSeconds, slowestSeconds, status }) => [
      inline(row, 130),
      inline(expectedShape(overview, cell), 120),
      duration(limitSeconds),
      slowestSeconds === null ? '–' : duration(slowestSeconds),
      status === 'missed' ? '**missed**' : status,
      cell.verdict,
    ]);
  const left = expected.length - rows.length;
  return [
    {
      name: 'the expectations',
      text: `### ${sim}Expectations\n\n${markdownTable([rowHead(overview), 'Shape', 'First run within', 'Slowest measured', 'Status', 'Verdict'], rows)}${left > 0 ? `\n\n${counted(left, 'more expectation')} in report.html.` : ''}`,
    },
  ];
}

function maps(results: Results, overview: Overview, sim: string): Part[] {
  const telling = overview.shapes.maps.filter((map) =>
    [...map.cells.values()].some((row) =>
      [...row.values()].some((cell) => weigh(cell.verdict, results.bad) !== 'good'),
    ),
  );
  const shown = telling.slice(0, MOST_MAPS);
  const clean = overview.shapes.maps.length - telling.length;
  const legend =
    'Observed: + pass, H hang, W wrong result, C crash, E error, S slow, U unkillable, L host lost, F flaky. Small letters and · are inferred from the same line; - unavailable, blank not run.';
  const rest = [
    telling.length > shown.length ? `${counted(telling.length - shown.length, 'more map')} in report.html.` : '',
    clean > 0 ? `${counted(clean, 'map')} with nothing but passes not shown.` : '',
  ]
    .filter((one) => one !== '')
    .join(' ');
  if (shown.length === 0) return [];
  return [
    { name: 'the legend of the maps', text: `### ${sim}Maps\n\n${legend}${rest === '' ? '' : ` ${rest}`}` },
    ...shown.map((map, index): Part => ({
      name: `map ${map.title}`,
      text: foldedMap(map.title, textMap(map), sim, index === 0),
    })),
  ];
}

function foldedMap(title: string, map: string, sim: string, open: boolean): string {
  const name = title === '' ? 'All cells' : title;
  return open ? `**${sim}${inline(name, 120)}**\n\n${fenced(map)}` : foldedPart(`${sim}${name}`, fenced(map));
}

function boundaries(results: Results, overview: Overview, sim: string): Part[] {
  if (results.searchAxis === null) return [];
  const found = [...overview.lineById.values()].filter((view) => lineState(view) !== 'good');
  const shown = found.slice(0, MOST_LINES);
  if (shown.length === 0) return [];
  const rows = shown.map((view) => {
    const {
      line: { environment, setting, fixed },
      boundary,
      confirmed,
    } = view;
    return [
      inline(environment, 64),
      inline(overview.shapes.shapeOf({ setting, fixed }) || 'all', 120),
      inline(String(view.largestGood ?? '–'), 40),
      inline(String(view.smallestBad ?? '–'), 40),
      confirmed === null ? '–' : confirmed ? 'yes' : 'not yet',
      inline(
        boundary.kind === 'untestable' && view.between.length === 0
          ? `not tested: ${boundary.reason}`
          : boundaryWords(view),
        160,
      ),
    ];
  });
  const left = found.length - shown.length;
  const table = markdownTable(
    ['Environment', 'Shape', 'Largest pass', `Smallest ${overview.words.noun}`, 'Confirmed', 'In words'],
    rows,
  );
  return [
    {
      name: 'the boundaries',
      text: foldedPart(
        `${sim}Boundaries of ${counted(found.length, 'line')} that ${found.length === 1 ? 'does' : 'do'} not pass throughout`,
        `${table}${left > 0 ? `\n\n${counted(left, 'more line')} in boundaries.csv.` : ''}`,
      ),
    },
  ];
}

/** The first bad cells in full, those with a fresh process as a witness first; then one of each kind of other failure. */
function evidence(results: Results, overview: Overview, sim: string): Part[] {
  const bad = overview.badCells
    .filter((cell) => weigh(cell.verdict, results.bad) !== 'failed')
    .toSorted((a, b) => Number(b.confirmed === true) - Number(a.confirmed === true));
  const failed = overview.badCells.filter((cell) => weigh(cell.verdict, results.bad) === 'failed');
  const firstOfKind = failed.filter((cell) => failed.find(({ verdict }) => verdict === cell.verdict) === cell);
  const cells = [...bad.slice(0, MOST_HANGS), ...firstOfKind];
  return cells.flatMap((cell): Part[] => {
    const attempts = results.attempts.filter(
      (attempt) => attempt.cell === cell.id && attempt.report.outcome.kind !== 'pass',
    );
    const attempt = attempts.find((one) => one.purpose === 'confirm') ?? attempts[0];
    if (attempt === undefined) return [];
    const where = [
      cell.environment,
      overview.shapes.shapeOf({ setting: cell.setting, fixed: cell.case }),
      overview.shapes.axisName === null ? '' : `${overview.shapes.axisName} ${overview.shapes.valueOf(cell)}`,
    ]
      .filter((one) => one !== '')
      .join(', ');
    return [{ name: `evidence of ${where}`, text: foldedPart(`${sim}Evidence: ${where}`, witness(attempt)) }];
  });
}

/** Of the first bad cell: one program is enough for an issue. */
function reproduction(overview: Overview, reproducerOf: ReproducerOf | undefined, sim: string): Part[] {
  const cell = overview.badCells.find(({ confirmed }) => confirmed === true) ?? overview.badCells[0];
  const found = cell === undefined ? null : (reproducerOf?.(cell) ?? null);
  if (found === null) return [];
  const driver =
    found.driver === null ? '' : `\n\nMIOpenDriver, made from the shape and not run here:\n\n${fenced(found.driver)}`;
  return [
    {
      name: 'the reproducer',
      text: foldedPart(`${sim}Reproducer: ${found.shape}`, `${fenced(found.program)}${driver}`),
    },
  ];
}

function witness({ id, isolation, report }: AttemptResult): string {
  const found = report.evidence;
  const stacks = head(withoutPrivatePaths(found?.pythonStacks ?? ''), 4000);
  const native = head(withoutPrivatePaths(found?.nativeStacks?.text ?? ''), 2500);
  const kernel = tail(withoutPrivatePaths(found?.kernelLog?.lines.join('\n') ?? ''), 2000);
  const known = (found?.sightings ?? [])
    .slice(0, 10)
    .map((one) => [
      inline(one.id, 60),
      one.channel === 'kernel' ? 'kernel log' : 'standard error',
      inline(one.meaning, 200),
    ]);
  const log = tail(withoutPrivatePaths(found?.stderrTail ?? ''), 3000);
  const processes = (found?.processes ?? [])
    .slice(0, 6)
    .map((one) => [
      String(one.pid),
      inline(withoutPrivatePaths(one.command), 100),
      inline(one.state, 20),
      inline(one.waitChannel ?? '–', 60),
      String(one.threads),
    ]);
  return [
    `Attempt ${inline(id, 80)} (${isolation === 'spawn' ? 'fresh process' : 'forked process'}): ${inline(outcomeWords(report.outcome), 400)}`,
    ...(processes.length === 0 ? [] : [markdownTable(['Pid', 'Command', 'State', 'Waits in', 'Threads'], processes)]),
    ...(known.length === 0 ? [] : [markdownTable(['Known line', 'Where', 'What it means'], known)]),
    ...(stacks.text === ''
      ? []
      : [`Python stack${stacks.left > 0 ? ` (cut by ${count(stacks.left)} characters)` : ''}:`, fenced(stacks.text)]),
    ...(native.text === ''
      ? []
      : [
          `Native stacks by ${inline(found?.nativeStacks?.tool ?? '', 40)}${native.left > 0 ? ` (cut by ${count(native.left)} characters)` : ''}:`,
          fenced(native.text),
        ]),
    ...(kernel.text === ''
      ? []
      : [
          `New lines of the kernel log${kernel.left > 0 ? ` (cut by ${count(kernel.left)} characters)` : ''}:`,
          fenced(kernel.text),
        ]),
    ...(log.text === ''
      ? []
      : [`End of standard error${log.left > 0 ? ` (cut by ${count(log.left)} characters)` : ''}:`, fenced(log.text)]),
  ].join('\n\n');
}

const TELLING = new RegExp(`^lib(?:${FIRST_LIBRARIES.join('|')})\\.so$`);

function versions(results: Results, sim: string): Part {
  const rows = results.environments
    .slice(0, MOST_ROWS)
    .map((one) => [
      inline(one.name, 64),
      one.status,
      inline(one.versions?.torch ?? one.torch ?? '–', 60),
      inline(one.versions?.hip ?? one.versions?.cuda ?? one.rocm ?? '–', 60),
      inline(one.versions?.dnn ?? '–', 40),
      inline(one.versions?.python ?? '–', 40),
      inline(one.reason ?? '', 160),
    ]);
  const same = results.environments.flatMap(({ name, sameAs = [] }) =>
    sameAs.length === 0
      ? []
      : [
          `- ${inline(name, 64)} and ${inline(sameAs.join(', '), 200)} load the very same libraries: one experiment, not two.`,
        ],
  );
  const loaded = results.environments.slice(0, MOST_ROWS).flatMap(({ name, libraries = [] }) => {
    const named =
      libraries[0]?.libraries
        .filter(({ name: library }) => TELLING.test(library))
        .slice(0, 12)
        .map(
          ({ name: library, version, id }) =>
            `${library}${version === null ? '' : ` ${version}`} (${(id ?? 'not identified').slice(0, 24)})`,
        ) ?? [];
    return named.length === 0 ? [] : [`- ${inline(name, 64)} loaded ${inline(named.join(', '), 800)}`];
  });
  const more = [...same, ...loaded];
  return {
    name: 'the versions',
    text: foldedPart(
      `${sim}Versions`,
      `${more.length === 0 ? '' : `${more.join('\n')}\n\n`}${markdownTable(['Environment', 'Status', 'torch', 'HIP or CUDA', 'MIOpen or cuDNN', 'Python', 'Reason'], rows)}`,
    ),
  };
}

function machine(results: Results, sim: string): Part {
  const { device, host, run } = results;
  const settings = results.settings.slice(0, 20).map(({ name, env, torch }) => {
    const variables = Object.entries(env).map(([variable, value]) =>
      value === null ? `${variable} taken away` : `${variable}=${value}`,
    );
    const switches = Object.entries(torch).map(([key, value]) => `torch ${key}=${String(value)}`);
    return [inline(name, 64), inline([...variables, ...switches].join(' '), 400)];
  });
  const ambient = Object.entries(host.ambient)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  const facts = [
    `Device: ${inline(device.name, 120)} (${device.kind})`,
    `Kernel: ${inline(host.kernel, 120)}`,
    `CPU: ${inline(host.cpu, 120)}`,
    `Memory: ${count(host.memoryMib)} MiB`,
    `Program: ${inline(results.tool, 80)}, ${inline(run.strategy, 40)} search`,
    `Variables of the caller: ${inline(ambient, 600) || 'none'}`,
    ...deviceFacts(results).map(([fact, value]) => `${fact}: ${inline(value, 800)}`),
  ];
  return {
    name: 'host and settings',
    text: foldedPart(
      `${sim}Host, device and settings`,
      `${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${markdownTable(['Setting', 'Variables and switches'], settings)}`,
    ),
  };
}

/** The commonest in words; the folded table names every line. */
function commonest(common: readonly BoundaryGroup[]): string {
  const left = common.slice(MOST_BOUNDARIES).reduce((sum, group) => sum + group.lines, 0);
  const said = common
    .slice(0, MOST_BOUNDARIES)
    .map((group) => `${inline(group.words, 160)} (${counted(group.lines, 'line')})`);
  return [...said, ...(left > 0 ? [`${counted(left, 'more line')} in the table`] : [])].join('; ');
}
