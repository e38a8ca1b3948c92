/**
 * Pages of a package index, PEP 503 (HTML) and PEP 691 (JSON) → the torch wheels for ROCm and the folders that they name. Pure. A page is what
 * somebody else wrote: nothing of it is believed but names that look as wheels do, http addresses and checksums of the right length.
 */
import { z } from 'zod';
import { parseAddress } from '../address.ts';
import { parseFileName } from '../wheel-name.ts';
import type { FoundFile } from '../user-part.ts';

export interface IndexPage {
  readonly files: readonly FoundFile[];
  /** Addresses of pages below this one: of the project torch, and of folders for one ROCm tag. */
  readonly torch: string | null;
  readonly rocmFolders: readonly string[];
}

export type ReadPage =
  | { readonly kind: 'page'; readonly page: IndexPage }
  | { readonly kind: 'broken'; readonly why: string };

const MOST_LINKS = 200_000;
const ROCM_FOLDER = /^rocm\d+(?:\.\d+){0,3}$/;

/** One entry that is odd costs itself and not the page. */
const JsonProject = z.object({
  meta: z.object({ 'api-version': z.string().regex(/^1\./) }),
  files: z.array(z.unknown()),
});
const JsonFile = z.object({
  filename: z.string(),
  url: z.string(),
  hashes: z.record(z.string(), z.string()).default({}),
  size: z.number().int().nonnegative().optional(),
  yanked: z.union([z.boolean(), z.string()]).optional(),
});
const JsonRoot = z.object({
  meta: z.object({ 'api-version': z.string().regex(/^1\./) }),
  projects: z.array(z.object({ name: z.string() })),
});

/** `address` is where the page was read, after redirects; `type` its media type. */
export function readIndexPage(text: string, type: string, address: string): ReadPage {
  const media = type.split(';')[0]?.trim().toLowerCase() ?? '';
  return media === 'application/json' || media === 'application/vnd.pypi.simple.v1+json'
    ? readJson(text, address)
    : readHtml(text, address);
}

function readJson(text: string, address: string): ReadPage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'broken', why: 'it is no JSON' };
  }
  const project = JsonProject.safeParse(value);
  if (project.success) {
    const links = project.data.files.flatMap((entry): readonly Link[] => {
      const { data } = JsonFile.safeParse(entry);
      return data !== undefined && (data.yanked === undefined || data.yanked === false)
        ? [{ href: data.url, name: data.filename, sha256: data.hashes['sha256'] ?? null, bytes: data.size ?? null }]
        : [];
    });
    return pageOf(links, address);
  }
  const root = JsonRoot.safeParse(value);
  if (root.success)
    return pageOf(
      root.data.projects.map(({ name }) => ({
        href: `${encodeURIComponent(name)}/`,
        name: null,
        sha256: null,
        bytes: null,
      })),
      address,
    );
  const [issue] = project.error.issues;
  return {
    kind: 'broken',
    why: `it is no PEP 691 document of version 1: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  };
}

interface Link {
  readonly href: string;
  /** As the page has it; null: the last part of the address. */
  readonly name: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

function readHtml(text: string, address: string): ReadPage {
  const links: Link[] = [];
  for (const tag of anchors(text)) {
    if (links.length >= MOST_LINKS) return { kind: 'broken', why: `it has more than ${MOST_LINKS} links` };
    const href = attribute(tag, 'href');
    if (href !== null && attribute(tag, 'data-yanked') === null)
      links.push({ href, name: null, sha256: null, bytes: null });
  }
  return pageOf(links, address);
}

/** The insides of `<a …>` tags, comments left out. One pass, so that no page takes longer than its length. */
function* anchors(text: string): Iterable<string> {
  const lower = text.toLowerCase();
  let at = 0;
  for (;;) {
    const open = lower.indexOf('<', at);
    if (open < 0) return;
    if (lower.startsWith('<!--', open)) {
      const end = lower.indexOf('-->', open + 4);
      if (end < 0) return;
      at = end + 3;
      continue;
    }
    const end = lower.indexOf('>', open);
    if (end < 0) return;
    if (/^<a\s/.test(lower.slice(open, open + 3))) yield text.slice(open + 2, end);
    at = end + 1;
  }
}

/** '' for an attribute without a value, null for none. */
function attribute(tag: string, name: string): string | null {
  const pattern = /([^\s=>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
  for (const [, key = '', double, single, bare] of tag.slice(0, 4000).matchAll(pattern)) {
    if (key.toLowerCase() === name) return decodeEntities(double ?? single ?? bare ?? '');
  }
  return null;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  plus: '+',
  num: '#',
};

function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]{2,5}));/gi,
    (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function pageOf(links: readonly Link[], address: string): ReadPage {
  const files = new Map<string, FoundFile>();
  const folders = new Set<string>();
  let torch: string | null = null;
  for (const link of links) {
    const url = urlOf(link.href, address);
    const name = url === null ? null : (link.name ?? lastPart(url));
    if (url === null || name === null) continue;
    if (parseFileName(name) !== null) files.set(name, fileOf(name, url, link, address));
    else if (lastPart(url) === 'torch' && isBelow(url, address)) torch = folder(url);
    else if (ROCM_FOLDER.test(lastPart(url) ?? '') && isBelow(url, address)) folders.add(folder(url));
  }
  return { kind: 'page', page: { files: [...files.values()], torch, rocmFolders: [...folders] } };
}

function fileOf(name: string, url: URL, link: Link, address: string): FoundFile {
  const fragment = new URLSearchParams(url.hash.slice(1)).get('sha256');
  const sha256 = (link.sha256 ?? fragment ?? '').toLowerCase();
  return {
    name,
    url: withoutFragment(url),
    index: new URL('..', folder(new URL(address))).href.replace(/\/$/, ''),
    sha256: /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
    bytes: link.bytes,
  };
}

/** null for what is no address, and for what is none of http. */
function urlOf(href: string, address: string): URL | null {
  const url = parseAddress(href.trim(), address);
  return url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.href.length <= 2000
    ? url
    : null;
}

/** The last part of the path, decoded; null when it is not properly escaped. */
function lastPart(url: URL): string | null {
  try {
    return decodeURIComponent(url.pathname.replace(/\/+$/, '').split('/').at(-1) ?? '');
  } catch {
    return null;
  }
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

function withoutFragment(url: URL): string {
  const clean = new URL(url.href);
  clean.hash = '';
  return clean.href;
}
