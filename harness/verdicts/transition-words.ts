/** Changes between environments in words, and the log of a bisection in the manner of git's: comments that begin with #, one verdict a line. */
import { wheelWords } from '../insight/transitions.ts';
import type { Transition } from '../model/results/transition.ts';
import type { OutcomeKind } from '../model/outcome.ts';
import type { Results } from '../model/results/results.ts';
import { gradeOf } from '../model/grade.ts';

/** "rocm5.2-torch1.13.1 -> rocm5.3-torch2.0.1 turns bad; torch 1.13.1 -> 2.0.1 and ROCm 5.2 -> 5.3 change at once (confounded)". */
export function transitionWords({ from, to, turns, skipped, changes: { torch, rocm }, factor }: Transition): string {
  const torchWords = torch === null ? '' : `torch ${torch.from} -> ${torch.to}`;
  const rocmWords = rocm === null ? '' : `ROCm ${rocm.from} -> ${rocm.to}`;
  const why = {
    both: `${torchWords} and ${rocmWords} change at once (confounded)`,
    torch: `only ${torchWords} changes`,
    rocm: `only ${rocmWords} changes`,
    none: 'no change of torch or ROCm is known',
  }[factor];
  const range = skipped.length === 0 ? '' : ` somewhere between (not observed: ${skipped.join(', ')})`;
  return `${from} -> ${to} turns ${turns}${range}; ${why}`;
}

/** One line for each pair of wheels that would tell the two factors of a confounded step apart. */
export function bridgeWords({ factor, bridges, skipped }: Transition): readonly string[] {
  if (factor !== 'both') return [];
  if (bridges.length === 0)
    return [
      skipped.length > 0
        ? 'no pair of known wheels changes one factor only over this range'
        : 'no pair of known wheels changes one factor only',
    ];
  return bridges.map(({ isolates, wheels }) => {
    const names = wheels.map(wheelWords);
    return `bridge that changes ${isolates === 'rocm' ? 'ROCm' : 'torch'} only: ${names.join(' against ')}`;
  });
}

/** Without line ends. What is skipped comes with its reason. */
export function bisectLog(results: Results): readonly string[] {
  const bad = results.bad.filter(isOutcome);
  const places = new Map(results.cells.map((cell) => [cell.id, cell]));
  const several = results.settings.length > 1;
  const tried = results.attempts.flatMap(({ cell: id, purpose, report: { outcome } }) => {
    const cell = places.get(id);
    if (cell === undefined || outcome.kind === 'cancelled') return [];
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
  const found = (results.transitions ?? []).flatMap((one) => [
    `# ${transitionWords(one)}`,
    ...bridgeWords(one).map((text) => `#   ${text}`),
  ]);
  return [...tried, ...skipped, ...(found.length === 0 ? ['# no change between environments was observed'] : found)];
}

function isOutcome(kind: string): kind is OutcomeKind {
  return kind !== '';
}
