/** One kind of log line: what it looks like, what it means and where it was seen. */

export type Channel = 'kernel' | 'stderr';

export type SignatureClass =
  | 'queue-preempt-failed'
  | 'queue-restore-failed'
  | 'gpu-reset'
  | 'gpu-soft-recovered'
  | 'gpu-sick'
  | 'gpu-lost'
  | 'unkillable'
  | 'memory-fault'
  | 'illegal-instruction'
  | 'queue-aborted'
  | 'shader-error'
  | 'launch-failure'
  | 'crash'
  | 'gpu-hang-reported'
  | 'no-binary'
  | 'environment'
  | 'resource-exhausted'
  | 'out-of-memory'
  | 'miopen-error'
  | 'progress'
  | 'context'
  | 'info'
  | 'desktop-affected';

export interface Signature {
  readonly id: string;
  readonly channel: Channel;
  readonly class: SignatureClass;
  readonly pattern: RegExp;
  readonly meaning: string;
  /** Where a line like it was published, or which source builds it. */
  readonly source: string;
  /** A line that the pattern matches. */
  readonly sample: string;
}
