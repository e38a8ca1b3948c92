/**
 * Reads the pages of a package index over HTTP, within limits: the network rim of `bench catalogue update`. Downloads no wheel.
 * A redirect is followed on the same host only (or from http to https of it): another host may not speak for the one that was named.
 */
import pLimit from 'p-limit';
import { parseAddress, withoutSecrets } from '../address.ts';
import { readIndexPage, type IndexPage } from './index-page.ts';
import { NoVerdictError, UsageError } from '../../model/errors.ts';
import { reasonOf, withHttp, type Http } from '../../machine/http/client.ts';
import { deadline } from '../../machine/http/deadline.ts';
import type { Environment } from '../../machine/http/proxies.ts';
import type { FoundFile } from '../user-part.ts';

export interface ClientLimits {
  readonly pageBytes: number;
  readonly pageSeconds: number;
  readonly totalSeconds: number;
  readonly redirects: number;
  readonly pages: number;
}

export const LIMITS: ClientLimits = {
  pageBytes: 32 * 1024 * 1024,
  pageSeconds: 30,
  totalSeconds: 300,
  redirects: 5,
  pages: 100,
};

const ACCEPT = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.5, text/html;q=0.2';
const AT_ONCE = 4;

export interface IndexReading {
  readonly files: readonly FoundFile[];
  /** Pages that were read. */
  readonly pages: readonly string[];
  /** Pages that could not be, with the reason; the others count all the same. */
  readonly failed: readonly { readonly address: string; readonly why: string }[];
}

/**
 * `index` is the root of an index (`…/whl`: its torch/ and its rocmX.Y/torch/ are read), one of its ROCm folders, or the page of torch itself.
 * Throws UsageError for an address that is none, NoVerdictError when nothing could be read or no torch wheel for ROCm is there.
 */
export async function readIndex(
  index: string,
  signal: AbortSignal,
  limits: ClientLimits = LIMITS,
  environment: Environment = process.env,
): Promise<IndexReading> {
  const root = rootOf(index);
  const total = deadline(signal, limits.totalSeconds);
  try {
    const reading = await withHttp(environment, (http) => readPages(http, root, total.signal, limits));
    signal.throwIfAborted();
    if (reading.files.length > 0) return reading;
    throw nothingFound(root, reading);
  } finally {
    total.end();
  }
}

async function readPages(http: Http, root: string, signal: AbortSignal, limits: ClientLimits): Promise<IndexReading> {
  const limit = pLimit(AT_ONCE);
  const read: string[] = [];
  const failed: { address: string; why: string }[] = [];
  const pages = new Map<string, Promise<IndexPage | null>>();
  const page = (address: string, isOptional = false): Promise<IndexPage | null> => {
    const known = pages.get(address);
    if (known !== undefined) return known;
    if (pages.size >= limits.pages) {
      failed.push({ address, why: `more than ${limits.pages} pages` });
      return Promise.resolve(null);
    }
    const asked = limit(async () => {
      const got = await readPage(http, address, signal, limits);
      if (got.kind === 'page') read.push(address);
      else if (!(isOptional && got.missing)) failed.push({ address, why: got.why });
      return got.kind === 'page' ? got.page : null;
    });
    pages.set(address, asked);
    return asked;
  };
  const first = await page(root, true);
  const found: IndexPage[] = first === null ? [] : [first];
  // Some indexes list nothing at their root and serve projects all the same.
  const projects = [first?.torch ?? (first === null || first.files.length === 0 ? new URL('torch/', root).href : null)];
  const folders = (first?.rocmFolders ?? []).map((folder) => new URL('torch/', folder).href);
  const rest = await Promise.all([
    ...projects.flatMap((address) => (address === null ? [] : [page(address, first !== null && first.torch === null)])),
    ...folders.map((address) => page(address)),
  ]);
  found.push(...rest.filter((one) => one !== null));
  const files = [...new Map(found.flatMap((one) => one.files).map((file) => [file.name, file])).values()];
  return { files, pages: read, failed };
}

function rootOf(index: string): string {
  const url = parseAddress(index);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      'index-address',
      `"${withoutSecrets(index)}" is no http or https address`,
      'give one such as https://download.pytorch.org/whl',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      'index-address',
      'the address holds a name or a password, which would be kept with the catalogue',
      'give an index that is open to you without',
    );
  }
  url.hash = '';
  url.search = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url.href;
}

function nothingFound(root: string, { pages: read, failed }: IndexReading): NoVerdictError {
  const [one] = failed;
  const what =
    read.length === 0
      ? `${root} cannot be read${one === undefined ? ': there is no page' : `: ${one.why}`}`
      : `${root} lists no torch wheel for ROCm`;
  const why = read.length > 0 && one !== undefined ? `; ${one.address}: ${one.why}` : '';
  return new NoVerdictError('index-unusable', what + why, 'check address and network; the catalogue is as it was');
}

type Got =
  | { readonly kind: 'page'; readonly page: IndexPage }
  | { readonly kind: 'failed'; readonly why: string; readonly missing: boolean };

function failure(why: string, missing = false): Got {
  return { kind: 'failed', why, missing };
}

async function readPage(http: Http, address: string, signal: AbortSignal, limits: ClientLimits): Promise<Got> {
  const ask = {
    headers: { accept: ACCEPT },
    signal,
    limitSeconds: limits.pageSeconds,
    follow: stayThere,
    mostRedirects: limits.redirects,
  };
  try {
    return await http.ask(address, ask, async ({ ok, status, headers, url, whole }): Promise<Got> => {
      if (!ok) return failure(`HTTP ${status}`, status === 404 || status === 403);
      const text = (await whole(limits.pageBytes)).toString('utf8');
      const page = readIndexPage(text, headers.get('content-type') ?? '', url.href);
      return page.kind === 'page' ? page : failure(page.why);
    });
  } catch (error) {
    if (signal.aborted) return failure('the time for the whole index was up');
    if (error instanceof Error && error.name === 'TimeoutError')
      return failure(`no whole page within ${limits.pageSeconds} s`);
    return failure(reasonOf(error));
  }
}

function stayThere(from: URL, to: URL): void {
  if (!mayFollow(from, to))
    throw new Error(`it is redirected to another host, ${to.host}; give that index if you trust it`);
}

/** The port may not change either, but for the step from http to https. */
function mayFollow(from: URL, to: URL): boolean {
  if (to.username !== '' || to.password !== '') return false;
  if (from.origin === to.origin) return true;
  return (
    from.protocol === 'http:' &&
    to.protocol === 'https:' &&
    from.hostname === to.hostname &&
    from.port === '' &&
    to.port === ''
  );
}
