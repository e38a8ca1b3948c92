/** Cuts a byte stream into lines, in memory bounded by the longest line allowed. */

export type SplitLine = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too-long' };

export class LineSplitter {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #length = 0;
  #skipping = false;

  /** limit: bytes of the longest line that is passed on; longer ones are dropped and told once. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): SplitLine[] {
    const lines: SplitLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.#take(chunk.subarray(start, end), lines);
      if (!this.#skipping) lines.push({ kind: 'line', text: this.#text() });
      this.#reset();
      start = end + 1;
    }
    this.#take(chunk.subarray(start), lines);
    return lines;
  }

  #take(part: Buffer, lines: SplitLine[]): void {
    if (this.#skipping || part.length === 0) return;
    this.#length += part.length;
    if (this.#length <= this.#limit) {
      this.#parts.push(part);
      return;
    }
    this.#skipping = true;
    this.#parts = [];
    lines.push({ kind: 'too-long' });
  }

  #text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }

  #reset(): void {
    this.#parts = [];
    this.#length = 0;
    this.#skipping = false;
  }
}
