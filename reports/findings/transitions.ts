/** Changes between environments, for every report. The words are those of `bench bisect`. */
import type { Results } from '../../harness/model/results/results.ts';
import { counted, count } from './numbers.ts';
import { placeName } from './explained.ts';

type Transition = NonNullable<Results['transitions']>[number];

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

/** '' where no bridge is needed. */
export function bridgesOf({ factor, bridges }: Transition): string {
  if (factor !== 'both') return '';
  if (bridges.length === 0) return 'none known';
  return bridges
    .map(
      ({ isolates, wheels }) =>
        `${isolates === 'rocm' ? 'ROCm' : 'torch'} only: ${wheels.map(({ torch, rocm, environment, build }) => environment ?? `torch ${torch} on ROCm ${rocm}${build === undefined ? '' : " (AMD's build)"}`).join(' against ')}`,
    )
    .join('; ');
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
