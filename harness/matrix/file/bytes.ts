/** Sizes of files as people write them. A bare number has no unit and is refused. */
import { z } from 'zod';

const UNITS = { KiB: 2 ** 10, MiB: 2 ** 20 } as const;
const PATTERN = /^(\d+)(KiB|MiB)$/;
const SMALLEST = 64 * UNITS.KiB;
const LARGEST = 64 * UNITS.MiB;

const Written = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number'
        ? `${issue.input} has no unit; write a whole number and a unit: "512KiB" or "8MiB"`
        : undefined,
  })
  .regex(PATTERN, {
    error: (issue) =>
      `"${String(issue.input)}" is not a size; write a whole number and a unit without a space: "512KiB" or "8MiB"`,
  });

/** "64KiB" or "8MiB" ⇄ bytes, at least 64 KiB and at most 64 MiB; whole numbers of KiB read back as exactly the same number. */
export const Bytes = z.codec(
  Written,
  z.number().refine((bytes) => bytes >= SMALLEST && bytes <= LARGEST, {
    error: (issue) => `${String(issue.input)} bytes is out of range; the size is at least 64KiB and at most 64MiB`,
  }),
  { decode: toBytes, encode: (bytes) => `${bytes / UNITS.KiB}KiB` },
);

function toBytes(text: string): number {
  const [, digits, unit] = PATTERN.exec(text) ?? [];
  if (digits === undefined || (unit !== 'KiB' && unit !== 'MiB')) return 0;
  return Number(digits) * UNITS[unit];
}
