/**
 * The seal at the end of a journal line: `chain`, the checksum of the line before it, and `crc`, the CRC-32 of this line without that
 * last field. A flipped bit that leaves a line valid JSON would otherwise change a result without a word, and so would a line that was taken
 * out whole. Lines of older programs have a `crc` alone, or none, and a person may take the seals of a whole journal off.
 */
import { crc32 } from 'node:zlib';

const DIGITS = 8;
const OPENING = Buffer.from(',"crc":"');
const CLOSING = Buffer.from('"}');
const LENGTH = OPENING.length + DIGITS + CLOSING.length;
const LINK = Buffer.from(',"chain":"');
const LINK_LENGTH = LINK.length + DIGITS + 1;

/** What the first line of a journal comes after. */
export const BEGINNING = '0'.repeat(DIGITS);

/** `json` is the text of a JSON object that has a field; no newline. `chain`: the checksum of the line before. */
export function sealed(json: string, after: string): string {
  const linked = `${json.slice(0, -1)}${LINK.toString()}${after}"}`;
  return `${linked.slice(0, -1)}${OPENING.toString()}${checksum(linked)}${CLOSING.toString()}`;
}

export type Seal =
  | { readonly kind: 'none' }
  /** It ends with a checksum that is not its own. */
  | { readonly kind: 'broken' }
  /** after: null in lines of programs that did not link them. */
  | { readonly kind: 'fits'; readonly after: string | null };

/** `line` without its newline. */
export function sealOf(line: Uint8Array): Seal {
  const bytes = bufferOf(line);
  const from = bytes.length - LENGTH;
  if (from < 1) return { kind: 'none' };
  const tail = bytes.subarray(from);
  if (!tail.subarray(0, OPENING.length).equals(OPENING) || !tail.subarray(-CLOSING.length).equals(CLOSING))
    return { kind: 'none' };
  if (digitsAt(tail, OPENING.length) !== checksum('}', crc32(bytes.subarray(0, from)))) return { kind: 'broken' };
  const link = from - LINK_LENGTH;
  const isLinked = link > 0 && bytes.subarray(link, link + LINK.length).equals(LINK) && bytes[from - 1] === 0x22;
  return { kind: 'fits', after: isLinked ? digitsAt(bytes, link + LINK.length) : null };
}

/** What the line after this one has to name: its own `crc`, or, of a line without one, that of the line as it is. */
export function checkOf(line: Uint8Array): string {
  const bytes = bufferOf(line);
  return sealOf(bytes).kind === 'fits'
    ? digitsAt(bytes, bytes.length - CLOSING.length - DIGITS)
    : checksum('', crc32(bytes));
}

function digitsAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + DIGITS);
}

function checksum(text: string, before = 0): string {
  return crc32(text, before).toString(16).padStart(DIGITS, '0');
}

function bufferOf(line: Uint8Array): Buffer {
  return Buffer.from(line.buffer, line.byteOffset, line.byteLength);
}
