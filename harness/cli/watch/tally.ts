/** What the views show: counts and the newest lines, built from the notes of a run. */
import { describeCell, type Shown } from '../text/cell-text.ts';
import { outcomeWords } from '../../../reports/findings/words/outcome-words.ts';
import { firstLine } from '../../../reports/findings/words/plain-text.ts';
import type { Purpose } from '../../model/attempt/attempt.ts';
import type { RunNote } from '../../runner/observer.ts';
import { type OutcomeKind, OUTCOMES } from '../../model/outcome.ts';
import type { Phase } from '../../model/attempt/phase.ts';
import { grade } from '../../model/grade.ts';

export interface Current {
  readonly text: string;
  readonly phase: Phase | null;
  readonly startedAt: number;
}

export interface Tally {
  attempts: number;
  /** Attempts after the search that tell explanations apart, begun; every line is done by then. */
  explaining: number;
  readonly byOutcome: Map<OutcomeKind, number>;
  readonly current: Map<string, Current>;
  preparing: { readonly environment: string; readonly startedAt: number } | null;
}

const PURPOSE: Readonly<Record<Purpose, string>> = { search: '', confirm: ' (confirming)', explain: ' (explaining)' };
/** In place of an attempt's id: one health probe runs at a time. */
const HEALTH = '(health)';

export function emptyTally(): Tally {
  return { attempts: 0, explaining: 0, byOutcome: new Map(), current: new Map(), preparing: null };
}

/** `now`: monotonic milliseconds. */
export function count(tally: Tally, note: RunNote, shown: Shown, now: number): void {
  switch (note.kind) {
    case 'environment':
      tally.preparing = note.state === 'preparing' ? { environment: note.environment, startedAt: now } : null;
      return;
    case 'attempt-started': {
      const { cell, purpose } = note.question;
      if (purpose === 'explain') tally.explaining += 1;
      const text = describeCell(cell, shown) + PURPOSE[purpose];
      tally.current.set(note.attempt, { text, phase: null, startedAt: now });
      return;
    }
    case 'phase': {
      const current = tally.current.get(note.attempt);
      if (current !== undefined) tally.current.set(note.attempt, { ...current, phase: note.phase });
      return;
    }
    case 'attempt-finished': {
      const { kind } = note.report.outcome;
      tally.current.delete(note.attempt);
      tally.attempts += 1;
      tally.byOutcome.set(kind, (tally.byOutcome.get(kind) ?? 0) + 1);
      return;
    }
    case 'health-started':
      tally.current.set(HEALTH, { text: `${note.probe} in ${note.environment}`, phase: null, startedAt: now });
      return;
    case 'health-finished':
      tally.current.delete(HEALTH);
      return;
    case 'building':
    case 'notice':
    case 'retry':
    case 'patience':
    case 'sick':
    case 'unfit':
    case 'quarantine':
      return;
  }
}

/** A line worth keeping on the screen, or null: everything but good attempts and phases. */
export function newsOf(note: RunNote, shown: Shown, bad: readonly OutcomeKind[]): string | null {
  switch (note.kind) {
    case 'environment':
      if (note.state !== 'unavailable') return null;
      return `${note.environment}: unavailable: ${firstLine(note.reason)}`;
    case 'building':
      return `${note.environment}: ${note.text}`;
    case 'notice':
      return `warning: ${note.text}`;
    case 'attempt-finished': {
      const { outcome } = note.report;
      if (OUTCOMES[outcome.kind].says === 'nothing' || grade(outcome.kind, bad) === 'good') return null;
      const confirming = note.question.purpose === 'confirm' ? ' (in a fresh process)' : '';
      return `${describeCell(note.question.cell, shown)}: ${outcomeWords(outcome)}${confirming}`;
    }
    case 'retry':
      return `trying again: the harness failed, not the probe: ${firstLine(note.reason)}`;
    case 'patience':
      return `${describeCell(note.cell, shown)}: it was hardly let run; waiting up to half a minute for a quieter machine, then it is tried again in patience`;
    case 'sick':
      return `the device is sick: the canary ${firstLine(note.reason)}; cooling down, try ${note.retry} of ${note.retries}`;
    case 'wedged':
      return `${note.environment}: a case that had passed ${firstLine(note.reason)} now, try ${note.tried} of ${note.tries}`;
    case 'unfit':
      return `${note.environment}: the canary ${firstLine(note.reason)}, and passes in another environment: the device is healthy`;
    case 'health-finished':
      return note.result === null || note.result === 'healthy' || note.probe === 'canary' || note.probe === 'witness'
        ? null
        : `${note.environment}: control ${note.probe} ${firstLine(note.reason)}`;
    case 'quarantine':
      return `device quarantined: ${firstLine(note.reason)}`;
    case 'attempt-started':
    case 'health-started':
    case 'phase':
      return null;
  }
}
