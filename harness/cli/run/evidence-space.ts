/**
 * Room for evidence in results.json: it is one text, and no text of JavaScript is longer than 2^29 characters. A run of 100,000 attempts that each
 * printed 16 KiB would not fit. All texts are then cut to one length, the largest that fits: short ones stay whole, and the evidence folder has all
 * of each. Pure, so that judging again gives the same bytes.
 */
import type { Evidence } from '../../model/attempt/evidence.ts';
import type { JournalEvent } from '../../model/events.ts';
import { head, tail } from '../../../reports/findings/words/plain-text.ts';

/** A journal up to so many bytes fits as it is. */
export const FITS_WHOLE = 256 * 2 ** 20;
/** Characters of JSON for all texts together. The rest of 100,000 attempts takes about as much again. */
const ROOM = 160 * 2 ** 20;

export class EvidenceSpace {
  readonly #lengths: number[] = [];
  readonly #room: number;

  constructor(room = ROOM) {
    this.#room = room;
  }

  see(event: JournalEvent): void {
    const evidence = evidenceOf(event);
    if (evidence === null) return;
    for (const text of [evidence.stderrTail, evidence.pythonStacks, evidence.nativeStacks?.text ?? ''])
      this.#lengths.push(jsonLength(text));
  }

  /** Characters of JSON that one text may take; Infinity where all fit. */
  longest(): number {
    let room = this.#room;
    const ascending = Float64Array.from(this.#lengths).toSorted();
    for (const [index, length] of ascending.entries()) {
      const left = ascending.length - index;
      if (length * left > room) return Math.floor(room / left);
      room -= length;
    }
    return Infinity;
  }
}

/** The event with texts of at most about `longest` characters of JSON, and without what the environment's entry or the evidence folder says anyway. */
export function shortened(event: JournalEvent, longest: number): JournalEvent {
  const evidence = evidenceOf(event);
  if (longest === Infinity || evidence === null || event.event !== 'attempt-finished') return event;
  const { libraries: _libraries, collectors: _collectors, deviceFiles: _files, ...rest } = evidence;
  const { pythonStacks, stderrTail, nativeStacks } = evidence;
  const shorter: Evidence = {
    ...rest,
    // A traceback ends with what was raised; a stack begins with where it stands.
    pythonStacks: cut(pythonStacks, longest, pythonStacks.startsWith('Traceback') ? 'end' : 'beginning'),
    stderrTail: cut(stderrTail, longest, 'end'),
    ...(nativeStacks === undefined
      ? {}
      : { nativeStacks: { ...nativeStacks, text: cut(nativeStacks.text, longest, 'beginning') } }),
  };
  return { ...event, report: { ...event.report, evidence: shorter } };
}

function evidenceOf(event: JournalEvent): Evidence | null {
  return event.event === 'attempt-finished' ? event.report.evidence : null;
}

function cut(text: string, longest: number, keep: 'beginning' | 'end'): string {
  const length = jsonLength(text);
  if (length <= longest) return text;
  const kept = (keep === 'end' ? tail : head)(text, Math.floor((text.length * longest) / length));
  const note = `[bench: ${kept.left} characters left out here, for so large a run; the evidence folder has them]`;
  return keep === 'end' ? `${note}\n${kept.text}` : `${kept.text}\n${note}`;
}

function jsonLength(text: string): number {
  return JSON.stringify(text).length;
}
