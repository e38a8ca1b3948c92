/** The ways in which the mock GitHub fails. */
import { errorReply, type Reply } from './routes.ts';

/** before: the request has no effect. after: it has, and only the answer is bad. */
export type Fault =
  | {
      readonly kind: 'reply';
      readonly when: 'before' | 'after';
      readonly reply: Reply;
      readonly raw?: string;
      readonly contentType?: string;
    }
  | { readonly kind: 'drop'; readonly when: 'before' | 'after' }
  | { readonly kind: 'truncate' }
  /** The request has its effect; there is no answer before the client has given up. */
  | { readonly kind: 'slow' };

export interface NamedFault {
  readonly name: string;
  readonly fault: Fault;
  /** Goes away when asked again: one of them must not end an attach. */
  readonly passing: boolean;
  /** Codes of the error that it may end with when it stays. */
  readonly codes: readonly string[];
}

const soon = (): string => String(Math.floor(Date.now() / 1000));

function status(
  name: string,
  code: number,
  message: string,
  codes: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): NamedFault {
  return {
    name,
    passing: false,
    codes,
    fault: { kind: 'reply', when: 'before', reply: { ...errorReply(code, message), headers } },
  };
}

export const FAULTS: readonly NamedFault[] = [
  status('401', 401, 'Bad credentials', ['github-token-refused']),
  status(
    '403 rights',
    403,
    'Resource not accessible by personal access token',
    ['github-forbidden', 'identity-unknown'],
    { 'x-accepted-github-permissions': 'issues=write' },
  ),
  status('403 single sign-on', 403, 'Resource protected by organization SAML enforcement.', ['github-sso'], {
    'x-github-sso': 'required; url=https://github.com/orgs/o/sso?authorization_request=A',
  }),
  status('404', 404, 'Not Found', ['github-not-found', 'github-odd-answer']),
  status('410', 410, 'Gone', ['github-gone', 'github-odd-answer']),
  status('422', 422, 'Validation Failed', ['github-rejected']),
  status('451', 451, 'Repository access blocked', ['github-blocked']),
  {
    ...status(
      '403 secondary rate limit',
      403,
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      ['github-rate-limited'],
      { 'retry-after': '2' },
    ),
    passing: true,
  },
  {
    ...status('403 with retry-after alone', 403, 'Slow down, please.', ['github-rate-limited'], { 'retry-after': '2' }),
    passing: true,
  },
  {
    ...status('403 rate limit used up', 403, 'API rate limit exceeded for user ID 1.', ['github-rate-limited'], {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': soon(),
    }),
    passing: true,
  },
  { ...status('429', 429, 'Too many requests', ['github-rate-limited'], { 'retry-after': '1' }), passing: true },
  { ...status('500', 500, 'Server Error', ['github-unwell']), passing: true },
  {
    name: '500 after the effect',
    passing: true,
    codes: ['github-unwell'],
    fault: { kind: 'reply', when: 'after', reply: errorReply(500, 'Server Error') },
  },
  {
    name: '502 in HTML',
    passing: true,
    codes: ['github-unwell'],
    fault: {
      kind: 'reply',
      when: 'after',
      reply: { status: 502, body: null },
      raw: '<html>Unicorn!</html>',
      contentType: 'text/html',
    },
  },
  {
    name: 'dropped before the effect',
    passing: true,
    codes: ['github-unreachable'],
    fault: { kind: 'drop', when: 'before' },
  },
  {
    name: 'dropped after the effect',
    passing: true,
    codes: ['github-unreachable'],
    fault: { kind: 'drop', when: 'after' },
  },
  { name: 'truncated', passing: true, codes: ['github-unreachable'], fault: { kind: 'truncate' } },
  {
    name: 'a sign-in page',
    passing: true,
    codes: ['github-odd-answer'],
    fault: {
      kind: 'reply',
      when: 'before',
      reply: { status: 200, body: null },
      raw: '<html>Sign in to the hotel</html>',
      contentType: 'text/html',
    },
  },
  {
    name: 'JSON of something else',
    passing: true,
    codes: ['github-odd-answer'],
    fault: { kind: 'reply', when: 'after', reply: { status: 200, body: { ok: true } } },
  },
  {
    name: 'JSON cut in the middle',
    passing: true,
    codes: ['github-odd-answer'],
    fault: {
      kind: 'reply',
      when: 'after',
      reply: { status: 200, body: null },
      raw: '{"id": 12, "html_',
      contentType: 'application/json',
    },
  },
];

export const SLOW: NamedFault = { name: 'too slow', passing: true, codes: ['github-timeout'], fault: { kind: 'slow' } };
