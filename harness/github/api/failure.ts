/** A failed request in words: what happened, and what the person can do about it. */
import { NoVerdictError, UsageError, type BenchError } from '../../model/errors.ts';
import { isRateLimit, type Answer, type CallFailed, type Right } from './call-failed.ts';
import { withoutToken } from './token.ts';
import { plainLine } from '../../../reports/findings/words/plain-text.ts';

type Status = Extract<Answer, { kind: 'status' }>;

/** A proxy may answer with a whole page. */
const MOST_SAID = 500;
const AGAIN = 'run the same command again: what is done already is not done twice';
const RIGHTS: Readonly<Record<Right, string>> = {
  read: '"Metadata: read" and "Issues: read"',
  issues:
    '"Issues: write" (for a pull request "Pull requests: write"); a classic token the scope "repo", or "public_repo" for a public repository',
  contents:
    '"Contents: write" for the repository of the files; in a workflow: "permissions: { contents: write, issues: write }". Or leave the files out: --no-files',
};

/** `now`: milliseconds, for "again at". The token is in no text. */
export function describeCall(failed: CallFailed, token: string, now: number): BenchError {
  // Before it is cut: half a token is one too much.
  const answer =
    failed.answer.kind === 'status'
      ? { ...failed.answer, message: withoutToken(failed.answer.message, token) }
      : failed.answer;
  const error =
    answer.kind === 'status'
      ? ofStatus(failed, answer, now)
      : answer.kind === 'odd'
        ? ofOdd(failed, answer.problem)
        : ofNetwork(failed, answer.code, answer.message);
  const Kind = error instanceof UsageError ? UsageError : NoVerdictError;
  return new Kind(error.code, withoutToken(error.message, token), withoutToken(error.next, token));
}

function ofStatus({ doing, needs }: CallFailed, answer: Status, now: number): BenchError {
  const { status, message, headers, errorCodes } = answer;
  const said =
    message === '' ? `GitHub answered ${status}` : `GitHub answered ${status}: ${plainLine(message, MOST_SAID)}`;
  const what = `could not ${doing}: ${said}`;
  if (isRateLimit(answer))
    return new NoVerdictError(
      'github-rate-limited',
      what,
      `${whenAgain(headers, now)}; then ${AGAIN}. --max-wait <seconds> waits longer`,
    );
  if (status >= 300 && status < 400)
    return new UsageError(
      'github-moved',
      `could not ${doing}: the repository was renamed or moved`,
      'open it in a browser and give the name that it has now',
    );
  switch (status) {
    case 401:
      return new UsageError(
        'github-token-refused',
        what,
        'the token is wrong, has expired or was revoked: make a new one and set GITHUB_TOKEN',
      );
    case 403:
      return ofForbidden(what, needs, answer);
    case 404:
      return new UsageError(
        'github-not-found',
        what,
        `it is not there, or it is private and the token may not see it; GitHub does not tell which. Check the name, and that the token has ${RIGHTS[needs]} for this repository`,
      );
    case 407:
      return new NoVerdictError(
        'github-proxy',
        `could not ${doing}: the proxy wants a name and a password`,
        'set them in HTTPS_PROXY: http://name:password@host:port',
      );
    case 410:
      return new UsageError(
        'github-gone',
        what,
        'the issue was deleted, or the repository has its issues turned off: give another issue',
      );
    case 413:
      return new UsageError(
        'asset-too-large',
        what,
        'send fewer or smaller files, for example --files report.html,boundaries.csv',
      );
    case 422:
      return ofRefused(what, message, errorCodes);
    case 451:
      return new UsageError('github-blocked', what, 'the repository is blocked for legal reasons: give another one');
    default:
      return status >= 500
        ? new NoVerdictError('github-unwell', what, `see https://www.githubstatus.com; then ${AGAIN}`)
        : new UsageError('github-refused', what, 'if this goes on, please report it with this message');
  }
}

function ofForbidden(what: string, needs: Right, { message, headers }: Status): BenchError {
  const sso = /url=(https:\/\/\S+)/.exec(headers['x-github-sso'] ?? '')?.[1];
  if (headers['x-github-sso'] !== undefined)
    return new UsageError(
      'github-sso',
      what,
      `the organisation wants the token authorised for single sign-on: ${sso ?? 'GitHub → Settings → Developer settings → your token → Configure SSO'}`,
    );
  if (/locked/i.test(message))
    return new UsageError(
      'github-issue-locked',
      what,
      'the issue is locked and the token is no collaborator: ask for it to be unlocked, or give another issue',
    );
  if (/archived|read-only/i.test(message))
    return new UsageError(
      'github-archived',
      what,
      'the repository is archived and takes nothing new: give another one',
    );
  if (/IP allow list/i.test(message))
    return new UsageError(
      'github-forbidden',
      what,
      'the organisation admits certain addresses only: run this from one of them',
    );
  const accepted = headers['x-accepted-github-permissions'];
  return new UsageError(
    'github-forbidden',
    what,
    `the token needs ${RIGHTS[needs]}${accepted === undefined || accepted === '' ? '' : ` (GitHub says: ${accepted})`}`,
  );
}

function ofRefused(what: string, message: string, codes: readonly string[]): BenchError {
  if (/too long/i.test(message))
    return new UsageError(
      'body-too-long',
      what,
      'please report this: bench keeps its comments below 60,000 characters',
    );
  if (/repository is empty/i.test(message))
    return new UsageError(
      'release-repo-empty',
      what,
      'a release needs at least one commit: make one, or name another repository with --release-repo owner/repo',
    );
  if (/immutable/i.test(message))
    return new UsageError(
      'release-immutable',
      what,
      'nothing can be added to this release: name another repository with --release-repo owner/repo, or leave the files out: --no-files',
    );
  if (codes.includes('already_exists'))
    return new NoVerdictError(
      'github-busy',
      what,
      `another upload of the same file is under way: wait a minute, then ${AGAIN}`,
    );
  return new UsageError(
    'github-rejected',
    what,
    'GitHub understood the request and refuses it; its words above say why',
  );
}

function ofOdd({ doing }: CallFailed, problem: string): BenchError {
  return new NoVerdictError(
    'github-odd-answer',
    `could not ${doing}: the answer is not GitHub's: ${problem}`,
    `check --api (GITHUB_API_URL), and whether a proxy or a sign-in page of the network answers in GitHub's place; then ${AGAIN}`,
  );
}

function ofNetwork({ doing }: CallFailed, code: string, message: string): BenchError {
  const what = `could not ${doing}: ${message} (${code})`;
  if (/prox/i.test(message))
    return new NoVerdictError(
      'github-proxy',
      what,
      'check HTTPS_PROXY and NO_PROXY; a name and a password go into its address: http://name:password@host:port',
    );
  if (/CERT|SSL|TLS|ISSUER|SELF_SIGNED|LEAF_SIGNATURE|EPROTO/.test(code))
    return new NoVerdictError(
      'github-tls',
      what,
      'the certificate is not trusted here: if your network or server has its own authority, name its file in NODE_EXTRA_CA_CERTS; check the clock of this machine',
    );
  if (code === 'TIMEOUT' || /TIMEOUT|ETIMEDOUT/.test(code))
    return new NoVerdictError(
      'github-timeout',
      `could not ${doing}: no full answer in time (${code})`,
      `check the connection; then ${AGAIN}`,
    );
  return new NoVerdictError('github-unreachable', what, `check the connection, HTTPS_PROXY and --api; then ${AGAIN}`);
}

function whenAgain(headers: Readonly<Record<string, string>>, now: number): string {
  const after = Number(headers['retry-after'] ?? Number.NaN);
  const reset =
    headers['x-ratelimit-remaining'] === '0'
      ? Number(headers['x-ratelimit-reset'] ?? Number.NaN) - now / 1000
      : Number.NaN;
  const seconds = Number.isFinite(after) ? after : reset;
  return Number.isFinite(seconds) && seconds >= 0 ? `wait ${Math.ceil(seconds)} s` : 'wait some minutes';
}
