/** Build id and soname of a 64-bit little-endian ELF file: what a library says of itself, whatever it is called. Reads some KiB. */
import type { FileHandle } from 'node:fs/promises';

export interface ElfNames {
  /** Hex; null where the linker wrote none. */
  readonly buildId: string | null;
  readonly soname: string | null;
}

const NONE: ElfNames = { buildId: null, soname: null };
const HEADER = 64;
const ENTRY = 56;
const MOST_ENTRIES = 64;
const MOST_BYTES = 64 * 1024;
const LONGEST_NAME = 256;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

const LOAD = 1;
const DYNAMIC = 2;
const NOTE = 4;
const STRINGS = 5;
const SONAME = 14;
const BUILD_ID = 3;

/** NONE for what is no such file or is cut off. */
export async function elfNames(file: FileHandle): Promise<ElfNames> {
  const header = await part(file, 0, HEADER);
  const isElf = header.length === HEADER && header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2 && header[5] === 1;
  if (!isElf) return NONE;
  const segments = await segmentsOf(file, header);
  return { buildId: await buildId(file, segments), soname: await soname(file, segments) };
}

async function segmentsOf(file: FileHandle, header: Buffer): Promise<readonly Segment[]> {
  const count = Math.min(header.readUInt16LE(56), MOST_ENTRIES);
  if (header.readUInt16LE(54) !== ENTRY) return [];
  const table = await part(file, Number(header.readBigUInt64LE(32)), count * ENTRY);
  return Array.from({ length: Math.floor(table.length / ENTRY) }, (_, index) => {
    const at = index * ENTRY;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      size: Number(table.readBigUInt64LE(at + 32)),
    };
  });
}

async function buildId(file: FileHandle, segments: readonly Segment[]): Promise<string | null> {
  for (const { type, offset, size } of segments) {
    if (type !== NOTE) continue;
    const notes = await part(file, offset, Math.min(size, MOST_BYTES));
    for (let at = 0; at + 12 <= notes.length;) {
      const nameLength = notes.readUInt32LE(at);
      const length = notes.readUInt32LE(at + 4);
      const content = at + 12 + padded(nameLength);
      const isGnu = notes.toString('latin1', at + 12, at + 15) === 'GNU';
      if (
        isGnu &&
        notes.readUInt32LE(at + 8) === BUILD_ID &&
        length > 0 &&
        length <= 64 &&
        content + length <= notes.length
      )
        return notes.toString('hex', content, content + length);
      at = content + padded(length);
    }
  }
  return null;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

async function soname(file: FileHandle, segments: readonly Segment[]): Promise<string | null> {
  const dynamic = segments.find(({ type }) => type === DYNAMIC);
  if (dynamic === undefined) return null;
  const table = await part(file, dynamic.offset, Math.min(dynamic.size, MOST_BYTES));
  const entries = new Map(
    Array.from({ length: Math.floor(table.length / 16) }, (_, index) => [
      Number(table.readBigUInt64LE(index * 16)),
      Number(table.readBigUInt64LE(index * 16 + 8)),
    ]),
  );
  const [strings, name] = [entries.get(STRINGS), entries.get(SONAME)];
  if (strings === undefined || name === undefined) return null;
  const home = segments.find(
    ({ type, address, size }) => type === LOAD && address <= strings && strings < address + size,
  );
  if (home === undefined) return null;
  const text = await part(file, strings - home.address + home.offset + name, LONGEST_NAME);
  const end = text.indexOf(0);
  return end > 0 ? text.toString('utf8', 0, end) : null;
}

async function part(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(position) || length <= 0) return Buffer.alloc(0);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
