/** Durations as people write them. A bare number has no unit and is refused: `30` could be seconds or minutes. */
import { z } from 'zod';

const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/** "500ms", "30s", "2m" or "1h" → seconds, above 0 and at most 7 days. */
export const Duration = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number'
        ? `${issue.input} has no unit: write "${issue.input}s" for seconds ("500ms", "30s", "2m", "1h")`
        : 'a duration is text such as "500ms", "30s", "2m" or "1h"',
  })
  .regex(PATTERN, { message: 'a duration is a number and a unit without a space: "500ms", "30s", "2m" or "1h"' })
  .transform(toSeconds)
  .refine((seconds) => seconds > 0 && seconds <= 7 * 24 * 3600, { message: 'a duration is above 0 and at most 168h' });

function toSeconds(text: string): number {
  const [, digits, unit] = PATTERN.exec(text) ?? [];
  if (digits === undefined || (unit !== 'ms' && unit !== 's' && unit !== 'm' && unit !== 'h')) return 0;
  return Number(digits) * UNITS[unit];
}
