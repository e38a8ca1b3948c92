/** What the measurements stand on: environments, settings, host, device and the run itself. */
import { MAKERS, runtimeOf } from '../../../harness/model/makers.ts';
import type { EnvironmentResult } from '../../../harness/model/results/results.ts';
import { deviceFacts } from '../../findings/answers/device-facts.ts';
import { count, counted, duration, moment } from '../../findings/words/numbers.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import { html, nothing, type Content, type Markup } from '../page/markup.ts';
import { section, table, type TableCell } from '../page/frame.ts';
import type { Page } from '../page/page.ts';

/** results.json has all of them. */
const MOST_LIBRARIES = 40;

export function environmentsTable(page: Page): Markup {
  const { headings } = MAKERS[page.results.device.kind];
  const heads = [
    'Environment',
    'Kind',
    'Status',
    'Declared',
    'Variables',
    'torch',
    headings.runtime,
    headings.dnn,
    'Python',
    'Built for',
    'Libraries loaded',
    'More',
  ];
  const rows = page.results.environments.map((one): TableCell[] => [
    { content: plainLine(one.name, 64), heading: true },
    { content: one.kind },
    {
      content: html`<span class="state ${one.status === 'ready' ? 'good' : 'warn'}">${one.status}</span>${one.reason === null ? nothing : html`<br>${plainLine(one.reason, 300)}`}`,
    },
    { content: declared(one), className: 'keep' },
    { content: variables(one.env) },
    ...versions(one, libraries(one)),
  ]);
  // A column of which nothing is known in any environment only takes room.
  const known = heads.map((_, column) => rows.some((row) => row[column]?.content !== '–'));
  const some = <One>(all: readonly One[]): One[] => all.filter((_, column) => known[column]);
  return section(
    page,
    'environments',
    'Environments',
    table(
      page,
      'What the matrix declares, and what each interpreter said of itself.',
      some(heads),
      rows.map(some),
      '',
      { sort: 'environments', tags: (row) => ({ of: 'environments', environment: row }) },
    ),
  );
}

function declared({ torch, rocm }: EnvironmentResult): Content {
  const [first, second] = [torch === null ? [] : [`torch ${torch}`], rocm === null ? [] : [`ROCm ${rocm}`]]
    .flat()
    .map((text) => plainLine(text, 60));
  return first === undefined ? '–' : html`${first}${second === undefined ? nothing : html`<br>${second}`}`;
}

/** What the interpreter said of its libraries is one thing, what it really loaded another. */
function libraries({ libraries: sets = [], sameAs = [] }: EnvironmentResult): Content {
  const same =
    sameAs.length === 0
      ? nothing
      : html`<span class="state warn">the same libraries as ${plainLine(sameAs.join(', '), 200)}: one experiment</span><br>`;
  if (sets.length === 0) return sameAs.length === 0 ? '–' : same;
  const lists = sets.map(({ settings, libraries: own }) => {
    const where = sets.length === 1 ? '' : `${plainLine(settings.join(', '), 120)}: `;
    const rows = own
      .slice(0, MOST_LIBRARIES)
      .map(
        ({ name, version, path, bytes, id }) =>
          html`<br><span class="code">${plainLine(`${name}${version === null ? '' : ` ${version}`}`, 80)} ${plainLine(path, 200)}</span> ${bytes === null ? 'size not known' : `${count(bytes)} bytes`}, ${plainLine(id ?? 'not identified', 40)}`,
      );
    return html`<details><summary>${where}${counted(own.length, 'library', 'libraries')}</summary>${rows}${own.length > MOST_LIBRARIES ? html`<br>and ${count(own.length - MOST_LIBRARIES)} more` : nothing}</details>`;
  });
  return html`${same}${lists}`;
}

function versions({ versions: found }: EnvironmentResult, loaded: Content): TableCell[] {
  if (found === null) return ['–', '–', '–', '–', '–', loaded, '–'].map((content) => ({ content }));
  const runtime = runtimeOf(found);
  const { torch, dnn, python, executable, archList, more } = found;
  return [
    { content: plainLine(torch ?? '–', 60) },
    { content: plainLine(runtime === null ? '–' : `${runtime.name} ${runtime.version}`, 60) },
    { content: plainLine(dnn ?? '–', 60) },
    { content: html`${plainLine(python, 60)}<br><span class="code">${plainLine(executable, 200)}</span>` },
    { content: plainLine(archList.join(' ') || '–', 400), className: 'wrap-anywhere' },
    { content: loaded, className: 'wrap-anywhere' },
    {
      content: plainLine(
        Object.entries(more)
          .map(([name, value]) => `${plainLine(name, 40)} ${plainLine(value, 60)}`)
          .join(', ') || '–',
        400,
      ),
    },
  ];
}

export function settingsTable(page: Page): Markup {
  const rows = page.results.settings.map((setting): TableCell[] => [
    { content: plainLine(setting.name, 64), heading: true },
    { content: plainLine(setting.description, 300) || '–' },
    { content: variables(setting.env) },
    {
      content: variables(
        Object.fromEntries(Object.entries(setting.torch).map(([name, value]) => [name, String(value)])),
      ),
    },
  ]);
  return section(
    page,
    'settings',
    'Settings',
    table(
      page,
      'Environment variables (of the matrix and of the setting) and torch switches of each setting.',
      ['Setting', 'Description', 'Variables', 'Torch switches'],
      rows,
    ),
  );
}

function variables(env: Readonly<Record<string, string | null>>): Content {
  const entries = Object.entries(env);
  if (entries.length === 0) return '–';
  return entries.map(
    ([name, value], index) =>
      html`${index === 0 ? nothing : html`<br>`}<span class="code">${value === null ? `${plainLine(name, 80)} taken away` : `${plainLine(name, 80)}=${plainLine(value, 200)}`}</span>`,
  );
}

export function machineTable(page: Page): Markup {
  const { device, host, run } = page.results;
  const facts: (readonly [string, Content])[] = [
    ['Device', `${plainLine(device.name, 120)} (${device.kind})`],
    [
      'Simulation',
      page.simulated === null
        ? 'no: a real device'
        : `${plainLine(device.simulation?.model ?? '', 80)}, one simulated second takes ${duration(device.simulation?.timeScale ?? 1)}`,
    ],
    ['Target', plainLine(device.target ?? '–', 60)],
    ['PCI address', plainLine(device.pciAddress ?? '–', 60)],
    ['Kernel', plainLine(host.kernel, 120)],
    ['CPU', plainLine(host.cpu, 120)],
    ['Memory', `${count(host.memoryMib)} MiB`],
    ['Node', plainLine(host.node, 60)],
    ['Variables of the caller, not passed on to probes', variables(host.ambient)],
    ['Run', plainLine(run.id, 160)],
    ['Status', run.status],
    [
      'Search',
      `${plainLine(run.strategy, 40)}, ${counted(page.results.attempts.length, 'attempt')}, ${duration(run.attemptSeconds)} in attempts, resumed ${counted(run.resumed, 'time')}`,
    ],
    ['Begun', moment(run.startedAt)],
    ['Last event', moment(run.lastEventAt)],
    ['Counts as bad', page.results.bad.map((kind) => plainLine(kind, 40)).join(', ')],
    [
      'Cells',
      `${count(page.cells.observed)} observed, ${count(page.cells.inferred)} inferred, ${count(page.cells.open)} without a good or bad verdict`,
    ],
    ['Program', plainLine(page.results.tool, 80)],
  ];
  const known = deviceFacts(page.results);
  const heads = ['What', 'Value'];
  return section(
    page,
    'machine',
    'Host, device and run',
    html`${table(page, 'Where and how this was measured.', heads, factRows(facts))}${known.length === 0 ? nothing : table(page, 'Device: what its driver told. Serial numbers are not recorded.', heads, factRows(known, 'wrap-anywhere'))}`,
  );
}

function factRows(facts: readonly (readonly [string, Content])[], className?: string): TableCell[][] {
  return facts.map(([name, value]) => [
    { content: name, heading: true },
    { content: value, ...(className === undefined ? {} : { className }) },
  ]);
}
