/** Changes between environments in words, the same in every report, in `bench bisect` and in its log. */
import type { Results } from '../../../harness/model/results/results.ts';
import type { Transition } from '../../../harness/model/results/transition.ts';
import { counted, count } from '../words/numbers.ts';
import { placeName } from './explained.ts';

/** "rocm5.3-torch2.0.1 to rocm5.4.2-torch2.0.1 turns good; ROCm 5.3 to 5.4.2 alone". */
export function transitionWords(transition: Transition): string {
  return `${rangeOf(transition)} turns ${transition.turns}; ${factorWords(transition)}`;
}

export function factorWords({ factor, changes: { torch, rocm } }: Transition): string {
  const torchWords = torch === null ? '' : `torch ${torch.from} to ${torch.to}`;
  const rocmWords = rocm === null ? '' : `ROCm ${rocm.from} to ${rocm.to}`;
  switch (factor) {
    case 'both':
      return `confounded: ${torchWords} and ${rocmWords} at once`;
    case 'torch':
      return `${torchWords} alone`;
    case 'rocm':
      return `${rocmWords} alone`;
    case 'none':
      return 'no change of torch or ROCm is known';
  }
}

/** "ROCm only: a against torch 2.0.1 on ROCm 5.7 (AMD's build)", in the order of the way from one side to the other; none where no bridge is needed. */
export function bridgeWords({ factor, bridges }: Transition): readonly string[] {
  if (factor !== 'both') return [];
  return bridges.length === 0
    ? ['none known']
    : bridges.map(
        ({ isolates, wheels }) =>
          `${isolates === 'rocm' ? 'ROCm' : 'torch'} only: ${wheels.map(wheelWords).join(' against ')}`,
      );
}

function wheelWords({ torch, rocm, environment, build }: Transition['bridges'][number]['wheels'][number]): string {
  return environment ?? `torch ${torch} on ROCm ${rocm}${build === undefined ? '' : " (AMD's build)"}`;
}

export function rangeOf({ from, to, skipped }: Transition): string {
  return `${from} to ${to}${skipped.length === 0 ? '' : `, not observed between: ${skipped.join(', ')}`}`;
}

export function whereOf(results: Results, { cells, observed, examples }: Transition): string {
  const [first] = examples;
  if (first === undefined) return counted(cells, 'case');
  const shape = placeName(results, { environment: '', ...first }).replace(/ on (?=,|$)/, '');
  return cells === 1
    ? shape
    : `${count(cells)} cases, ${observed === cells ? 'all' : count(observed)} observed on both sides, such as ${shape}`;
}
