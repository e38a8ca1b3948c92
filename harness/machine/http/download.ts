/**
 * Downloads one large file so that whatever ends it (a lost network, Ctrl-C, SIGKILL, a power cut) costs only what had not arrived: the part
 * on the disk is gone on with by a Range request. The file gets its name only when it is whole and its checksum, where one is known, is right;
 * one that an earlier try left under that name is not asked for again.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { anywhere, reasonOf, type Answer, type Http } from './client.ts';
import { codeOf } from '../../model/errors.ts';

export interface RemoteFile {
  readonly url: string;
  /** Its name, for people. */
  readonly file: string;
  /** null when it is not known. */
  readonly sha256: string | null;
  /** null when nobody tells beforehand. */
  readonly bytes: number | null;
}

export type Downloaded =
  | { readonly kind: 'whole' }
  /** The file is not the one that was meant; nothing of it is kept. */
  | { readonly kind: 'wrong'; readonly why: string }
  /** What has arrived is kept for the next try. */
  | { readonly kind: 'broken'; readonly why: string };

const SILENCE_SECONDS = 60;
const TRIES = 4;
const TELL_EVERY_BYTES = 200e6;
/** A slow line takes minutes for that: then it is told by time, as long as something arrives. */
const TELL_EVERY_SECONDS = 30;

export interface DownloadOptions {
  /** Every checksum that is known: all must hold. */
  readonly sha256: readonly string[];
  readonly signal: AbortSignal;
  /** Told now and then: bytes so far, and from where it began. */
  readonly onProgress?: (bytes: number, began: number) => void;
  /** Silence after which a connection is given up and begun anew. */
  readonly silenceSeconds?: number;
}

/** `path` is where the whole file goes; `path`.part holds what has arrived. Rejects for what the disk does (ENOSPC). */
export async function download(
  http: Http,
  link: RemoteFile,
  path: string,
  options: DownloadOptions,
): Promise<Downloaded> {
  const part = `${path}.part`;
  if (await isHere(link, part, path, options)) return { kind: 'whole' };
  let why = '';
  for (let tries = 1, before = -1; tries <= TRIES;) {
    try {
      const done = await attempt(http, link, part, options);
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
async function attempt(http: Http, link: RemoteFile, part: string, options: DownloadOptions): Promise<string | null> {
  const began = await resumableFrom(link, part);
  if (link.bytes !== null && began === link.bytes) return null;
  const headers = { 'accept-encoding': 'identity', ...(began > 0 ? { range: `bytes=${began}-` } : {}) };
  const { signal, silenceSeconds = SILENCE_SECONDS, onProgress } = options;
  return http.ask(
    link.url,
    { headers, signal, limitSeconds: silenceSeconds, limitOf: 'silence', follow: anywhere },
    (answer) => transfer(answer, link, part, began, onProgress),
  );
}

async function transfer(
  answer: Answer,
  link: RemoteFile,
  part: string,
  began: number,
  onProgress: DownloadOptions['onProgress'],
): Promise<string | null> {
  if (answer.status === 416) {
    await rm(part, { force: true });
    throw new Error('the server has another file than before');
  }
  if (!answer.ok) return `HTTP ${answer.status}`;
  // A server without ranges sends everything again.
  const isRest = answer.status === 206;
  if (isRest && !(answer.headers.get('content-range') ?? '').startsWith(`bytes ${began}-`)) {
    await rm(part, { force: true });
    throw new Error('the server sent another part of the file than the one that was asked for');
  }
  const from = isRest ? began : 0;
  if (!isRest && began > 0) await rm(part, { force: true });
  await writeFile(`${part}.from`, identityOf(link));
  const file = await open(part, 'a');
  try {
    let bytes = from;
    let told = from;
    let toldAt = performance.now();
    onProgress?.(bytes, from);
    for await (const chunk of answer.body) {
      await file.write(chunk);
      bytes += chunk.byteLength;
      if (bytes - told >= TELL_EVERY_BYTES || performance.now() - toldAt >= TELL_EVERY_SECONDS * 1000) {
        onProgress?.((told = bytes), from);
        toldAt = performance.now();
      }
    }
    const expected = link.bytes ?? bytes;
    if (bytes < expected) throw new Error(`the line broke after ${bytes} of ${expected} bytes`);
    return null;
  } finally {
    await file.close();
  }
}

function identityOf({ url, sha256, bytes }: RemoteFile): string {
  return JSON.stringify({ url, sha256, bytes });
}

/** Whether the whole of the same file is there. What has its name and is not is removed. */
async function isHere(link: RemoteFile, part: string, path: string, options: DownloadOptions): Promise<boolean> {
  if (!existsSync(path)) return false;
  const from = await readFile(`${part}.from`, 'utf8').catch(() => '');
  const isSize = link.bytes === null || (await sizeOfFile(path)) === link.bytes;
  if (from === identityOf(link) && isSize && (await wrongChecksum(link, path, options)) === null) return true;
  await rm(path, { force: true });
  return false;
}

/** How much of the same file is there; a part of another one is removed. */
async function resumableFrom(link: RemoteFile, part: string): Promise<number> {
  const text = await readFile(`${part}.from`, 'utf8').catch(() => '');
  if (text === identityOf(link)) {
    const size = await sizeOfFile(part);
    if (link.bytes === null || size <= link.bytes) return size;
  }
  await rm(part, { force: true });
  return 0;
}

async function finish(link: RemoteFile, part: string, path: string, options: DownloadOptions): Promise<Downloaded> {
  const why = await wrongChecksum(link, part, options);
  if (why !== null) {
    await Promise.all([part, `${part}.from`].map((file) => rm(file, { force: true })));
    return { kind: 'wrong', why };
  }
  await rename(part, path);
  return { kind: 'whole' };
}

/** null when every checksum that is known holds for `file`. */
async function wrongChecksum(link: RemoteFile, file: string, { sha256 }: DownloadOptions): Promise<string | null> {
  const wanted = [...new Set([...sha256, ...(link.sha256 === null ? [] : [link.sha256])])];
  const actual = wanted.length === 0 ? null : await checksum(file);
  const wrong = wanted.find((one) => one !== actual);
  return wrong === undefined ? null : `${link.file} has the sha256 ${actual}, and ${wrong} is what it should have`;
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
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO'].includes(codeOf(error));
}
