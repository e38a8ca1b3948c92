/** A bug report for those who can mend a hang, ready to be read over and posted. Pure: nothing is sent. */
import { UsageError } from '../model/errors.ts';
import { MAKERS, runtimeOf } from '../model/makers.ts';
import type { AttemptResult, CellResult, Results } from '../model/results/results.ts';
import { deviceFacts } from '../../reports/findings/answers/device-facts.ts';
import { count, counted, moment } from '../../reports/findings/words/numbers.ts';
import type { Findings } from '../../reports/findings/findings.ts';
import { fenced } from '../../reports/markdown/inline.ts';
import { text } from './text.ts';
import { tameMarkdown } from '../../reports/markdown/tame-markdown.ts';
import { chooseCell, type Subject } from './choose-cell.ts';
import { boundaryText, controlsText, settingsTable, versionsTable } from './other-versions.ts';
import { driverFor, programFor } from './reproduce.ts';
import { switchesOf } from './variables.ts';
import { variablesOf } from '../../reports/findings/words/variables.ts';
import { hangEvidence } from './hang-evidence.ts';
import { OUTCOMES } from '../model/outcome.ts';
import { marked } from '../../reports/findings/answers/notices.ts';

export const PROJECTS = ['rocm', 'miopen', 'pytorch'] as const;
export type Project = (typeof PROJECTS)[number];

export interface BugReport {
  readonly cell: string;
  /** One line, for the title field. */
  readonly title: string;
  readonly markdown: string;
  /** The Python reproducer alone; null where bench does not know what the probe runs. */
  readonly program: string | null;
}

const LEAST_LIMIT_SECONDS = 60;
const TITLES: Readonly<Record<Project, string>> = { rocm: '', miopen: '[MIOpen] ', pytorch: '[ROCm] ' };

/** UsageError `simulated-run` unless allowed, and those of `chooseCell`. */
export function bugReport(
  findings: Findings,
  options: { readonly cell: string | null; readonly project: Project; readonly allowSimulated: boolean },
): BugReport {
  const { results, simulated } = findings;
  if (simulated !== null && !options.allowSimulated) {
    throw new UsageError(
      'simulated-run',
      'this run was simulated: nobody can mend a hang of a card that does not exist',
      'make the run on a real card; --allow-simulated shows what a report looks like',
    );
  }
  const subject = chooseCell(findings, options.cell);
  const { cell } = subject;
  const program = programFor(results, cell, { limitSeconds: limitOf(subject.hung), simulated });
  const shape =
    program.kind === 'program'
      ? program.shape
      : `${results.run.probe} ${Object.entries(cell.case)
          .map(([name, value]) => `${name}=${String(value)}`)
          .join(' ')}`;
  const versions = results.environments.find(({ name }) => name === cell.environment);
  const torch = versions?.versions?.torch ?? versions?.torch ?? null;
  const title = text(
    `${marked(simulated, TITLES[options.project])}${shape} ${tookTheMachine(subject) ? 'takes the machine down' : 'never returns'} on ${results.device.target ?? results.device.name}${torch === null ? '' : ` with torch ${torch}`}`,
    220,
  );
  const variables = variablesOf(results, cell);
  const switches = switchesOf(results, cell);
  const driver = driverPart(results, cell);
  const parts = [
    `# ${title}`,
    ...(simulated === null
      ? []
      : [`> **${text(simulated, 300)}. Everything below is made up by a model. Do not post it.**`]),
    summary(results, subject, shape),
    ...(options.project === 'miopen' ? driver : []),
    `## Reproducer\n\n${program.kind === 'nothing' ? `_Left out: ${text(program.why, 300)}. The case is ${text(JSON.stringify(cell.case), 600)}._` : code(program.text, 'python')}`,
    ...(options.project === 'miopen' ? [] : driver),
    `## Versions and variables\n\n${environmentList(results, cell, variables, switches)}`,
    `## What passes and what hangs\n\n${[boundaryText(findings, cell), versionsTable(results, cell), settingsTable(results, cell), sentence('Controls in the same environment', controlsText(results, cell))].filter((one) => one !== null).join('\n\n')}`,
    `## How sure\n\n${certainty(results, subject)}`,
    `## Evidence\n\n${witnessOf(subject)}`,
    `<sub>Made by ${text(results.tool, 80)} from the run ${text(results.run.id, 120)}; please read it over before you post it.</sub>`,
  ];
  return {
    cell: cell.id,
    title,
    markdown: `${tameMarkdown(parts.join('\n\n'))}\n`,
    program: program.kind === 'nothing' ? null : program.text,
  };
}

function driverPart(results: Results, cell: CellResult): readonly string[] {
  const driver = driverFor(results, cell);
  if (driver === null) return [];
  const { name, origin, command } = driver;
  return [
    `## ${name}\n\n${
      command.kind === 'nothing'
        ? `_Left out: ${text(command.why, 300)}._`
        : `Made from the shape, not run here. ${origin}\n\n${code(command.line, 'sh')}`
    }`,
  ];
}

function tookTheMachine({ hung }: Subject): boolean {
  return hung.every(({ report }) => OUTCOMES[report.outcome.kind].tookHost);
}

function summary(results: Results, subject: Subject, shape: string): string {
  const { cell, hung } = subject;
  // Only a ROCm card poses: elsewhere the variable does nothing.
  const override = hasMiopen(results)
    ? (variablesOf(results, cell).find(([name]) => name === 'HSA_OVERRIDE_GFX_VERSION')?.[1] ?? null)
    : null;
  const phase = hung.map(({ report }) => report.outcome).find((outcome) => outcome.kind === 'hang');
  return [
    `${text(shape, 400)} ${tookTheMachine(subject) ? 'takes the machine down' : 'does not return'} on ${text(results.device.name, 120)}${results.device.target === null ? '' : ` (${text(results.device.target, 40)})`}${phase === undefined ? '' : `; it stops in the phase ${phase.phase}, ${phase.activity === 'busy' ? 'with the CPU busy' : phase.activity === 'idle' ? 'with the CPU idle' : 'compiling until shortly before'}`}.`,
    ...(override === null
      ? []
      : [
          `The card poses as another one by HSA\\_OVERRIDE\\_GFX\\_VERSION=${text(override, 40)}: it is not among those that this ROCm is built for.`,
        ]),
  ].join('\n\n');
}

function hasMiopen({ device }: Results): boolean {
  return MAKERS[device.kind].dnn === 'MIOpen';
}

function environmentList(
  results: Results,
  cell: CellResult,
  variables: ReturnType<typeof variablesOf>,
  switches: ReturnType<typeof switchesOf>,
): string {
  const one = results.environments.find(({ name }) => name === cell.environment);
  const said = one?.versions ?? null;
  const { device, host } = results;
  const runtime = runtimeOf(said);
  const facts: readonly (readonly [string, string | null])[] = [
    ['torch', said?.torch ?? one?.torch ?? null],
    [runtime?.name ?? '', runtime?.version ?? null],
    ['ROCm of the wheel', one?.rocm ?? null],
    [`${MAKERS[device.kind].headings.dnn}, as torch tells it`, said?.dnn ?? null],
    [
      'Chips that the build holds code for',
      said === null || said.archList.length === 0 ? null : said.archList.join(' '),
    ],
    ['Python', said?.python ?? null],
    ['Kernel', host.kernel],
    ['CPU', host.cpu],
    ['Memory', `${count(host.memoryMib)} MiB`],
    [
      MAKERS[device.kind].nature === 'processor' ? 'Device' : 'Card',
      `${device.name}${device.target === null ? '' : `, ${device.target}`}${device.pciAddress === null ? '' : `, ${device.pciAddress}`}`,
    ],
    ...deviceFacts(results),
    [
      'Variables in force',
      variables.length === 0
        ? 'none'
        : variables.map(([name, value]) => (value === null ? `${name} taken away` : `${name}=${value}`)).join(' '),
    ],
    [
      'torch switches',
      switches.length === 0 ? 'none' : switches.map(([name, value]) => `${name}=${String(value)}`).join(' '),
    ],
    [
      'MIOpen folders',
      hasMiopen(results) ? 'private to the attempt and empty at its start, unless the setting says otherwise' : null,
    ],
  ];
  return facts
    .flatMap(([name, value]) => (value === null || value === '' ? [] : [`- ${text(name, 80)}: ${text(value, 900)}`]))
    .join('\n');
}

function certainty(results: Results, { cell, hung, others }: Subject): string {
  const fresh = hung.filter(({ isolation }) => isolation === 'spawn').length;
  const lowered = hung.filter(
    ({ report: { outcome } }) => outcome.kind === 'hang' && outcome.limit === 'adaptive',
  ).length;
  const { canaries } = results.health ?? {};
  return [
    `- ${counted(hung.length, 'attempt')} of this cell did not return, ${count(fresh)} of them in a freshly started process; ${others.length === 0 ? 'none ended otherwise' : `${count(others.length)} ended otherwise: ${text([...new Set(others.map(({ report }) => report.outcome.kind))].join(', '), 100)}`}.`,
    ...(cell.confirmed === true ? [] : ['- **Not confirmed** in a freshly started process.']),
    ...(lowered === 0 ? [] : [`- ${counted(lowered, 'attempt')} under a limit lowered from earlier passes.`]),
    `- Started ${text(moment(hung[0]?.startedAt ?? results.run.startedAt), 40)}.`,
    ...(canaries === undefined
      ? []
      : [
          `- Small known-good operations between the attempts: ${count(canaries.healthy)} passed, ${count(canaries.sick)} failed, ${count(canaries.inconclusive)} could not be run.`,
        ]),
  ].join('\n');
}

function witnessOf({ hung: [first] }: Subject): string {
  return first === undefined ? 'None.' : hangEvidence(first);
}

/** Twice what the run waited for: a slower machine than this one must not be called hung. */
function limitOf(hung: readonly AttemptResult[]): number {
  const waited = hung.map(({ report: { outcome } }) =>
    outcome.kind === 'hang' ? (outcome.because?.limitSeconds ?? outcome.silentSeconds) : 0,
  );
  return Math.max(LEAST_LIMIT_SECONDS, Math.ceil(2 * Math.max(0, ...waited)));
}

function code(content: string, language: string): string {
  return fenced(content).replace(/^(`+)text/, `$1${language}`);
}

function sentence(title: string, words: string | null): string | null {
  return words === null ? null : `${title}: ${words}.`;
}
