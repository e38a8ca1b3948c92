/** Explanations in words. The same words everywhere: terminal, reports, results. */
import { QUANTITY_WORDS } from '../knowledge/probes.ts';
import type { Scalar } from '../model/conditions.ts';
import type { PlainTerm, Property, Term } from '../model/results/term.ts';

const NAMES: Readonly<Record<string, string>> = {
  rocm: 'ROCm',
  python: 'Python',
  ...QUANTITY_WORDS,
};
/** Larger units read better only where nothing is rounded away. */
const UNITS = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const;

/** Such as "ROCm 5.3 to 6.1 and in_channels a power of two and size above 32". */
export function statementOf(terms: readonly Term[]): string {
  return terms.map((term) => termWords(term, terms.length > 1)).join(' and ');
}

/** `beside`: among others, where "a or b" has to stand apart. */
export function termWords(term: Term, beside: boolean): string {
  if (term.or === undefined) return plainWords(term);
  const words = `${plainWords(term)}, or ${plainWords(term.or)}`;
  return beside ? `(${words})` : words;
}

function plainWords(term: PlainTerm): string {
  switch (term.kind) {
    case 'above':
      return `${quantityWords(term.quantity)} above ${amount(term.quantity, term.value)}`;
    case 'at-most':
      return `${quantityWords(term.quantity)} at most ${amount(term.quantity, term.value)}`;
    case 'between':
      return `${quantityWords(term.quantity)} from ${amount(term.quantity, term.from)} to ${amount(term.quantity, term.to)}`;
    case 'one-of':
      return `${quantityWords(term.quantity)} ${oneOf(term)}`;
    case 'property':
      return propertyWords(term);
  }
}

export function quantityWords(name: string): string {
  const known = NAMES[name];
  if (known !== undefined) return known;
  const ends = /^(min|max)\((.+),(.+)\)$/.exec(name);
  if (ends !== null)
    return `the ${ends[1] === 'min' ? 'smaller' : 'larger'} of ${quantityWords(ends[2] ?? '')} and ${quantityWords(ends[3] ?? '')}`;
  if (name.startsWith('env.')) return name.slice('env.'.length);
  if (name.startsWith('switch.')) return `torch ${name.slice('switch.'.length)}`;
  return name
    .split(/([*/+])/)
    .map((part) => (part === '*' ? ' x ' : part === '/' || part === '+' ? ` ${part} ` : (NAMES[part] ?? part)))
    .join('');
}

/** "1 MiB", "1,016,064 bytes", "42". */
export function amount(quantity: string, value: number): string {
  const plain = Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(6)));
  if (!quantity.endsWith('_bytes') || /[*+]/.test(quantity)) return plain;
  const unit = UNITS.find(([, size]) => value >= size && (value / size) % 0.5 === 0);
  return unit === undefined ? `${plain} bytes` : `${value / unit[1]} ${unit[0]}`;
}

/** Runs of neighbours as ranges, where the values are in order. */
function oneOf({ values, outOf, ordered }: Extract<PlainTerm, { kind: 'one-of' }>): string {
  const wanted = new Set(values);
  const runs: Scalar[][] = [];
  let open: Scalar[] | null = null;
  for (const value of outOf) {
    if (!wanted.has(value)) open = null;
    else if (open === null || !ordered) runs.push((open = [value]));
    else open.push(value);
  }
  for (const value of values) if (!outOf.includes(value)) runs.push([value]);
  const parts = runs.flatMap((run) =>
    run.length > 2 ? [`${String(run[0])} to ${String(run.at(-1))}`] : run.map(String),
  );
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}` : `${parts[0] ?? 'none'}`;
}

function propertyWords({ property, of, quantities, quantifier, holds }: Property): string {
  const names = quantities.map(quantityWords);
  const what =
    property === 'power-of-two' ? 'a power of two' : of === 2 ? (holds ? 'even' : 'odd') : `a multiple of ${of}`;
  const not = holds || of === 2 ? '' : 'not ';
  if (names.length === 1) return `${names[0] ?? ''} ${not}${what}`;
  const [a, b] = names;
  if (quantifier === 'all')
    return holds
      ? `${a} and ${b} both ${what}`
      : `${a} and ${b} not both ${of === 2 && property === 'multiple' ? 'even' : what}`;
  return holds
    ? `${a} or ${b} ${what}`
    : `neither ${a} nor ${b} ${of === 2 && property === 'multiple' ? 'even' : what}`;
}
