/** "did you mean …": the known name nearest to what was written. */

/** `; did you mean "size"?` when one is near enough, then what is known. At most `limit` names are listed. */
export function hint(written: string, known: readonly string[], limit = 30): string {
  const near = nearest(written, known);
  const listed = known.slice(0, limit).join(', ') + (known.length > limit ? ' …' : '');
  return `${near === null ? '' : `did you mean "${near}"? `}known: ${listed === '' ? 'none' : listed}`;
}

/** null when nothing is within one edit for every three letters written. */
export function nearest(written: string, known: readonly string[]): string | null {
  const wanted = written.slice(0, 100).toLowerCase();
  const limit = Math.ceil(wanted.length / 3);
  let best: { readonly name: string; readonly edits: number } | null = null;
  for (const name of known) {
    const edits = distance(wanted, name.toLowerCase());
    if (edits <= limit && edits < name.length && (best === null || edits < best.edits)) best = { name, edits };
  }
  return best?.name ?? null;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
