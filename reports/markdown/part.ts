/** A part of the summary: it stands there whole, or its name stands among what was left out. */
export interface Part {
  readonly name: string;
  readonly text: string;
}
