/** Where to send: the issue, the repository of the files and the API, as the caller named them. Pure: nothing is asked. */
import { UsageError } from '../model/errors.ts';

export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

export interface IssueTarget extends Repository {
  readonly number: number;
}

export interface Target {
  readonly issue: IssueTarget;
  /** Without a slash at the end, such as https://api.github.com. */
  readonly api: string;
  /** Where people read, such as https://github.com; null where it cannot be told from the API. */
  readonly web: string | null;
}

const PUBLIC_API = 'https://api.github.com';
const OWNER = '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})';
const REPO = '[A-Za-z0-9._-]{1,100}';
const SHORT = new RegExp(`^(${OWNER})/(${REPO})#([1-9]\\d{0,9})$`);
const PATH = new RegExp(`^/(${OWNER})/(${REPO})/(?:issues|pull)/([1-9]\\d{0,9})/?$`);
const NAME = new RegExp(`^(${OWNER})/(${REPO})$`);

/**
 * `issue`: owner/repo#12 or the address of an issue or pull request. `api`: --api, else GITHUB_API_URL.
 * UsageError `issue-malformed`, `api-malformed`, `api-not-secure`, `api-not-given`.
 */
export function readTarget(
  issue: string,
  api: { readonly option: string | undefined; readonly variable: string | undefined },
): Target {
  const { target, host } = readIssue(issue);
  const given = [api.option, api.variable].find((one) => one !== undefined && one !== '');
  const chosen =
    host === 'github.com' && api.option === undefined ? PUBLIC_API : given === undefined ? PUBLIC_API : readApi(given);
  // A token must not go to whatever host an address names.
  if (host !== null && host !== 'github.com' && new URL(chosen).host !== host && webOf(chosen) !== `https://${host}`) {
    throw new UsageError(
      'api-not-given',
      `the issue is on ${host}, and nobody said that your token may go there`,
      `if that is your GitHub Enterprise Server, add: --api https://${host}/api/v3`,
    );
  }
  return { issue: target, api: chosen, web: webOf(chosen) };
}

/** "owner/repo". UsageError `repository-malformed`. */
export function readRepository(text: string): Repository {
  const [, owner, repo] = NAME.exec(text) ?? [];
  if (owner !== undefined && repo !== undefined && !/^\.+$/.test(repo)) return { owner, repo };
  throw new UsageError('repository-malformed', `${JSON.stringify(text)} is not a repository`, 'write it as owner/repo');
}

export function sameRepository(one: Repository, other: Repository): boolean {
  return nameOf(one).toLowerCase() === nameOf(other).toLowerCase();
}

export function nameOf({ owner, repo }: Repository): string {
  return `${owner}/${repo}`;
}

function readIssue(text: string): { readonly target: IssueTarget; readonly host: string | null } {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
  const [, owner, repo, number] = (isWeb ? PATH.exec(url.pathname) : SHORT.exec(trimmed)) ?? [];
  if (owner === undefined || repo === undefined || number === undefined || /^\.+$/.test(repo)) {
    throw new UsageError(
      'issue-malformed',
      `${JSON.stringify(trimmed)} names no issue`,
      'write it as owner/repo#12, or give the full address of the issue',
    );
  }
  return { target: { owner, repo, number: Number(number) }, host: isWeb ? url.host.replace(/^www\./, '') : null };
}

function readApi(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    url === null ||
    (url.protocol !== 'https:' && url.protocol !== 'http:') ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new UsageError(
      'api-malformed',
      'the address of the API is not a plain https address',
      'for GitHub Enterprise Server it is https://HOST/api/v3; leave it out for github.com',
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new UsageError(
      'api-not-secure',
      `${url.origin} is not https, so anyone on the way could read the token`,
      'give an https address',
    );
  }
  const path = url.pathname.replace(/\/+$/, '');
  const isServer = path === '' && !url.hostname.startsWith('api.') && !isLoopback(url.hostname);
  return `${url.origin}${isServer ? '/api/v3' : path}`;
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function webOf(api: string): string | null {
  const { origin, hostname, pathname } = new URL(api);
  if (hostname.startsWith('api.')) return origin.replace('://api.', '://');
  return pathname === '/api/v3' ? origin : null;
}
