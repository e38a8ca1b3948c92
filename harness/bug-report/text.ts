/** Untrusted text for places where it never begins a line: in a list, a table or a sentence. Pure. */
import { inline } from '../../reports/markdown/inline.ts';

/** As `inline`, without the escape that keeps "2." from beginning a list: elsewhere it only makes the source harder to read. */
export function text(untrusted: string, most?: number): string {
  return inline(untrusted, most).replace(/^(\d+)\\(?=[.)])/, '$1');
}
