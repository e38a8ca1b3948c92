/**
 * Requests to GitHub by Octokit: tried again where that does no harm, slowed down where GitHub asks for it, every answer checked.
 * What a failed request means for the comment or the files is decided by whoever sent it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Octokit } from '@octokit/core';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import type { z } from 'zod';
import { CallFailed, isRateLimit, type Answer, type Right } from './call-failed.ts';
import { openTransport } from './transport.ts';
import type { Environment } from '../../machine/http/proxies.ts';

export interface Call<T> {
  /** "create the comment": completes "could not …". */
  readonly doing: string;
  readonly needs: Right;
  /** Such as "GET /repos/{owner}/{repo}". A POST is sent once: who sends it looks before it sends it again. */
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly answer: z.ZodType<T>;
}

export interface GitHub {
  /** Rejects with CallFailed. */
  call<T>(call: Call<T>): Promise<T>;
  /** Waits before another try that the caller makes: 1 for the first. */
  pause(attempt: number): Promise<void>;
  close(): Promise<void>;
}

type OctokitOptions = NonNullable<ConstructorParameters<typeof Octokit>[0]>;

export interface ClientOptions {
  readonly api: string;
  readonly token: string;
  readonly userAgent: string;
  readonly environment: Environment;
  /** For all waits that rate limits ask for, together. */
  readonly maxWaitSeconds: number;
  /** For one request. */
  readonly limitSeconds: number;
  readonly onWait: (seconds: number, why: string) => void;
  /** Milliseconds in a second of waiting; tests have short ones. */
  readonly second?: number;
  /** Pauses between writes; absent: those of the plugin. */
  readonly pace?: Pick<NonNullable<OctokitOptions['throttle']>, 'write' | 'notifications'>;
}

function silent(): void {}

const RETRIES = 3;
/** Nothing that is asked again would be answered otherwise. 429 is the throttle's. */
const FINAL = [400, 401, 403, 404, 405, 407, 409, 410, 413, 422, 429, 451];
const API_VERSION = '2022-11-28';

export function openGitHub(options: ClientOptions): GitHub {
  const { second = 1000 } = options;
  const transport = openTransport(options.environment, options.limitSeconds);
  const budget = { left: options.maxWaitSeconds };
  /** Whether to wait so long; says so when it does. */
  const mayWait = (seconds: number, why: string): boolean => {
    if (seconds > budget.left) return false;
    // A reset that has passed already, by a clock that is ahead of GitHub's, is no wait at all.
    budget.left -= Math.max(1, seconds);
    options.onWait(seconds, why);
    return true;
  };
  const octokit = new (Octokit.plugin(retry, throttling))({
    baseUrl: options.api,
    auth: options.token,
    userAgent: options.userAgent,
    // Octokit logs to the console by itself, and nothing here may print a header.
    log: { debug: silent, info: silent, warn: silent, error: silent },
    request: { fetch: transport.fetch },
    retry: { doNotRetry: FINAL, retries: RETRIES, retryAfterBaseValue: second },
    throttle: {
      ...options.pace,
      id: `${options.api} ${process.pid}`,
      retryAfterBaseValue: second,
      onRateLimit: (seconds, _options, _octokit, retries) =>
        retries < RETRIES && mayWait(seconds, 'the rate limit of the token is used up'),
      onSecondaryRateLimit: (seconds, _options, _octokit, retries) =>
        retries < RETRIES && mayWait(seconds, 'too much at once (secondary rate limit)'),
    },
  });

  const once = async <T>(call: Call<T>): Promise<T> => {
    const safe = !call.route.startsWith('POST ');
    const headers = { 'x-github-api-version': API_VERSION, ...headersOf(call.parameters) };
    let data: unknown;
    try {
      const response = await octokit.request(call.route, {
        ...call.parameters,
        headers,
        request: safe ? {} : { retries: 0 },
      });
      if (response.status >= 300)
        throw new CallFailed(call.doing, call.needs, {
          kind: 'status',
          status: response.status,
          message: 'redirected',
          headers: {},
          errorCodes: [],
        });
      data = response.data;
    } catch (error) {
      throw error instanceof CallFailed ? error : new CallFailed(call.doing, call.needs, answerOf(error));
    }
    const read = call.answer.safeParse(data);
    if (read.success) return read.data;
    const where = read.error.issues[0]?.path.join('.') ?? '';
    throw new CallFailed(call.doing, call.needs, {
      kind: 'odd',
      problem:
        typeof data === 'object' && data !== null
          ? `its field ${where === '' ? '(all)' : where} is not as GitHub documents it`
          : 'it is not what GitHub answers there',
    });
  };

  const call = async <T>(wanted: Call<T>): Promise<T> => {
    const safe = !wanted.route.startsWith('POST ');
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(wanted);
      } catch (error) {
        if (!(error instanceof CallFailed) || attempt > RETRIES) throw error;
        const wait = waitFor(error.answer);
        if (wait !== null && mayWait(wait, 'GitHub asked for it (retry-after)')) await sleep(wait * second);
        else if (error.answer.kind === 'odd' && safe) await sleep(attempt * second);
        else throw error;
      }
    }
  };

  return { call, pause: (attempt) => sleep(attempt * attempt * second), close: () => transport.close() };
}

/** Seconds, for a wait that the throttling plugin does not see: it looks for certain words only. */
function waitFor(answer: Answer): number | null {
  if (answer.kind !== 'status' || !isRateLimit(answer)) return null;
  if (/\bsecondary rate\b/i.test(answer.message) || answer.headers['x-ratelimit-remaining'] === '0') return null;
  const seconds = Number(answer.headers['retry-after'] ?? 60);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.max(1, Math.ceil(seconds)) : 60;
}

function headersOf({ headers }: Readonly<Record<string, unknown>>): Record<string, string> {
  return typeof headers === 'object' && headers !== null
    ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    : {};
}

/** Reads what Octokit throws. Only texts are taken over: its errors hold whole requests. */
function answerOf(error: unknown): Answer {
  const response = fieldOf(error, 'response');
  const status = fieldOf(response, 'status');
  if (typeof status === 'number') {
    const data = fieldOf(response, 'data');
    const said = fieldOf(data, 'message');
    const details = fieldOf(data, 'errors');
    const list: readonly unknown[] = Array.isArray(details) ? details : [];
    const texts = list
      .flatMap((one) => [fieldOf(one, 'code'), fieldOf(one, 'field'), fieldOf(one, 'message'), one])
      .filter((one) => typeof one === 'string');
    const message = [typeof said === 'string' ? said : '', ...texts]
      .filter((one) => one !== '')
      .join('; ')
      .slice(0, 600);
    return {
      kind: 'status',
      status,
      message,
      headers: stringsOf(fieldOf(response, 'headers')),
      errorCodes: list.map((one) => fieldOf(one, 'code')).filter((one) => typeof one === 'string'),
    };
  }
  const codes = causesOf(error)
    .map((one) => fieldOf(one, 'code'))
    .filter((one) => typeof one === 'string' && one !== '');
  const timedOut = causesOf(error).some((one) => one instanceof Error && /^(?:Timeout|Abort)Error$/.test(one.name));
  const message = causesOf(error).findLast((one) => one instanceof Error)?.message ?? String(error);
  const code = timedOut ? 'TIMEOUT' : String(codes.at(-1) ?? 'UNKNOWN');
  return { kind: 'network', code, message: message.slice(0, 300) };
}

/** The error and its causes, the outermost first. */
function causesOf(error: unknown): readonly Error[] {
  const found: Error[] = [];
  for (
    let one = error;
    one instanceof Error && found.length < 8;
    one = one instanceof AggregateError ? one.errors[0] : one.cause
  )
    found.push(one);
  return found;
}

function stringsOf(value: unknown): Record<string, string> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toLowerCase(), String(one)]))
    : {};
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
