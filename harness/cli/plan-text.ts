/** The plan as a person reads it, 80 columns wide. */
import { ASSUMED } from '../matrix/estimate.ts';
import { duration } from './describe.ts';
import type { Plan } from './plan.ts';
import type { Cost } from '../matrix/estimate.ts';

const WIDTH = 80;
const INDENT = '  ';
const LABEL = 16;

/** Ends with a line break. */
export function planText(plan: Plan): string {
  const { matrix, estimate, downloads, advice } = plan;
  const sections = [
    [...wrapped(`${matrix.name}: ${matrix.description === '' ? `probe ${matrix.probe}` : matrix.description}`, '')],
    overview(plan),
    [
      'Attempts and time',
      ...costLines('grid', estimate.grid, matrix.strategy === 'grid'),
      ...(estimate.line === null ? [] : costLines('boundary search', estimate.line, matrix.strategy === 'map' || matrix.strategy === 'line')),
      ...wrapped(assumptions(plan), INDENT),
    ],
    downloads.length === 0 ? ['Downloads', `${INDENT}nothing`] : downloadLines(plan),
    plan.predicted.length === 0 ? [] : ['Left out on a card (--include-no-binary tries them)', ...plan.predicted.flatMap(({ environment, setting, reason }) => hanging(`${environment}, setting ${setting}: ${reason}`))],
    advice.length === 0 ? [] : ['Warnings', ...advice.flatMap((text) => hanging(text))],
  ];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function overview({ matrix, estimate }: Plan): readonly string[] {
  return [
    ...entry('environments', `${estimate.environments}: ${matrix.environments.join(', ')}`),
    ...entry('settings', `${estimate.settings}: ${matrix.settings.join(', ')}`),
    ...matrix.axes.flatMap(({ name, parameters, length }) => {
      const sets = parameters.length > 1 ? ` of ${parameters.join(', ')}` : '';
      return entry(`axis ${name}`, `${count(length)} values${sets}${name === matrix.searchAxis ? ', searched along' : ''}`);
    }),
    ...entry('lines', count(estimate.lines)),
    ...entry('cells', count(estimate.cells)),
  ];
}

function costLines(name: string, { attempts, expectedSeconds, worstSeconds }: Cost, chosen: boolean): readonly string[] {
  const range = attempts.least === attempts.most ? '' : ` (${count(attempts.least)} to ${count(attempts.most)})`;
  return [
    ...entry(name, `about ${count(attempts.expected)} attempts${range}${chosen ? ', chosen' : ''}`),
    ...entry('', `about ${duration(expectedSeconds)}; at worst ${duration(worstSeconds)}`),
  ];
}

function assumptions({ matrix, estimate }: Plan): string {
  const pass = matrix.device === 'cpu' ? ASSUMED.passSeconds.cpu : ASSUMED.passSeconds.card;
  return (
    `Expected: half of the lines turn bad, a pass takes ${duration(pass)}, a hang ${duration(estimate.hangSecondsExpected)}. ` +
    `At worst: every line is bad and a hang uses up every deadline, ${duration(estimate.hangSecondsWorst)}. ` +
    'Imports, downloads and searches that show progress come on top; a simulated card lives faster.'
  );
}

/** What a download of unknown size weighs, in bytes: torch wheels for ROCm as published, from the oldest to the newest. */
const UNKNOWN_SIZE = { least: 1e9, most: 6e9 } as const;

function downloadLines({ downloads, environmentsFolder: environments }: Plan): readonly string[] {
  const known = downloads.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const unknown = downloads.filter(({ bytes }) => bytes === null).length;
  const [least, most] = [UNKNOWN_SIZE.least, UNKNOWN_SIZE.most].map((size) => wholeGigabytes(known + unknown * size));
  const total = least === most ? `about ${least} GB` : `about ${least} to ${most} GB`;
  const assumed = unknown === 0 ? '' : `; ${count(unknown)} of unknown size, taken as 1 to 6 GB each`;
  return [
    ...wrapped(`Downloads: ${count(downloads.length)} file${downloads.length === 1 ? '' : 's'}, ${total}, kept in ${environments}${assumed}`, ''),
    ...downloads.map(({ file, bytes }) => `${INDENT}${file}${bytes === null ? '' : `  ${gigabytes(bytes)}`}`),
  ];
}

function entry(label: string, text: string): readonly string[] {
  const [first = '', ...rest] = wrapped(text, '', WIDTH - LABEL - INDENT.length);
  const margin = ' '.repeat(LABEL + INDENT.length);
  return [`${INDENT}${label.padEnd(LABEL - 1)} ${first}`, ...rest.map((line) => margin + line)];
}

function hanging(text: string): readonly string[] {
  const [first = '', ...rest] = wrapped(text, '', WIDTH - 4);
  return [`${INDENT}- ${first}`, ...rest.map((line) => `${INDENT}  ${line}`)];
}

/** A word that is longer than the line stands on a line of its own. */
function wrapped(text: string, indent: string, width: number = WIDTH): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    const next = line === indent ? `${line}${word}` : `${line} ${word}`;
    if (next.length <= width || line === indent) line = next;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function wholeGigabytes(bytes: number): string {
  return count(Math.max(1, Math.round(bytes / 1e9)));
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
