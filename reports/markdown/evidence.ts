/** What was captured of the failures that matter most, and how to make one happen again. */
import type { AttemptResult } from '../../harness/model/results/results.ts';
import type { Findings } from '../findings/findings.ts';
import { count } from '../findings/words/numbers.ts';
import { outcomeWords } from '../findings/words/outcome-words.ts';
import { head, tail } from '../findings/words/plain-text.ts';
import { withoutPrivatePaths } from '../findings/words/private-paths.ts';
import type { ReproducerOf } from '../findings/reproducer.ts';
import { weigh } from '../findings/words/verdict-words.ts';
import { fenced, foldedPart, inline, markdownTable } from './inline.ts';
import type { Part } from './part.ts';
import { marked } from '../findings/answers/notices.ts';

const MOST_HANGS = 3;

/** The first bad cells in full, those with a fresh process as a witness first; then one of each kind of other failure. */
export function evidence({ results, badCells, shapes, attemptsByCell, simulated }: Findings): Part[] {
  const bad = badCells
    .filter((cell) => weigh(cell.verdict, results.bad) !== 'failed')
    .toSorted((a, b) => Number(b.confirmed === true) - Number(a.confirmed === true));
  const failed = badCells.filter((cell) => weigh(cell.verdict, results.bad) === 'failed');
  const firstOfKind = failed.filter((cell) => failed.find(({ verdict }) => verdict === cell.verdict) === cell);
  const cells = [...bad.slice(0, MOST_HANGS), ...firstOfKind];
  return cells.flatMap((cell): Part[] => {
    const attempts = (attemptsByCell.get(cell.id) ?? []).filter(({ report }) => report.outcome.kind !== 'pass');
    const attempt = attempts.find((one) => one.purpose === 'confirm') ?? attempts[0];
    if (attempt === undefined) return [];
    const where = [
      cell.environment,
      shapes.shapeOf({ setting: cell.setting, fixed: cell.case }),
      shapes.axisName === null ? '' : `${shapes.axisName} ${shapes.valueOf(cell)}`,
    ]
      .filter((one) => one !== '')
      .join(', ');
    return [
      { name: `evidence of ${where}`, text: foldedPart(marked(simulated, `Evidence: ${where}`), witness(attempt)) },
    ];
  });
}

/** Of the first bad cell: one program is enough for an issue. */
export function reproduction({ badCells, simulated }: Findings, reproducerOf: ReproducerOf | undefined): Part[] {
  const cell = badCells.find(({ confirmed }) => confirmed === true) ?? badCells[0];
  const found = cell === undefined ? null : (reproducerOf?.(cell) ?? null);
  if (found === null) return [];
  const { driver } = found;
  const command =
    driver === null ? '' : `\n\n${driver.name}, made from the shape and not run here:\n\n${fenced(driver.line)}`;
  return [
    {
      name: 'the reproducer',
      text: foldedPart(marked(simulated, `Reproducer: ${found.shape}`), `${fenced(found.program)}${command}`),
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
