/**
 * The links of a package index's page, PEP 503 (HTML) and PEP 691 (JSON). Pure. A page is what somebody else wrote: nothing of it is believed but
 * http addresses and checksums of the right length.
 */
import { z } from 'zod';
import { parseAddress } from '../address.ts';

export interface IndexLink {
  /** Absolute, without checksum. */
  readonly url: URL;
  /** As the page has it, else the last part of the address. */
  readonly name: string;
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** Withdrawn: taken only where that very version is asked for. */
  readonly yanked: boolean;
}

export type ReadLinks =
  | { readonly kind: 'links'; readonly links: readonly IndexLink[] }
  | { readonly kind: 'broken'; readonly why: string };

const MOST_LINKS = 200_000;

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
export function readLinks(text: string, type: string, address: string): ReadLinks {
  const media = type.split(';')[0]?.trim().toLowerCase() ?? '';
  return media === 'application/json' || media === 'application/vnd.pypi.simple.v1+json'
    ? readJson(text, address)
    : readHtml(text, address);
}

function readJson(text: string, address: string): ReadLinks {
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
      if (data === undefined) return [];
      const { url, filename, hashes, size = null, yanked = false } = data;
      return [{ href: url, name: filename, sha256: hashes['sha256'] ?? null, bytes: size, yanked: yanked !== false }];
    });
    return linksOf(links, address);
  }
  const root = JsonRoot.safeParse(value);
  if (root.success)
    return linksOf(
      root.data.projects.map(({ name }) => plainLink(`${encodeURIComponent(name)}/`)),
      address,
    );
  const [issue] = project.error.issues;
  return {
    kind: 'broken',
    why: `it is no PEP 691 document of version 1: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  };
}

type Link = Omit<IndexLink, 'url' | 'name'> & { readonly href: string; readonly name: string | null };

function plainLink(href: string, yanked = false): Link {
  return { href, name: null, sha256: null, bytes: null, yanked };
}

function linksOf(links: readonly Link[], address: string): ReadLinks {
  const found = links.flatMap(({ href, name: given, sha256, ...more }): readonly IndexLink[] => {
    const url = urlOf(href, address);
    const name = url === null ? null : (given ?? lastPart(url));
    if (url === null || name === null) return [];
    const checksum = (sha256 ?? new URLSearchParams(url.hash.slice(1)).get('sha256') ?? '').toLowerCase();
    url.hash = '';
    return [{ url, name, sha256: /^[0-9a-f]{64}$/.test(checksum) ? checksum : null, ...more }];
  });
  return { kind: 'links', links: found };
}

function readHtml(text: string, address: string): ReadLinks {
  const links: Link[] = [];
  for (const tag of anchors(text)) {
    if (links.length >= MOST_LINKS) return { kind: 'broken', why: `it has more than ${MOST_LINKS} links` };
    const href = attribute(tag, 'href');
    if (href !== null) links.push(plainLink(href, attribute(tag, 'data-yanked') !== null));
  }
  return linksOf(links, address);
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
export function lastPart(url: URL): string | null {
  try {
    return decodeURIComponent(url.pathname.replace(/\/+$/, '').split('/').at(-1) ?? '');
  } catch {
    return null;
  }
}
