/**
 * Finds the one file of an index (PEP 503 or PEP 691) that pip or uv would take for a wheel, so that its size is known before it is downloaded
 * and a broken download can go on. Whatever is unclear is null: then the tool that installs finds the file itself.
 */
import { arch } from 'node:os';
import { z } from 'zod';
import { limited } from '../../../machine/time-limit.ts';

export interface WheelLink {
  readonly url: string;
  /** Decoded: "torch-1.13.1+rocm5.2-cp310-cp310-linux_x86_64.whl". */
  readonly file: string;
  /** As the index has it; null when it does not say. */
  readonly sha256: string | null;
  /** null when neither the index nor a HEAD request tells. */
  readonly bytes: number | null;
}

export interface Wanted {
  readonly index: string;
  readonly project: string;
  /** With its local part: "1.13.1+rocm5.2". */
  readonly version: string;
  /** "3.10.13" */
  readonly python: string;
}

const ACCEPT = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';
const PAGE_SECONDS = 30;
const MOST_PAGE_BYTES = 64 * 1024 * 1024;

const Page = z.object({
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string()).default({}),
      size: z.int().nonnegative().optional(),
    }),
  ),
});

export interface Looked {
  /** null when the index does not answer, has no such wheel, or has several that fit. */
  readonly link: WheelLink | null;
  /** What the index answered instead of a page, such as "HTTP 500"; null when it has none (404), or gave one. */
  readonly trouble: string | null;
}

const NOTHING: Looked = { link: null, trouble: null };

/** Bounded by about a minute. */
export async function findLink(wanted: Wanted, signal: AbortSignal): Promise<Looked> {
  try {
    const page = new URL(`${wanted.project}/`, wanted.index.endsWith('/') ? wanted.index : `${wanted.index}/`);
    const response = await request(page, { accept: ACCEPT }, signal);
    const length = Number(response.headers.get('content-length') ?? 0);
    if (!response.ok) return { link: null, trouble: response.status === 404 ? null : `HTTP ${response.status}` };
    if (length > MOST_PAGE_BYTES) return NOTHING;
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const links = isJson ? jsonLinks(text) : htmlLinks(text);
    const fitting = links.filter(({ file }) => fits(file, wanted));
    const [only] = fitting;
    if (only === undefined || fitting.length > 1) return NOTHING;
    const url = new URL(only.href, response.url === '' ? page : response.url);
    if (!/^https?:$/.test(url.protocol)) return NOTHING;
    const fragment = /^#sha256=([0-9a-f]{64})$/.exec(url.hash)?.[1] ?? null;
    url.hash = '';
    // The index's name and password serve its files as well, where they lie on the same host.
    if (page.username !== '' && url.origin === page.origin)
      [url.username, url.password] = [page.username, page.password];
    return {
      link: {
        url: url.href,
        file: only.file,
        sha256: only.sha256 ?? fragment,
        bytes: only.bytes ?? (await sizeOf(url, signal)),
      },
      trouble: null,
    };
  } catch {
    return NOTHING;
  }
}

/** fetch takes no name and password in the address. */
export async function request(
  address: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  method = 'GET',
  limitSeconds: number | null = PAGE_SECONDS,
): Promise<Response> {
  const url = new URL(address);
  const own =
    url.username === ''
      ? {}
      : {
          authorization: `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`,
        };
  [url.username, url.password] = ['', ''];
  const stop = limitSeconds === null ? signal : limited(signal, limitSeconds);
  return fetch(url.href, { method, headers: { ...headers, ...own }, signal: stop });
}

async function sizeOf(url: URL, signal: AbortSignal): Promise<number | null> {
  const response = await request(url, {}, signal, 'HEAD').catch(() => null);
  const length = response?.ok === true ? response.headers.get('content-length') : null;
  return length !== null && length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

interface Link {
  readonly file: string;
  readonly href: string;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

function jsonLinks(text: string): readonly Link[] {
  const parsed = Page.safeParse(JSON.parse(text));
  if (!parsed.success) return [];
  return parsed.data.files.map(({ filename, url, hashes, size }) => ({
    file: filename,
    href: url,
    sha256: hashes['sha256'] ?? null,
    bytes: size ?? null,
  }));
}

/** Of `<a href="…">` the last part of the path names the file. */
function htmlLinks(text: string): readonly Link[] {
  return [...text.matchAll(/<a\s[^>]*href\s*=\s*["']([^"'<>]{1,2000})["'][^>]*>/gi)].flatMap(([, raw = '']) => {
    const href = raw.replaceAll('&amp;', '&');
    const last = /([^/?#]+)(?:[?#].*)?$/.exec(href)?.[1] ?? '';
    try {
      return [{ file: decodeURIComponent(last), href, sha256: null, bytes: null }];
    } catch {
      return [];
    }
  });
}

/** Whether pip on this machine would take the file: project, version, and tags. */
function fits(file: string, { project, version, python }: Wanted): boolean {
  const parts = file.replace(/\.whl$/, '').split('-');
  if (!file.endsWith('.whl') || parts.length !== 5) return false;
  const [name = '', own = '', pythons = '', abis = '', platforms = ''] = parts;
  const [, minor = ''] = python.split('.');
  const abi = Number(minor) < 8 ? `cp3${minor}m` : `cp3${minor}`;
  const machine = arch() === 'arm64' ? 'aarch64' : 'x86_64';
  return (
    name.replaceAll(/[-_.]+/g, '-').toLowerCase() === project &&
    own === version &&
    pythons.split('.').some((tag) => [`cp3${minor}`, `py3${minor}`, 'py3'].includes(tag)) &&
    abis.split('.').some((tag) => [abi, 'none', 'abi3'].includes(tag)) &&
    platforms
      .split('.')
      .some(
        (tag) =>
          tag === 'any' ||
          (/^(?:linux|manylinux\w*)_/.test(tag) && tag.endsWith(`_${machine}`)) ||
          tag === `manylinux1_${machine}` ||
          tag === `linux_${machine}`,
      )
  );
}
