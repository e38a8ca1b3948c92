/**
 * Downloads one large file so that whatever ends it (a lost network, Ctrl-C, SIGKILL, a power cut) costs only what had not arrived: the part
 * on the disk is gone on with by a Range request. The file gets its name only when it is whole and its checksum, where one is known, is right.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { request, type WheelLink } from './wheel-link.ts';

export type Downloaded =
  | { readonly kind: 'whole' }
  /** The file is not the one that was meant; nothing of it is kept. */
  | { readonly kind: 'wrong'; readonly why: string }
  /** What has arrived is kept for the next try. */
  | { readonly kind: 'broken'; readonly why: string };

/** Silence after which a connection is given up and begun anew. */
const SILENCE_SECONDS = 60;
const TRIES = 4;
const TELL_EVERY_BYTES = 200e6;

export interface DownloadOptions {
  /** Every checksum that is known: all must hold. */
  readonly sha256: readonly string[];
  readonly signal: AbortSignal;
  /** Told now and then: bytes so far, and from where it began. */
  readonly onProgress?: (bytes: number, began: number) => void;
}

/** `path` is where the whole file goes; `path`.part holds what has arrived. Rejects for what the disk does (ENOSPC). */
export async function download(link: WheelLink, path: string, options: DownloadOptions): Promise<Downloaded> {
  const part = `${path}.part`;
  let why = '';
  for (let tries = 1, before = -1; tries <= TRIES; ) {
    try {
      const done = await attempt(link, part, options);
      if (done !== null) return { kind: 'broken', why: done };
      break;
    } catch (error) {
      if (isOfTheDisk(error)) throw error;
      if (options.signal.aborted) return { kind: 'broken', why: 'interrupted' };
      why = reasonOf(error);
    }
    const now = await sizeOfFile(part);
    // A line that brings something each time is not given up.
    tries = now > before && before >= 0 ? 1 : tries + 1;
    before = now;
    if (tries > TRIES) return { kind: 'broken', why };
    await sleep(500 * 2 ** tries, undefined, { signal: options.signal }).catch(() => undefined);
  }
  return finish(link, part, path, options);
}

/** null when the part is whole; else why there is nothing to be had. Throws when the line breaks. */
async function attempt(link: WheelLink, part: string, { signal, onProgress }: DownloadOptions): Promise<string | null> {
  const began = await resumableFrom(link, part);
  if (link.bytes !== null && began === link.bytes) return null;
  const quiet = new AbortController();
  const stop = AbortSignal.any([signal, quiet.signal]);
  const response = await request(new URL(link.url), began > 0 ? { range: `bytes=${began}-`, 'accept-encoding': 'identity' } : { 'accept-encoding': 'identity' }, stop, 'GET', null);
  if (response.status === 416) {
    await rm(part, { force: true });
    throw new Error('the server has another file than before');
  }
  if (!response.ok) {
    await response.body?.cancel();
    return `HTTP ${response.status}`;
  }
  // A server without ranges sends everything again.
  const isRest = response.status === 206;
  const from = isRest ? began : 0;
  if (!isRest && began > 0) await rm(part, { force: true });
  await writeFile(`${part}.from`, JSON.stringify({ url: link.url, sha256: link.sha256, bytes: link.bytes }));
  const file = await open(part, 'a');
  let timer = setTimeout(() => quiet.abort(new Error(`nothing arrived for ${SILENCE_SECONDS} s`)), SILENCE_SECONDS * 1000);
  try {
    let bytes = from;
    let told = from;
    onProgress?.(bytes, from);
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      await file.write(chunk);
      bytes += chunk.byteLength;
      if (bytes - told >= TELL_EVERY_BYTES) onProgress?.((told = bytes), from);
    }
    const expected = link.bytes ?? bytes;
    if (bytes < expected) throw new Error(`the line broke after ${bytes} of ${expected} bytes`);
    return null;
  } finally {
    clearTimeout(timer);
    await file.close();
  }
}

/** How much of the same file is there; a part of another one is removed. */
async function resumableFrom(link: WheelLink, part: string): Promise<number> {
  const text = await readFile(`${part}.from`, 'utf8').catch(() => '');
  if (text === JSON.stringify({ url: link.url, sha256: link.sha256, bytes: link.bytes })) {
    const size = await sizeOfFile(part);
    if (link.bytes === null || size <= link.bytes) return size;
  }
  await rm(part, { force: true });
  return 0;
}

async function finish(link: WheelLink, part: string, path: string, { sha256 }: DownloadOptions): Promise<Downloaded> {
  const wanted = [...new Set([...sha256, ...(link.sha256 === null ? [] : [link.sha256])])];
  const actual = wanted.length === 0 ? null : await checksum(part);
  const wrong = wanted.find((one) => one !== actual);
  await rm(`${part}.from`, { force: true });
  if (wrong !== undefined) {
    await rm(part, { force: true });
    return { kind: 'wrong', why: `${link.file} has the sha256 ${actual}, and ${wrong} is what it should have` };
  }
  await rename(part, path);
  return { kind: 'whole' };
}

async function checksum(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

async function sizeOfFile(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

function isOfTheDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO'].includes(String(error.code));
}

/** fetch says "fetch failed" or "terminated"; why is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
