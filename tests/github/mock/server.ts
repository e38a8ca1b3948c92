/**
 * A GitHub on loopback: checks every request and every answer of its own against GitHub's description, and fails where it is told to.
 * The token must come with every request.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerProblems, operationOf, requestProblems } from './contract.ts';
import type { Fault } from './faults.ts';
import { reply, type Reply } from './routes.ts';
import { newState, type MockState } from './state.ts';

export const TOKEN = 'ghp_ThisIsTheTokenThatNobodyMaySee0123456789';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
}

export interface MockGitHub {
  readonly api: string;
  state: MockState;
  readonly seen: SeenRequest[];
  /** What was wrong with requests or answers, by GitHub's description. */
  readonly problems: string[];
  /** Asked before each request; `index` counts from 0. */
  fault: (index: number, request: SeenRequest) => Fault | null;
  /** Called before and after the effect of each request. */
  hook: (index: number, when: 'before' | 'after') => void | Promise<void>;
  reset(state: MockState): void;
  close(): Promise<void>;
}

export async function startGitHub(): Promise<MockGitHub> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      mock.problems.push(`the mock broke: ${String(error)}`);
      response.destroy();
    });
  });
  // Whoever leaves a connection idle closes it: a server that does so just when a request comes is a failure that no test asked for.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const mock: MockGitHub = {
    api: origin,
    state: newState(),
    seen: [],
    problems: [],
    fault: () => null,
    hook: () => {},
    reset: (state) => {
      mock.state = state;
      mock.seen.length = 0;
      mock.problems.length = 0;
      mock.fault = () => null;
      mock.hook = () => {};
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const seen = { method: request.method ?? '', path: url.pathname };
    const index = mock.seen.push(seen) - 1;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
    } catch (error) {
      // A client that has given up before it said all has asked for nothing; on a busy machine that happens to any.
      if (request.complete) throw error;
      return;
    }
    const body = Buffer.concat(chunks);
    await mock.hook(index, 'before');
    const fault = mock.fault(index, seen);
    if (fault?.kind === 'drop' && fault.when === 'before') return void response.destroy();
    if (fault?.kind === 'reply' && fault.when === 'before')
      return send(response, fault.reply, fault.raw, fault.contentType);
    const answer = answerTo(request, url, body);
    await mock.hook(index, 'after');
    if (fault?.kind === 'drop') return void response.destroy();
    if (fault?.kind === 'reply') return send(response, fault.reply, fault.raw, fault.contentType);
    if (fault?.kind === 'truncate') return truncate(response, answer);
    if (fault?.kind === 'slow') await givenUp(response);
    send(response, answer);
  }

  function answerTo(request: IncomingMessage, url: URL, body: Buffer): Reply {
    const method = request.method ?? '';
    const contentType = request.headers['content-type'] ?? '';
    if (!new RegExp(`^(?:token|bearer) ${TOKEN}$`).test(request.headers.authorization ?? ''))
      mock.problems.push(`${method} ${url.pathname} came without the token`);
    if (request.headers['user-agent'] === undefined)
      mock.problems.push(`${method} ${url.pathname} came without a user agent`);
    // Not in the description, which is of the other API.
    if (method === 'POST' && url.pathname === '/graphql')
      return { status: 200, body: { data: { viewer: { login: mock.state.me } } } };
    const operation = operationOf(method, url.pathname.replace(/^\/uploads(?=\/)/, ''));
    if (operation === null) {
      mock.problems.push(`GitHub has no ${method} ${url.pathname}`);
      return { status: 404, body: null };
    }
    const isUpload = operation.path.endsWith('/assets') && method === 'POST';
    if (isUpload !== url.pathname.startsWith('/uploads/'))
      mock.problems.push(`${method} ${url.pathname} went to the wrong host`);
    mock.problems.push(
      ...requestProblems(operation, url.searchParams, contentType, body).map(
        (one) => `${method} ${url.pathname}: ${one}`,
      ),
    );
    const answer = reply(mock.state, { operation, query: url.searchParams, contentType, body, origin });
    // GitHub answers 403 to anything, whether or not the description says so; 404 likewise.
    // Its words name the state "starter" (an upload that broke off); its list of states does not.
    const odd = mock.state.assets.some(({ state }) => state === 'starter');
    if (answer.status < 400)
      mock.problems.push(
        ...answerProblems(operation, answer.status, answer.body).filter((one) => !(odd && one.includes('.state:'))),
      );
    return answer;
  }

  return mock;
}

function send(
  response: ServerResponse,
  { status, headers = {}, body }: Reply,
  raw?: string,
  contentType = 'application/json; charset=utf-8',
): void {
  const text = raw ?? (body === null ? '' : JSON.stringify(body));
  response.writeHead(status, { ...(text === '' ? {} : { 'content-type': contentType }), ...headers });
  response.end(text);
}

/** When the client has closed the connection. */
function givenUp(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed || response.destroyed) resolve();
    else response.once('close', () => resolve());
  });
}

/** Half of the body, then the end of the connection. */
function truncate(response: ServerResponse, { status, body }: Reply): void {
  const text = body === null ? 'nothing' : JSON.stringify(body);
  response.writeHead(status === 204 ? 200 : status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
  });
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
}
