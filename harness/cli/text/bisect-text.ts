/** What `bench bisect` says at its end, and its log in the manner of git's: comments that begin with #, one verdict a line. Pure, without line ends. */
import { bridgeWords, transitionWords } from '../../../reports/findings/answers/transitions.ts';
import { gradeOf } from '../../model/grade.ts';
import { isOutcomeKind, OUTCOMES } from '../../model/outcome.ts';
import type { Results } from '../../model/results/results.ts';
import { simulationNotice } from '../../../reports/findings/answers/notices.ts';

/** `bench bisect log`: the verdicts and changes, after what they are of. */
export function bisectLogText(results: Results, folder: string): readonly string[] {
  return [
    `# bench bisect log of ${folder}; to go on or to replay it: bench run --resume ${folder}`,
    ...notice(results).map((text) => `# ${text}`),
    ...verdictLines(results),
    ...changeLines(results),
  ];
}

/** What is skipped comes with its reason. */
function verdictLines(results: Results): readonly string[] {
  const bad = results.bad.filter(isOutcomeKind);
  const places = new Map(results.cells.map((cell) => [cell.id, cell]));
  const several = results.settings.length > 1;
  const tried = results.attempts.flatMap(({ cell: id, purpose, report: { outcome } }) => {
    const cell = places.get(id);
    if (cell === undefined || OUTCOMES[outcome.kind].says === 'nothing') return [];
    const word = { good: 'good', bad: 'bad', untestable: 'skip' }[gradeOf(outcome, bad)];
    const shown = Object.entries(cell.case)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(',');
    return [
      `# ${word}: [${cell.environment}] ${outcome.kind}${purpose === 'confirm' ? ' (in a fresh process)' : ''}${several ? `, setting ${cell.setting}` : ''}, ${shown}`,
      `${word} ${cell.environment}`,
    ];
  });
  const skipped = results.environments.flatMap(({ name, status, reason }) =>
    status === 'unavailable' ? [`# skip: [${name}] ${(reason ?? '').split('\n')[0] ?? ''}`, `skip ${name}`] : [],
  );
  return [...tried, ...skipped];
}

function changeLines({ transitions = [] }: Results): readonly string[] {
  return transitions.length === 0
    ? ['# no change between environments was observed']
    : transitions.flatMap((one) => [
        `# ${transitionWords(one)}`,
        ...bridgeWords(one).map((text) => `#   bridge: ${text}`),
      ]);
}

function notice(results: Results): readonly string[] {
  const text = simulationNotice(results);
  return text === null ? [] : [text];
}

interface Ends {
  readonly good: string;
  readonly bad: string;
}

/** `ends`: the environments as they were named. */
export function bisectText(results: Results, ends: Ends, folder: string): readonly string[] {
  const transitions = results.transitions ?? [];
  const verdictOf = (place: 'first' | 'last'): string => {
    const cell = place === 'first' ? results.cells[0] : results.cells.at(-1);
    return `${cell?.environment ?? ''} is ${cell?.verdict ?? 'untested'}`;
  };
  return [
    ...notice(results),
    ...surprises(results, ends),
    ...verdictLines(results).filter((line) => line.startsWith('# ')),
    ...(transitions.length === 0
      ? [`no change between --good ${ends.good} and --bad ${ends.bad}: ${verdictOf('first')}, ${verdictOf('last')}`]
      : transitions.flatMap((one) => [transitionWords(one), ...bridgeWords(one).map((text) => `  bridge: ${text}`)])),
    `log      bench bisect log ${folder}`,
    `report   ${folder}/report.html`,
  ];
}

/** Ends that are not what they were called: every change is found all the same, but somebody was mistaken. */
function surprises(results: Results, ends: Ends): readonly string[] {
  const cellOf = (wanted: string): Results['cells'][number] | undefined => {
    const name = results.environments.find(
      (one) => one.name === wanted || one.rocm === wanted || one.torch === wanted,
    )?.name;
    return results.cells.find(({ environment }) => environment === name);
  };
  const told = (option: 'good' | 'bad'): readonly string[] => {
    const verdict = cellOf(ends[option])?.verdict;
    if (verdict === undefined) return [];
    const found =
      verdict === 'pass'
        ? 'good'
        : verdict === 'flaky' || results.bad.some((one) => one === verdict)
          ? 'bad'
          : 'untestable';
    if (found === option) return [];
    const is =
      found === 'untestable'
        ? `could not be tested: ${verdict}`
        : `is not ${option}: ${verdict === 'pass' ? 'it passes' : verdict}`;
    return [`note     --${option} ${ends[option]} ${is}`];
  };
  return [...told('good'), ...told('bad')];
}
