/** What a probe says on its own channel. Nothing here is believed about anything but the probe itself. */
import { z } from 'zod';
import { ErrorClass } from '../../model/outcome.ts';
import { Phase } from '../../model/attempt/phase.ts';
import { parseJson } from './worker-events.ts';

const WEEK = 7 * 24 * 3600;
const seconds = z.number().nonnegative().max(WEEK);
const amount = z.number().nonnegative().max(1e30).nullable();
const text = (limit: number) => z.string().transform((full) => full.slice(0, limit));

/** Each line has one of these keys; other keys beside it are allowed and ignored. */
const SHAPES = {
  phase: z.object({ phase: Phase, t: seconds }).transform((line) => ({ kind: 'phase' as const, ...line })),
  progress: z.object({ progress: text(500) }).transform((line) => ({ kind: 'progress' as const, text: line.progress })),
  first: z.object({ first: seconds }).transform((line) => ({ kind: 'first' as const, seconds: line.first })),
  run: z.object({ run: seconds }).transform((line) => ({ kind: 'run' as const, seconds: line.run })),
  work: z
    .object({ work: z.object({ flops: amount.default(null), bytes: amount.default(null) }) })
    .transform((line) => ({ kind: 'work' as const, ...line.work })),
  check: z
    .object({
      check: z.object({
        matches: z.boolean(),
        maxError: z.number().nonnegative().nullable().or(z.literal(Infinity)),
        tolerance: z.number().nonnegative(),
      }),
    })
    // Whatever it says of itself: an error that is no number is within no tolerance.
    .transform(({ check }) => ({
      kind: 'check' as const,
      check: check.maxError === Infinity ? { ...check, matches: false, maxError: null } : check,
    })),
  error: z
    .object({
      error: z.object({
        type: text(200),
        message: text(4000),
        traceback: text(16_000).nullish(),
        class: ErrorClass.extract(['miopen-error', 'no-binary', 'out-of-memory', 'harness', 'other']).catch('other'),
      }),
    })
    .transform((line) => ({ kind: 'error' as const, error: line.error })),
  libraries: z
    .object({ libraries: z.array(text(4096)).max(400) })
    .transform((line) => ({ kind: 'libraries' as const, paths: line.libraries })),
  done: z.object({ done: z.literal(true) }).transform(() => ({ kind: 'done' as const })),
};
const KEYS = ['phase', 'progress', 'first', 'run', 'work', 'check', 'error', 'libraries', 'done'] as const;

export type AttemptLine =
  | z.output<(typeof SHAPES)[(typeof KEYS)[number]]>
  /** Does not begin as JSON, or has no key that we know: counted, not judged. */
  | { readonly kind: 'garbage' }
  /** Begins as JSON and does not parse, has two of the keys, or one with a value that cannot be. What it was meant to say may be that the result is wrong. */
  | { readonly kind: 'impossible'; readonly what: string };

export function parseAttemptLine(line: string): AttemptLine {
  const value = parseLeniently(line);
  if (value === undefined && line.trimStart().startsWith('{')) return impossible('half a line of JSON', line);
  if (typeof value !== 'object' || value === null) return { kind: 'garbage' };
  const [key, second] = KEYS.filter((candidate) => Object.hasOwn(value, candidate));
  if (key === undefined) return { kind: 'garbage' };
  if (second !== undefined) return impossible('two things in one line', line);
  const parsed = SHAPES[key].safeParse(value);
  return parsed.success ? parsed.data : impossible('what cannot be', line);
}

function impossible(what: string, line: string): AttemptLine {
  return { kind: 'impossible', what: `${what}: ${line.slice(0, 200)}` };
}

const NOT_FINITE = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** Python's json writes NaN and Infinity, which are no JSON: read as infinity, which no field takes for a number. undefined for what is no JSON even so. */
function parseLeniently(line: string): unknown {
  const value = parseJson(line);
  if (value !== undefined || !/NaN|Infinity/.test(line)) return value;
  return parseJson(line.replaceAll(NOT_FINITE, (token) => (token.startsWith('"') ? token : '1e999')));
}
