/** Sizes of disks and downloads as people write them: decimal, as shops and `df -H` count. A bare number has no unit and is refused. */
import { z } from 'zod';

const UNITS = { MB: 1e6, GB: 1e9, TB: 1e12 } as const;
const PATTERN = /^(\d+(?:\.\d+)?)(MB|GB|TB)$/;

/** "500MB", "20GB", "1.5TB" → bytes; null for anything else. */
export function parseDiskSize(text: string): number | null {
  const [, digits, unit] = PATTERN.exec(text) ?? [];
  if (digits === undefined || (unit !== 'MB' && unit !== 'GB' && unit !== 'TB')) return null;
  return Math.round(Number(digits) * UNITS[unit]);
}

/** Bytes for people: "1.3 GB", "45 MB". */
export function humanBytes(bytes: number): string {
  if (bytes >= UNITS.GB) return `${(bytes / UNITS.GB).toFixed(1)} GB`;
  return bytes >= UNITS.MB ? `${Math.round(bytes / UNITS.MB)} MB` : `${Math.ceil(bytes / 1000)} kB`;
}

const Written = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number' ? `${issue.input} has no unit; write "${issue.input}GB"` : undefined,
  })
  .regex(PATTERN, {
    error: (issue) =>
      `"${String(issue.input)}" is not a size; write a number and a unit without a space: "500MB", "20GB" or "1.5TB"`,
  });

/** "20GB" ⇄ bytes; whole numbers of MB read back as exactly the same number. */
export const DiskSize = z.codec(Written, z.number(), {
  decode: (text) => parseDiskSize(text) ?? 0,
  encode: (bytes) => (bytes % UNITS.GB === 0 ? `${bytes / UNITS.GB}GB` : `${bytes / UNITS.MB}MB`),
});
