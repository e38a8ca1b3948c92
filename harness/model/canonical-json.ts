/** One text for one value: keys sorted by code unit, no white space. What ids and hashes are made of. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Numbers must be finite; -0 is written as 0, as JSON does. */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${fields.join(',')}}`;
}

function isList(value: readonly Json[] | { readonly [key: string]: Json }): value is readonly Json[] {
  return Array.isArray(value);
}
