/**
 * One HTTP exchange in bounded time: the caller's proxies, a limit for each request, the whole body or an error, redirects for reading only.
 * Octokit's own reading of a body takes a torn one for an empty one.
 */
import { EnvHttpProxyAgent, Response, fetch } from 'undici';
import type { RequestInit } from 'undici';
import { UsageError } from '../model/errors.ts';
import { isLoopback } from './target.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const MOST_ANSWER_BYTES = 32 * 1024 * 1024;
/** The slowest line that is waited for. */
const UPLOAD_BYTES_PER_SECOND = 20 * 1024;

export interface Transport {
  readonly fetch: Fetch;
  close(): Promise<void>;
}

/** UsageError `proxy-malformed`. `limitSeconds`: for one request, answer included; uploads get more by their size. */
export function openTransport(environment: Environment, limitSeconds: number): Transport {
  const dispatcher = agentOf(environment);
  return {
    close: () => dispatcher.destroy(),
    fetch: async (url, init) => {
      const reading = (init.method ?? 'GET') === 'GET';
      const bytes = Buffer.isBuffer(init.body) ? init.body.byteLength : 0;
      const limit = AbortSignal.timeout(Math.ceil((limitSeconds + bytes / UPLOAD_BYTES_PER_SECOND) * 1000));
      // A write that is redirected would arrive as a read, or somewhere else.
      const response = await fetch(url, {
        ...init,
        dispatcher,
        signal: limit,
        redirect: reading ? 'follow' : 'manual',
      });
      const none = [204, 205, 304].includes(response.status);
      const body = none ? null : await wholeBody(response);
      return new Response(body, { status: response.status, headers: response.headers });
    },
  };
}

async function wholeBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.byteLength;
    if (length > MOST_ANSWER_BYTES)
      throw new TypeError('the answer is too long', {
        cause: Object.assign(new Error('the answer is too long'), { code: 'TOO_LONG' }),
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function agentOf(environment: Environment): EnvHttpProxyAgent {
  const variable = (name: string): string => environment[name.toLowerCase()] || environment[name] || '';
  try {
    return new EnvHttpProxyAgent({
      httpProxy: variable('HTTP_PROXY'),
      httpsProxy: variable('HTTPS_PROXY'),
      noProxy: variable('NO_PROXY'),
      connect: { timeout: 15_000 },
    });
  } catch {
    // The address may hold a password: it is not repeated, not even as a cause.
    throw new UsageError(
      'proxy-malformed',
      'HTTP_PROXY or HTTPS_PROXY is not an address',
      'write it as http://host:port',
    );
  }
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
