/** The page of a package index → the torch wheels for ROCm and the folders that it names. Pure. */
import { parseFileName } from '../wheel-name.ts';
import type { FoundFile } from '../user-part.ts';
import { lastPart, readLinks } from './index-links.ts';

export interface IndexPage {
  readonly files: readonly FoundFile[];
  /** Addresses of pages below this one: of the project torch, and of folders for one ROCm tag. */
  readonly torch: string | null;
  readonly rocmFolders: readonly string[];
}

export type ReadPage =
  | { readonly kind: 'page'; readonly page: IndexPage }
  | { readonly kind: 'broken'; readonly why: string };

const ROCM_FOLDER = /^rocm\d+(?:\.\d+){0,3}$/;

/** `address` is where the page was read, after redirects; `type` its media type. */
export function readIndexPage(text: string, type: string, address: string): ReadPage {
  const read = readLinks(text, type, address);
  if (read.kind === 'broken') return read;
  const files = new Map<string, FoundFile>();
  const folders = new Set<string>();
  let torch: string | null = null;
  for (const { url, name, sha256, bytes } of read.links.filter(({ yanked }) => !yanked)) {
    if (parseFileName(name) !== null) files.set(name, { name, url: url.href, index: indexOf(address), sha256, bytes });
    else if (lastPart(url) === 'torch' && isBelow(url, address)) torch = folder(url);
    else if (ROCM_FOLDER.test(lastPart(url) ?? '') && isBelow(url, address)) folders.add(folder(url));
  }
  return { kind: 'page', page: { files: [...files.values()], torch, rocmFolders: [...folders] } };
}

/** The index of which the page is one. */
function indexOf(address: string): string {
  return new URL('..', folder(new URL(address))).href.replace(/\/$/, '');
}

/** A page of this index: the same host, under the folder of the page that names it. */
function isBelow(url: URL, address: string): boolean {
  const base = folder(new URL(address));
  return folder(url).startsWith(base) && folder(url) !== base;
}

function folder(url: URL): string {
  const clean = new URL(url.href);
  clean.hash = '';
  clean.search = '';
  if (!clean.pathname.endsWith('/')) clean.pathname += '/';
  return clean.href;
}
