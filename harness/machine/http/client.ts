/**
 * The one HTTP client: through the caller's proxies, in bounded time, with a limit for what is read, and redirects only where the caller allows them.
 * Nothing else in the house reaches the network; download.ts fetches large files with it.
 */
import { fetch, type Response } from 'undici';
import { deadline } from './deadline.ts';
import { proxyAgent, type Environment } from './proxies.ts';

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
  /** For the exchange, answer included; with `silence` it begins anew whenever something arrives. */
  readonly limitSeconds: number;
  readonly limitOf?: 'exchange' | 'silence';
  /** Whether a redirect of a reading request is followed: throws where it may not be. Absent: a redirect is an answer as any other. */
  readonly follow?: (from: URL, to: URL) => void;
  readonly mostRedirects?: number;
}

export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Response['headers'];
  /** Where it came from, after redirects; without name and password. */
  readonly url: URL;
  /** What arrives, as it does. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body. Throws an error whose cause has the code TOO_LONG when there is more; what is counted is the text itself, however small it was packed. */
  whole(mostBytes: number): Promise<Buffer>;
}

export interface Http {
  /** `use` reads of the answer what it wants; the rest is thrown away. Rejects for every reason why there is no answer, and as `use` does. */
  ask<T>(address: string | URL, ask: Ask, use: (answer: Answer) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** As many as browsers follow. */
const MOST_REDIRECTS = 20;

/** For `use` alone. UsageError `proxy-malformed`. */
export async function withHttp<T>(environment: Environment, use: (http: Http) => Promise<T>): Promise<T> {
  const http = openHttp(environment);
  try {
    return await use(http);
  } finally {
    await http.close();
  }
}

/** UsageError `proxy-malformed`. */
export function openHttp(environment: Environment): Http {
  const dispatcher = proxyAgent(environment);
  return {
    close: () => dispatcher.destroy(),
    ask: async (address, ask, use) => {
      const limit = deadline(ask.signal, ask.limitSeconds);
      const heard = ask.limitOf === 'silence' ? limit.extend : () => undefined;
      const { method = 'GET', follow, mostRedirects = MOST_REDIRECTS } = ask;
      try {
        const { url, authorization } = withoutCredentials(new URL(address));
        let at = url;
        let headers = { ...ask.headers, ...authorization };
        for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
          const response = await fetch(at.href, {
            method,
            headers,
            ...(ask.body === undefined ? {} : { body: ask.body }),
            dispatcher,
            redirect: 'manual',
            signal: limit.signal,
          });
          heard();
          try {
            const location = response.headers.get('location');
            if (follow === undefined || location === null || !isRedirect(response.status))
              return await use(answerOf(response, at, heard));
            const next = new URL(location, at);
            follow(at, next);
            // Whoever it is passed on to was not meant to learn it.
            if (next.origin !== at.origin) headers = withoutAuthorization(headers);
            at = next;
          } finally {
            if (!response.bodyUsed) await response.body?.cancel().catch(() => undefined);
          }
        }
        throw new Error(`more than ${mostRedirects} redirects`);
      } finally {
        limit.end();
      }
    },
  };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function answerOf(response: Response, url: URL, heard: () => void): Answer {
  const { status, ok, headers } = response;
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const chunk of response.body ?? []) {
      heard();
      if (chunk instanceof Uint8Array) yield chunk;
    }
  }
  return {
    status,
    ok,
    headers,
    url,
    body: body(),
    whole: async (mostBytes) => {
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of body()) {
        length += chunk.byteLength;
        if (length > mostBytes) throw tooLong(mostBytes);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}

function tooLong(mostBytes: number): TypeError {
  const cause = Object.assign(new Error(`it is larger than ${mostBytes} bytes`), { code: 'TOO_LONG' });
  return new TypeError(cause.message, { cause });
}

/** fetch takes no name and password in the address. */
function withoutCredentials(address: URL): { readonly url: URL; readonly authorization: Record<string, string> } {
  const { username, password } = address;
  const url = new URL(address);
  [url.username, url.password] = ['', ''];
  if (username === '') return { url, authorization: {} };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url, authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'));
}

/** Why a request failed: fetch says "fetch failed" or "terminated", and the reason is in its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code = 'code' in cause && typeof cause.code === 'string' && cause.code !== 'TOO_LONG' ? cause.code : '';
  return [code, cause.message].filter((part) => part !== '').join(': ') || error.message;
}

/** For what is public, or vouched for otherwise. */
export function anywhere(): void {}
