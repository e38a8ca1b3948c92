/**
 * The checksum at the end of a journal line: the CRC-32 of the line without it, as its last field. A flipped bit that leaves a line valid
 * JSON would otherwise change a result without a word. Lines of older programs have none, and a person may take it out of a line.
 */
import { crc32 } from 'node:zlib';

const OPENING = Buffer.from(',"crc":"');
const DIGITS = 8;
const CLOSING = Buffer.from('"}');
const LENGTH = OPENING.length + DIGITS + CLOSING.length;

/** `json` is the text of a JSON object that has a field; no newline. */
export function sealed(json: string): string {
  return `${json.slice(0, -1)}${OPENING.toString()}${checksum(json)}${CLOSING.toString()}`;
}

/** false when a line ends with a checksum that is not its own. */
export function isIntact(line: Uint8Array): boolean {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  const from = bytes.length - LENGTH;
  if (from < 1) return true;
  const tail = bytes.subarray(from);
  if (!tail.subarray(0, OPENING.length).equals(OPENING) || !tail.subarray(-CLOSING.length).equals(CLOSING)) return true;
  return (
    tail.toString('latin1', OPENING.length, OPENING.length + DIGITS) === checksum('}', crc32(bytes.subarray(0, from)))
  );
}

function checksum(text: string, before = 0): string {
  return crc32(text, before).toString(16).padStart(DIGITS, '0');
}
