/**
 * Which files the mapped libraries are: two environments that map the same ones are the same experiment, whatever they are called and wherever
 * they lie. A file is known by its build id and size, else by its size and a sample of its content: some wheels hold libraries of a gigabyte.
 */
import { createHash } from 'node:crypto';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { elfNames } from './elf.ts';
import type { MappedLibrary } from '../model/events.ts';
import { DECIDING_LIBRARIES } from '../model/makers.ts';

const OF_INTEREST = new RegExp(`^lib(?:${DECIDING_LIBRARIES.join('|')})(?:-[0-9a-fr][-\\w.]*)?\\.so(?:\\.|$)`);
/** cuDNN's parts come and go with the operation. */
const PARTS = /^libcudnn_/;
const MOST = 96;
const LIMIT_MS = 20_000;
const SAMPLES = 16;
const SAMPLE_BYTES = 64 * 1024;

/** Sorted by name. In bounded time: a file that does not answer has neither size nor id. Never rejects. */
export async function identifyLibraries(paths: readonly string[], limitMs = LIMIT_MS): Promise<MappedLibrary[]> {
  const wanted = [...new Set(paths.map((path) => path.replace(/ \(deleted\)$/, '')))]
    .filter((path) => OF_INTEREST.test(basename(path)) && !PARTS.test(basename(path)))
    .slice(0, MOST);
  const until = performance.now() + limitMs;
  const found: MappedLibrary[] = [];
  for (const path of wanted) {
    const left = until - performance.now();
    const unknown = describe(path, path, null, null, null);
    found.push(
      left <= 0
        ? unknown
        : await Promise.race([identify(path).catch(() => unknown), sleep(left, unknown, { ref: false })]),
    );
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.path < b.path ? -1 : 1));
}

async function identify(path: string): Promise<MappedLibrary> {
  const real = await realpath(path);
  const file = await open(real, 'r');
  try {
    const { size } = await file.stat();
    const { buildId, soname } = await elfNames(file);
    return describe(
      path,
      real,
      soname,
      size,
      buildId === null ? `sample:${await sample(file, size)}` : `build-id:${buildId}`,
    );
  } finally {
    await file.close();
  }
}

function describe(
  path: string,
  real: string,
  soname: string | null,
  bytes: number | null,
  id: string | null,
): MappedLibrary {
  const file = basename(real);
  return {
    name: stem(basename(path)),
    file,
    version: versionIn(file) ?? (soname === null ? null : versionIn(soname)),
    path,
    bytes,
    id,
  };
}

/** libamdhip64.so.5.2.50201 → libamdhip64.so; auditwheel's libgomp-a34b3233.so.1 → libgomp.so */
function stem(file: string): string {
  return file.replace(/\.so\..*$/, '.so').replace(/-[0-9a-f]{8}(?=[.-])/, '');
}

function versionIn(file: string): string | null {
  return /\.so\.(\d[\w.]*)$/.exec(file)?.[1] ?? /-(\d+(?:\.\d+)+)\.so$/.exec(file)?.[1] ?? null;
}

/** SHA-256 over the size and blocks from all over the file, the first and the last among them; hex. */
async function sample(file: FileHandle, size: number): Promise<string> {
  const digest = createHash('sha256').update(`${size}\n`);
  const buffer = Buffer.alloc(SAMPLE_BYTES);
  const last = Math.max(0, size - SAMPLE_BYTES);
  const places = new Set(Array.from({ length: SAMPLES }, (_, index) => Math.floor((last * index) / (SAMPLES - 1))));
  for (const place of places) {
    const { bytesRead } = await file.read(buffer, 0, SAMPLE_BYTES, place);
    digest.update(buffer.subarray(0, bytesRead));
  }
  return digest.digest('hex');
}
