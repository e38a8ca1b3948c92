/** Durations as people write them. A bare number has no unit and is refused: `30` could be seconds or minutes. */
import { z } from 'zod';

const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const SHORTEST = 0.001;
const LONGEST = 7 * 24 * 3600;

const Written = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number'
        ? `${issue.input} has no unit; write "${issue.input}s" for seconds ("500ms", "30s", "2m", "1h")`
        : undefined,
  })
  .regex(PATTERN, {
    error: (issue) =>
      `"${String(issue.input)}" is not a duration; write a number and a unit without a space: "500ms", "30s", "2m" or "1h"`,
  });

/** "500ms", "30s", "2m" or "1h" ⇄ seconds, at least 1 ms and at most 7 days. What is written reads back as exactly the same number. */
export const Duration = z.codec(
  Written,
  z.number().refine((seconds) => seconds >= SHORTEST && seconds <= LONGEST, {
    error: (issue) => `${String(issue.input)} s is out of range; a duration is at least 1ms and at most 168h`,
  }),
  { decode: toSeconds, encode: (seconds) => `${seconds}s` },
);

function toSeconds(text: string): number {
  const [, digits, unit] = PATTERN.exec(text) ?? [];
  if (digits === undefined || (unit !== 'ms' && unit !== 's' && unit !== 'm' && unit !== 'h')) return 0;
  return Number(digits) * UNITS[unit];
}
