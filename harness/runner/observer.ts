/** What a run tells whoever watches it. The journal is the record; these notes are for eyes only. */
import type { AttemptReport } from '../model/attempt/attempt.ts';
import type { HealthProbe, HealthResult } from '../model/events.ts';
import type { Cell } from '../model/cell.ts';
import type { Question } from '../search/search.ts';
import type { Phase } from '../model/attempt/phase.ts';

export type RunNote =
  | { readonly kind: 'environment'; readonly environment: string; readonly state: 'preparing' | 'ready' }
  | {
      readonly kind: 'environment';
      readonly environment: string;
      readonly state: 'unavailable';
      readonly reason: string;
    }
  /** What is done for an environment that takes long: a download, a wait, a removal. */
  | { readonly kind: 'building'; readonly environment: string; readonly text: string }
  | { readonly kind: 'attempt-started'; readonly attempt: string; readonly question: Question }
  | { readonly kind: 'phase'; readonly attempt: string; readonly phase: Phase }
  | {
      readonly kind: 'attempt-finished';
      readonly attempt: string;
      readonly question: Question;
      readonly report: AttemptReport;
    }
  /** Something that a reader of the results must know; it is in the journal as a warning. */
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'retry'; readonly cell: Cell; readonly reason: string }
  /** It seemed to hang while others held the cores: a quieter machine is waited for, for a while, and it is tried again. */
  | { readonly kind: 'patience'; readonly cell: Cell }
  /** A known pass of the suspect was tried again and did not pass. */
  | {
      readonly kind: 'wedged';
      readonly environment: string;
      readonly reason: string;
      readonly tried: number;
      readonly tries: number;
    }
  | { readonly kind: 'health-started'; readonly probe: HealthProbe; readonly environment: string }
  | {
      readonly kind: 'health-finished';
      readonly probe: HealthProbe;
      readonly environment: string;
      /** null when it was cut off. */
      readonly result: HealthResult | null;
      readonly reason: string;
    }
  /** The canary failed; it is tried again after a cool-down. */
  | { readonly kind: 'sick'; readonly reason: string; readonly retry: number; readonly retries: number }
  /** The canary fails in this environment, and passes in another. */
  | { readonly kind: 'unfit'; readonly environment: string; readonly reason: string }
  | { readonly kind: 'quarantine'; readonly reason: string };

export type Observer = (note: RunNote) => void;
