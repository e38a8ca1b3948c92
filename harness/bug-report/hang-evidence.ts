/** What was captured of the hang while it was hanging. Pure; texts are escaped for Markdown. */
import { libraryLine } from '../model/attempt/evidence.ts';
import type { AttemptResult } from '../model/results/results.ts';
import { becauseWords } from '../../reports/findings/words/deadline-words.ts';
import { duration } from '../../reports/findings/words/numbers.ts';
import { outcomeWords } from '../../reports/findings/words/outcome-words.ts';
import { head, tail } from '../../reports/findings/words/plain-text.ts';
import { fenced, foldedPart, markdownTable } from '../../reports/markdown/inline.ts';
import { text } from './text.ts';

const MOST_STACKS = 6000;
const MOST_LINES = 4000;

export function hangEvidence({ report, isolation }: AttemptResult): string {
  const found = report.evidence;
  const because = becauseWords(report.outcome);
  const phases = report.phases.map(({ phase, seconds }) => `${phase} ${duration(seconds)}`).join(', ');
  const parts = [
    `${text(outcomeWords(report.outcome), 400)}, in a ${isolation === 'spawn' ? 'fresh' : 'forked'} process.${because === null ? '' : ` Seen when the deadline passed: ${text(because, 400)}.`}${phases === '' ? '' : ` Phases: ${text(phases, 200)}.`}`,
  ];
  if (found === null) return `${parts.join('')}\n\nNothing was captured of this attempt.`;
  const last = libraryLine(found);
  const processes = found.processes
    .slice(0, 8)
    .map((one) => [
      text(one.command, 100),
      text(one.state, 20),
      text(one.waitChannel ?? '–', 60),
      String(one.threads),
      one.cpuSeconds === null ? '–' : `${one.cpuSeconds} s`,
    ]);
  const sightings = (found.sightings ?? [])
    .slice(0, 12)
    .map((one) => [
      text(one.id, 60),
      one.channel === 'kernel' ? 'kernel log' : 'standard error',
      text(one.meaning, 200),
      text(one.line, 240),
    ]);
  const threads = (found.threads ?? [])
    .slice(0, 8)
    .map((one) => [
      text(one.names.join(', '), 80),
      String(one.tids.length),
      text(one.state, 20),
      text(one.syscall ?? '–', 40),
      text(one.waitChannel ?? '–', 60),
    ]);
  return [
    ...parts,
    ...(processes.length === 0
      ? []
      : [markdownTable(['Process', 'State', 'Waits in', 'Threads', 'CPU time'], processes)]),
    ...(sightings.length > 0
      ? [`Known lines:\n\n${markdownTable(['Signature', 'Where', 'What it means', 'First such line'], sightings)}`]
      : found.signatures.length > 0
        ? [`Known lines: ${text(found.signatures.join(', '), 400)}.`]
        : []),
    ...(last === undefined ? [] : [`Last line of ${text(last.library, 40)}: ${text(last.line, 400)}`]),
    ...block('Python stacks', head(found.pythonStacks, MOST_STACKS)),
    ...block(`Native stacks by ${found.nativeStacks?.tool ?? ''}`, head(found.nativeStacks?.text ?? '', MOST_STACKS)),
    ...(threads.length === 0
      ? []
      : [foldedPart('Threads', markdownTable(['Names', 'Count', 'State', 'System call', 'Waits in'], threads))]),
    ...block(
      'Lines of the kernel log since the attempt began',
      tail(found.kernelLog?.lines.join('\n') ?? '', MOST_LINES),
    ),
    ...block('End of standard error', tail(found.stderrTail, MOST_LINES)),
    ...block('Libraries in use', head((found.libraries ?? []).join('\n'), 2000)),
  ].join('\n\n');
}

function block(title: string, part: { readonly text: string; readonly left: number }): readonly string[] {
  if (part.text.trim() === '') return [];
  return [foldedPart(`${title}${part.left > 0 ? ` (cut by ${part.left} characters)` : ''}`, fenced(part.text))];
}
