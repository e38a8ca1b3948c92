/**
 * Takes what identifies the owner out of text that will be published: results are made to be attached to issues.
 * Pure; the caller says what to hide. Only whole path parts are replaced, so that "/root" leaves "/rootfs" alone.
 */
export interface Hidden {
  /** Such as a home folder. Empty and one-character texts hide nothing. */
  readonly text: string;
  readonly by: string;
}

/** Returns a copy of a JSON value in which every hidden text is replaced, the longest first. */
export function redactor(hidden: readonly Hidden[]): <Value>(value: Value) => Value {
  const known = hidden.filter(({ text }) => text.length > 1).toSorted((a, b) => b.text.length - a.text.length);
  const patterns = known.map(({ text, by }) => ({ pattern: new RegExp(`${escape(text)}(?![A-Za-z0-9_-])`, 'g'), by }));
  const clean = (text: string): string => patterns.reduce((rest, { pattern, by }) => rest.replace(pattern, () => by), text);
  return (value) => JSON.parse(JSON.stringify(value), (_, inner: unknown) => (typeof inner === 'string' ? clean(inner) : inner));
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
