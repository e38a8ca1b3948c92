/**
 * How Octokit reaches GitHub: one exchange in bounded time with the whole body or an error, redirects for reading only.
 * Octokit's own reading of a body takes a torn one for an empty one.
 */
import { anywhere, openHttp } from '../../machine/http/client.ts';
import type { Environment } from '../../machine/http/proxies.ts';
import { isLoopback } from '../target.ts';

interface Init {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
export type Fetch = (url: string, init: Init) => Promise<Response>;

const MOST_ANSWER_BYTES = 32 * 1024 * 1024;
/** The slowest line that is waited for. */
const UPLOAD_BYTES_PER_SECOND = 20 * 1024;

export interface Transport {
  readonly fetch: Fetch;
  close(): Promise<void>;
}

/** UsageError `proxy-malformed`. `limitSeconds`: for one request, answer included; uploads get more by their size. */
export function openTransport(environment: Environment, limitSeconds: number): Transport {
  const http = openHttp(environment);
  const never = new AbortController().signal;
  return {
    close: () => http.close(),
    fetch: (url, { method = 'GET', headers = {}, body }) => {
      const bytes = Buffer.isBuffer(body) ? body.byteLength : 0;
      const ask = {
        method,
        headers,
        ...(typeof body === 'string' || Buffer.isBuffer(body) ? { body } : {}),
        signal: never,
        limitSeconds: limitSeconds + bytes / UPLOAD_BYTES_PER_SECOND,
        // A write that is redirected would arrive as a read, or somewhere else.
        ...(method === 'GET' ? { follow: anywhere } : {}),
      };
      return http.ask(url, ask, async (answer) => {
        const none = [204, 205, 304].includes(answer.status);
        const content = none ? null : new Uint8Array(await answer.whole(MOST_ANSWER_BYTES));
        return new Response(content, { status: answer.status, headers: [...answer.headers] });
      });
    },
  };
}

/**
 * Whether the token may go to an upload address that the API named. It is told by the API itself, but a proxy or a mistaken
 * --api may answer too: only GitHub's own arrangement is followed.
 */
export function mayUploadTo(upload: string, api: string): boolean {
  if (!URL.canParse(upload)) return false;
  const to = new URL(upload);
  const from = new URL(api);
  const secure = to.protocol === 'https:' || (isLoopback(to.hostname) && isLoopback(from.hostname));
  return (
    secure &&
    (to.host === from.host || (from.host.startsWith('api.') && to.host === `uploads.${from.host.slice('api.'.length)}`))
  );
}
