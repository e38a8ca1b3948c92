/**
 * Finds the one file of an index (PEP 503 or PEP 691) that pip or uv would take for a wheel, so that its size is known before it is downloaded
 * and a broken download can go on. Whatever is unclear is null: then the tool that installs finds the file itself.
 */
import { arch } from 'node:os';
import { readLinks } from '../../../catalogue/update/index-links.ts';
import { anywhere, type Answer, type Http } from '../../../machine/http/client.ts';
import type { RemoteFile } from '../../../machine/http/download.ts';

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

export interface Looked {
  /** null when the index does not answer, has no such wheel, or has several that fit. */
  readonly link: RemoteFile | null;
  /** What the index answered instead of a page, such as "HTTP 500"; null when it has none (404), or gave one. */
  readonly trouble: string | null;
}

const NOTHING: Looked = { link: null, trouble: null };

/** Bounded by about a minute. */
export async function findLink(http: Http, wanted: Wanted, signal: AbortSignal): Promise<Looked> {
  const page = new URL(`${wanted.project}/`, wanted.index.endsWith('/') ? wanted.index : `${wanted.index}/`);
  const ask = { signal, limitSeconds: PAGE_SECONDS, follow: anywhere };
  const sizeOf = (url: string): Promise<number | null> =>
    http.ask(url, { ...ask, method: 'HEAD' }, async (answer) => lengthOf(answer)).catch(() => null);
  try {
    return await http.ask(page, { ...ask, headers: { accept: ACCEPT } }, async (answer) => {
      if (!answer.ok) return { link: null, trouble: answer.status === 404 ? null : `HTTP ${answer.status}` };
      const text = (await answer.whole(MOST_PAGE_BYTES)).toString();
      const read = readLinks(text, answer.headers.get('content-type') ?? '', answer.url.href);
      const fitting = read.kind === 'links' ? read.links.filter(({ name }) => fits(name, wanted)) : [];
      const [only] = fitting;
      if (only === undefined || fitting.length > 1) return NOTHING;
      const { url, name, sha256, bytes } = only;
      // The index's name and password serve its files as well, where they lie on the same host.
      if (page.username !== '' && url.origin === page.origin)
        [url.username, url.password] = [page.username, page.password];
      return {
        link: { url: url.href, file: name, sha256, bytes: bytes ?? (await sizeOf(url.href)) },
        trouble: null,
      };
    });
  } catch {
    return NOTHING;
  }
}

function lengthOf({ ok, headers }: Answer): number | null {
  const length = ok ? headers.get('content-length') : null;
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
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
