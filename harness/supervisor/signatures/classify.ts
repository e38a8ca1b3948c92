/** Finds the known log lines in a text. Pure. */
import { KERNEL_SIGNATURES } from './kernel.ts';
import { STDERR_SIGNATURES } from './stderr.ts';
import { SIGNATURE_CLASSES, type Channel, type Signature } from './signature.ts';

export const LOG_SIGNATURES: readonly Signature[] = [...KERNEL_SIGNATURES, ...STDERR_SIGNATURES];

export interface SignatureMatch {
  readonly signature: Signature;
  /** The whole line, cut to 4096 characters. */
  readonly line: string;
}

const LINE_LIMIT = 4096;

/** Every match, in the order of the lines; a line may match several signatures. */
export function classify(text: string, channel: Channel): SignatureMatch[] {
  const signatures = channel === 'kernel' ? KERNEL_SIGNATURES : STDERR_SIGNATURES;
  return text
    .split(/[\r\n]+/)
    .filter((line) => line !== '')
    .flatMap((full) => {
      const line = full.slice(0, LINE_LIMIT);
      return signatures.filter(({ pattern }) => pattern.test(line)).map((signature) => ({ signature, line }));
    });
}

/** Ids in the order of their first line, each once. */
export function signatureIds(matches: readonly SignatureMatch[]): string[] {
  return [...new Set(matches.map(({ signature }) => signature.id))];
}

/** Id of the signature that explains a death by signal: of the first crash-like line, the most specific one; null when there is none. */
export function crashSignature(matches: readonly SignatureMatch[]): string | null {
  const ranked = matches.flatMap(({ line, signature }) => {
    const { crashRank } = SIGNATURE_CLASSES[signature.class];
    return crashRank === null ? [] : [{ line, id: signature.id, rank: crashRank }];
  });
  const sameLine = ranked.filter(({ line }) => line === ranked[0]?.line);
  return sameLine.toSorted((a, b) => a.rank - b.rank)[0]?.id ?? null;
}

/** The last line that shows MIOpen's search going on; null when there is none. */
export function lastProgressLine(text: string): string | null {
  return classify(text, 'stderr').findLast(({ signature }) => signature.class === 'progress')?.line ?? null;
}
