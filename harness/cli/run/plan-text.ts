/** The plan as a person reads it, 80 columns wide. */
import { passSeconds } from '../../matrix/cost/estimate.ts';
import { beside, wrapped } from '../text/layout.ts';
import type { Plan } from './plan-of.ts';
import type { Cost } from '../../matrix/cost/cost.ts';
import { count, counted, duration } from '../../../reports/findings/words/numbers.ts';
import { plainBlock } from '../../../reports/findings/words/plain-text.ts';
import type { Strategy } from '../../model/strategy.ts';

const WIDTH = 80;
const INDENT = '  ';
const LABEL = 16;

/** Ends with a line break. A matrix of somebody else's may hold anything: nothing of it steers the terminal. */
export function planText(plan: Plan): string {
  const { matrix, estimate, downloads, advice } = plan;
  const sections = [
    [...wrapped(`${matrix.name}: ${matrix.description === '' ? `probe ${matrix.probe}` : matrix.description}`, WIDTH)],
    overview(plan),
    [
      'Attempts and time',
      ...searchLines(plan),
      ...estimate.extras.flatMap((extra) => costLines(EXTRA_WORDS[extra.kind], extra, false)),
      ...beside(INDENT, assumptions(plan), WIDTH),
    ],
    [
      ...(downloads.length === 0 ? ['Downloads', `${INDENT}nothing`] : downloadLines(plan)),
      ...(plan.ready.length === 0 ? [] : entry('here already', plan.ready.join(', '))),
    ],
    missingLines(plan),
    plan.predicted.length === 0
      ? plan.card === null
        ? []
        : wrapped(
            `Left out on ${plan.card}: nothing. With the variables of the matrix it can run the code of every wheel here, as far as is known`,
            WIDTH,
          )
      : [
          'Left out on a card (--include-no-binary tries them)',
          ...plan.predicted.flatMap(({ environment, setting, reason }) =>
            hanging(`${environment}, setting ${setting}: ${reason}`),
          ),
        ],
    advice.length === 0 ? [] : ['Warnings', ...advice.flatMap((text) => hanging(text))],
  ];
  return plainBlock(
    `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`,
  );
}

function overview({ matrix, estimate }: Plan): readonly string[] {
  return [
    ...entry('environments', `${estimate.environments}: ${matrix.environments.join(', ')}`),
    ...entry('settings', `${estimate.settings}: ${matrix.settings.join(', ')}`),
    ...matrix.axes.flatMap(({ name, parameters, length }) => {
      const sets = parameters.length > 1 ? ` of ${parameters.join(', ')}` : '';
      return entry(
        `axis ${name}`,
        `${count(length)} values${sets}${name === matrix.searchAxis ? ', searched along' : ''}`,
      );
    }),
    ...entry('lines', count(estimate.lines)),
    ...entry('cells', count(estimate.cells)),
  ];
}

const EXTRA_WORDS = { canaries: '+ canaries', controls: '+ controls', explain: '+ explain' } as const;

/** What every plan is compared with. */
const COMPARED = ['grid', 'map'] as const;

function searchLines({ matrix: { strategy }, estimate }: Plan): readonly string[] {
  return [...new Set<Strategy>([...COMPARED, strategy])].flatMap((name) => {
    const cost = estimate[name];
    return cost === null ? [] : costLines(name, cost, name === strategy);
  });
}

function costLines(
  name: string,
  { attempts, expectedSeconds, worstSeconds }: Pick<Cost, 'attempts' | 'expectedSeconds' | 'worstSeconds'>,
  chosen: boolean,
): readonly string[] {
  const range = attempts.least === attempts.most ? '' : ` (${count(attempts.least)} to ${count(attempts.most)})`;
  return [
    ...entry(name, `about ${count(attempts.expected)} attempts${range}${chosen ? ', chosen' : ''}`),
    ...entry('', `about ${duration(expectedSeconds)}; at worst ${duration(worstSeconds)}`),
  ];
}

function assumptions({ matrix, estimate }: Plan): string {
  const pass = passSeconds(matrix);
  return (
    `Expected: half of the lines turn bad, a pass takes ${duration(pass)}, a hang ${duration(estimate.hangSecondsExpected)}. ` +
    `At worst: every line is bad and a hang uses up every deadline, ${duration(estimate.hangSecondsWorst)}. ` +
    'Imports, downloads and searches that show progress come on top; a simulated card lives faster.'
  );
}

/** A Python that is not here is missed by many. */
function missingLines({ missing }: Plan): readonly string[] {
  const reasons = [...new Set(missing.map(({ reason }) => reason))];
  const named = reasons.map(
    (reason) =>
      `${missing
        .filter((one) => one.reason === reason)
        .map(({ environment }) => environment)
        .join(', ')}: ${reason}`,
  );
  return named.length === 0
    ? []
    : ['Cannot be made on this machine as it is', ...named.flatMap((text) => hanging(text))];
}

/** What a download of unknown size weighs, in bytes: torch wheels for ROCm as published, from the oldest to the newest. */
const UNKNOWN_SIZE = { least: 1e9, most: 6e9 } as const;

/** An installed environment as a multiple of its wheel's file, as measured. */
const UNPACKED = { least: 2, most: 4 } as const;

function downloadLines(plan: Plan): readonly string[] {
  const images = plan.downloads.filter(({ kind }) => kind === 'image');
  return [
    ...wheelLines(plan),
    ...(images.length === 0
      ? []
      : [
          'Images to pull, kept by podman or docker; one of ROCm is 20 GB and more',
          ...images.map(({ file }) => INDENT + file),
        ]),
  ];
}

function wheelLines({ downloads, environmentsFolder: environments, freeBytes }: Plan): readonly string[] {
  const wheels = downloads.filter(({ kind }) => kind === 'wheel');
  if (wheels.length === 0) return [];
  const known = wheels.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const unknown = wheels.filter(({ bytes }) => bytes === null).length;
  const leastBytes = known + unknown * UNKNOWN_SIZE.least;
  const [least, most] = [leastBytes, known + unknown * UNKNOWN_SIZE.most].map(wholeGigabytes);
  const total = least === most ? `about ${least} GB` : `about ${least} to ${most} GB`;
  const assumed = unknown === 0 ? '' : `; ${count(unknown)} of unknown size, taken as 1 to 6 GB each`;
  return [
    ...wrapped(`Downloads: ${counted(wheels.length, 'file')}, ${total}, kept in ${environments}${assumed}`, WIDTH),
    ...wheels.map(({ file, bytes }) => `${INDENT}${file}${bytes === null ? '' : `  ${gigabytes(bytes)}`}`),
    ...(freeBytes === null ? [] : entry('on the disk', roomText(leastBytes, freeBytes))),
  ];
}

function roomText(leastBytes: number, freeBytes: number): string {
  const short =
    leastBytes * UNPACKED.least > freeBytes
      ? ': not enough for all at once, so the least recently used are removed on the way'
      : '';
  return `installed, ${UNPACKED.least} to ${UNPACKED.most} times the download; ${gigabytes(freeBytes)} are free${short}`;
}

function entry(label: string, text: string): readonly string[] {
  return beside(`${INDENT}${label.padEnd(LABEL - 1)} `, text, WIDTH);
}

function hanging(text: string): readonly string[] {
  return beside(`${INDENT}- `, text, WIDTH);
}

function wholeGigabytes(bytes: number): string {
  return count(Math.max(1, Math.round(bytes / 1e9)));
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
