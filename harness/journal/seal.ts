/**
 * The seal at the end of a journal line: `chain`, the checksum of the line before it, and `crc`, the CRC-32 of this line without that
 * last field. A flipped bit that leaves a line valid JSON would otherwise change a result without a word, and so would a line that was taken
 * out whole. Lines of older programs have a `crc` alone, or none, and a person who changes one on
 * purpose takes its `crc` out.
 */
import { crc32 } from 'node:zlib';

const DIGITS = 8;
const OPENING = Buffer.from(',"crc":"');
const CLOSING = Buffer.from('"}');
const LENGTH = OPENING.length + DIGITS + CLOSING.length;
const LINK = Buffer.from(',"chain":"');
const QUOTE = 0x22;
const LINK_LENGTH = LINK.length + DIGITS + 1;

/** What the first line of a journal comes after. */
export const BEGINNING = '0'.repeat(DIGITS);

/** `json` is the text of a JSON object that has a field; no newline. `chain`: the checksum of the line before. */
export function sealed(json: string, after: string): string {
  const linked = `${json.slice(0, -1)}${LINK.toString()}${after}"}`;
  return `${linked.slice(0, -1)}${OPENING.toString()}${checksum(linked)}${CLOSING.toString()}`;
}

export interface Seal {
  /** broken: it ends with a checksum that is not its own. */
  readonly crc: 'none' | 'broken' | 'fits';
  /** What it names as the checksum of the line before; null in lines of programs that did not link them. */
  readonly after: string | null;
}

/** `line` without its newline. */
export function sealOf(line: Uint8Array): Seal {
  const bytes = bufferOf(line);
  const from = bytes.length - LENGTH;
  if (!endsIn(bytes, from, OPENING)) return { crc: 'none', after: linkOf(bytes, bytes.length - 1) };
  const fits = digitsAt(bytes, from + OPENING.length) === checksum('}', crc32(bytes.subarray(0, from)));
  return { crc: fits ? 'fits' : 'broken', after: linkOf(bytes, from) };
}

/** Whether from there to the end of the line it is `opening`, 8 digits and the end of an object. */
function endsIn(bytes: Buffer, from: number, opening: Buffer): boolean {
  return (
    from > 0 &&
    bytes.subarray(from, from + opening.length).equals(opening) &&
    bytes.subarray(-CLOSING.length).equals(CLOSING)
  );
}

/** The link that ends before the byte `to`. */
function linkOf(bytes: Buffer, to: number): string | null {
  const from = to - LINK_LENGTH;
  const isLinked = from > 0 && bytes.subarray(from, from + LINK.length).equals(LINK) && bytes[to - 1] === QUOTE;
  return isLinked ? digitsAt(bytes, from + LINK.length) : null;
}

/** What the line after this one has to name: its own `crc`, or, of a line without one, that of the line as it is. */
export function checkOf(line: Uint8Array): string {
  const bytes = bufferOf(line);
  return sealOf(bytes).crc === 'fits'
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
