/** What the collectors found of one attempt, compactly: known lines, threads, what was open and loaded, the card, and why something is absent. */
import { libraryLine, type Evidence, type Reading } from '../../../harness/model/attempt/evidence.ts';
import { afterwardsWords } from '../../findings/words/deadline-words.ts';
import { counted, duration } from '../../findings/words/numbers.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import { html, nothing, type Markup } from '../page/markup.ts';
import { figures, table, type Frame, type TableCell } from '../page/frame.ts';

const MOST_SIGHTINGS = 20;
const MOST_GROUPS = 12;
const MOST_NAMES = 4;
const MOST_FRAMES = 8;
const MOST_READINGS = 16;
const MOST_FILES = 12;

/** Lines with a known meaning, with that meaning; ids alone for a run of an older version. */
export function knownLines(found: Evidence, id: string, frame: Frame): Markup {
  if (found.sightings === undefined) {
    return found.signatures.length === 0
      ? nothing
      : html`<p>Known lines in the log: ${found.signatures.slice(0, MOST_SIGHTINGS).map((one) => html`<span class="chip">${plainLine(one, 80)}</span> `)}</p>`;
  }
  if (found.sightings.length === 0) return nothing;
  const heads = ['Known line', 'Where', figures('Times'), 'What it means', 'First such line'];
  const rows = found.sightings
    .slice(0, MOST_SIGHTINGS)
    .map((one): TableCell[] => [
      { content: plainLine(one.id, 60), heading: true, className: 'code' },
      { content: one.channel === 'kernel' ? 'kernel log' : 'standard error' },
      { content: one.count },
      { content: `${plainLine(one.class, 40)}: ${plainLine(one.meaning, 300)}`, className: 'wrap-anywhere' },
      { content: plainLine(one.line, 240), className: 'code wrap-anywhere' },
    ]);
  return table(frame, `Known lines in the logs of ${id}`, heads, rows);
}

export function threadTable(found: Evidence, id: string, frame: Frame): Markup {
  const groups = found.threads ?? [];
  if (groups.length === 0) return nothing;
  const heads = [
    figures('Pid'),
    figures('Threads'),
    'Name',
    'State',
    'System call',
    'Kernel functions, innermost first',
  ];
  const rows = groups.slice(0, MOST_GROUPS).map((one): TableCell[] => [
    { content: one.pid },
    { content: one.tids.length },
    { content: someOf(one.names, MOST_NAMES), className: 'wrap-anywhere' },
    { content: plainLine(one.state, 20) },
    { content: plainLine(one.syscall ?? '–', 80), className: 'code' },
    {
      content: one.kernelStack === null ? plainLine(one.waitChannel ?? '–', 80) : someOf(one.kernelStack, MOST_FRAMES),
      className: 'code wrap-anywhere',
    },
  ]);
  const left = groups.length - rows.length;
  return table(
    frame,
    `Threads of ${id}, those in the same place together${left > 0 ? ` (${counted(left, 'more place')} in evidence.json)` : ''}`,
    heads,
    rows,
  );
}

/** One line for each thing that was found. */
export function facts(found: Evidence): Markup {
  const { cpuUse, device = [], kfd = [], deviceFiles = [] } = found;
  const last = libraryLine(found);
  const afterwards = afterwardsWords(found);
  const lines: (readonly [string, string])[] = [
    ...(afterwards === null ? [] : [['After the verdict', afterwards] as const]),
    ...(last === undefined
      ? []
      : [[`Last line of ${plainLine(last.library, 40)}`, plainLine(last.line, 400)] as const]),
    ...(cpuUse === undefined
      ? []
      : [['CPU use meanwhile', `${duration(cpuUse.cpuSeconds)} of CPU time in ${duration(cpuUse.seconds)}`] as const]),
    ...(device.length === 0 ? [] : [['Card', readings(device)] as const]),
    ...kfd.slice(0, MOST_FILES).map((one) => [`Compute driver, process ${one.pid}`, readings(one.readings)] as const),
    ...(deviceFiles.length === 0
      ? []
      : [
          [
            'Open device files',
            someOf(
              deviceFiles.map(
                ({ pid, path, fds }) => `${path} (${pid}${fds.length > 1 ? `, ${fds.length} times` : ''})`,
              ),
              MOST_FILES,
            ),
          ] as const,
        ]),
  ];
  return lines.length === 0
    ? nothing
    : html`<dl class="facts">${lines.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`;
}

/** Why something is not there. */
export function absent(found: Evidence): Markup {
  const missing = (found.collectors ?? []).filter(({ status, note }) => status !== 'ok' || note !== '');
  const took = found.seconds === undefined ? '' : ` Gathering took ${duration(found.seconds)}.`;
  if (missing.length === 0) return took === '' ? nothing : html`<p class="note">${took.trim()}</p>`;
  const words = missing.map(
    ({ name, status, note }) =>
      html`<li class="wrap-anywhere">${plainLine(name, 60)}: ${status === 'ok' ? 'in part' : WORDS[status]}${note === '' ? '' : `; ${plainLine(note, 300)}`}</li>`,
  );
  return html`<details class="absent"><summary class="note">What was not found, and why.${took}</summary><ul class="note">${words}</ul></details>`;
}

const WORDS = {
  nothing: 'nothing',
  'not-allowed': 'not to be had',
  'timed-out': 'gave no answer in time',
  'tool-missing': 'the tool is missing',
  failed: 'failed',
  skipped: 'not tried',
} as const;

function readings(all: readonly Reading[]): string {
  return someOf(
    all.map(({ name, value, unit }) => `${name} ${value}${unit === '' ? '' : ` ${unit}`}`),
    MOST_READINGS,
  );
}

function someOf(texts: readonly string[], most: number): string {
  const shown = texts
    .slice(0, most)
    .map((text) => plainLine(text, 200))
    .join(', ');
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}
