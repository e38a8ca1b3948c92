/** A sentence of a report, as data. Names come from people and probes: they are made plain where the sentence is made, and escaped by the report. */

export type Tone = 'bad' | 'warn' | 'good' | 'plain';

export interface Statement {
  readonly tone: Tone;
  readonly text: string;
}
