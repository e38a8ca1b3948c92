/** One request that did not succeed, before it is put into words: what was tried, and whether GitHub may have done it all the same. */

/** What a token must be allowed to do for a request. */
export type Right = 'read' | 'issues' | 'contents';

export type Answer =
  /** GitHub (or something before it) answered with a status that is no success. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly message: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly errorCodes: readonly string[];
    }
  /** An answer that does not look like GitHub's. */
  | { readonly kind: 'odd'; readonly problem: string }
  /** Too little of an answer: code of the socket, of TLS, or "TIMEOUT". */
  | { readonly kind: 'network'; readonly code: string; readonly message: string };

export class CallFailed extends Error {
  /** "create the comment": completes "could not …". */
  readonly doing: string;
  readonly needs: Right;
  readonly answer: Answer;

  constructor(doing: string, needs: Right, answer: Answer) {
    super(`could not ${doing}`);
    this.name = 'CallFailed';
    this.doing = doing;
    this.needs = needs;
    this.answer = answer;
  }

  /** The status, where there was one. */
  get status(): number | null {
    return this.answer.kind === 'status' ? this.answer.status : null;
  }

  /** The request may have been carried out although no good answer came. */
  get uncertain(): boolean {
    return this.answer.kind !== 'status' || this.answer.status >= 500;
  }
}

/** Whether waiting was asked for, by any of the signs that GitHub gives. */
export function isRateLimit({ status, message, headers }: Extract<Answer, { kind: 'status' }>): boolean {
  if (status === 429) return true;
  return (
    status === 403 &&
    (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message))
  );
}
