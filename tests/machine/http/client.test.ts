import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { anywhere, reasonOf, withHttp, type Ask, type Http } from '../../../harness/machine/http/client.ts';
import { UsageError } from '../../../harness/model/errors.ts';
import { collectGarbage } from '../../collect-garbage.ts';
import { serveIndex, type Answer, type Served } from '../../fixtures/catalogue/serve-index.ts';
import { serveProxy, type Proxy } from '../../fixtures/http/proxy.ts';

const test = suite('the HTTP client');
const never = new AbortController().signal;
const FAR_SECONDS = 120;
const MANY_BYTES = 1024 * 1024;

function text(http: Http, address: string, ask: Partial<Ask> = {}, mostBytes = MANY_BYTES): Promise<string> {
  return http.ask(address, { signal: never, limitSeconds: FAR_SECONDS, ...ask }, async (answer) =>
    (await answer.whole(mostBytes)).toString(),
  );
}

/** The error by which `exchange` ends. */
async function endOf(exchange: Promise<string>): Promise<Error> {
  try {
    await exchange;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it was answered');
}

async function serving(pages: Readonly<Record<string, Answer>>, use: (served: Served) => Promise<void>): Promise<void> {
  const served = await serveIndex(pages);
  try {
    await use(served);
  } finally {
    await served.close();
  }
}

/** A host that the proxy alone can find. */
const BEHIND = 'http://packages.invalid';

function behindProxy(page: string, use: (proxy: Proxy, served: Served) => Promise<void>): Promise<void> {
  return serving({ '/page': page }, async (served) => {
    const proxy = await serveProxy({ 'packages.invalid': served.url });
    try {
      await use(proxy, served);
    } finally {
      await proxy.close();
    }
  });
}

test("the caller's proxy is asked, by whichever of its names", () =>
  behindProxy('behind', async (proxy, served) => {
    for (const name of ['HTTP_PROXY', 'http_proxy'])
      assert.is(await withHttp({ [name]: proxy.url }, (http) => text(http, `${BEHIND}/page`)), 'behind');
    assert.equal(proxy.asked, [`GET ${BEHIND}/page`, `GET ${BEHIND}/page`]);
    assert.is(served.asked.length, 2);
  }));

test('what NO_PROXY names is asked directly', () =>
  behindProxy('here', async (proxy, served) => {
    const environment = { HTTP_PROXY: proxy.url, NO_PROXY: 'elsewhere.invalid,127.0.0.1' };
    assert.is(await withHttp(environment, (http) => text(http, `${served.url}/page`)), 'here');
    assert.equal(proxy.asked, []);
  }));

test('for https a tunnel is asked for', () =>
  behindProxy('', async (proxy) => {
    await withHttp({ HTTPS_PROXY: proxy.url }, (http) => endOf(text(http, 'https://packages.invalid/page')));
    assert.equal(proxy.asked, ['CONNECT packages.invalid:443']);
  }));

test('a proxy that is none is said, and its password is not', async () => {
  const error = await endOf(withHttp({ HTTPS_PROXY: 'http://user:secret word@:x' }, async () => ''));
  assert.ok(error instanceof UsageError);
  assert.is(error.code, 'proxy-malformed');
  assert.not.match(JSON.stringify([error.message, String(error.cause)]), 'secret');
});

test('the name and password of an address go to its own host and to no other', () => {
  const told: (string | undefined)[] = [];
  const tell: Answer = (request, response) => {
    told.push(request.headers.authorization);
    response.end('told');
  };
  return serving({ '/b': tell }, (other) =>
    serving(
      {
        '/same': (_, response) => response.writeHead(302, { location: '/b' }).end(),
        '/other': (_, response) => response.writeHead(302, { location: `${other.url}/b` }).end(),
        '/b': tell,
      },
      ({ url }) =>
        withHttp({}, async (http) => {
          const named = url.replace('//', '//me:p%20w@');
          for (const path of ['same', 'other'])
            assert.is(await text(http, `${named}/${path}`, { follow: anywhere }), 'told');
          assert.equal(told, [`Basic ${Buffer.from('me:p w').toString('base64')}`, undefined]);
        }),
    ),
  );
});

function refuse(_: URL, to: URL): void {
  throw new Error(`not to ${to.pathname}`);
}

test('redirects: an answer like any other, or followed as far as is allowed', () =>
  serving(
    {
      '/on': (_, response) => response.writeHead(302, { location: '/end' }).end(),
      '/round': (_, response) => response.writeHead(302, { location: '/round' }).end(),
      '/end': 'the end',
    },
    ({ url }) =>
      withHttp({}, async (http) => {
        assert.is(await text(http, `${url}/on`), '');
        assert.is(await text(http, `${url}/on`, { follow: anywhere }), 'the end');
        assert.is((await endOf(text(http, `${url}/on`, { follow: refuse }))).message, 'not to /end');
        const round = endOf(text(http, `${url}/round`, { follow: anywhere, mostRedirects: 3 }));
        assert.is((await round).message, 'more than 3 redirects');
      }),
  ));

test('a body that is too large, and a host that is not there', () =>
  serving({ '/large': 'x'.repeat(2000) }, ({ url }) =>
    withHttp({}, async (http) => {
      assert.is(reasonOf(await endOf(text(http, `${url}/large`, {}, 1999))), 'it is larger than 1999 bytes');
      assert.is((await text(http, `${url}/large`, {}, 2000)).length, 2000);
      const gone = await serveIndex({});
      await gone.close();
      assert.match(reasonOf(await endOf(text(http, gone.url))), 'ECONNREFUSED');
    }),
  ));

const SILENT: Readonly<Record<string, Answer>> = {
  '/silent': () => {},
  '/endless': (_, response) => void response.writeHead(200).write('<html>'),
};

/** Garbage is collected meanwhile: a limit that nobody holds would be collected too. */
async function whileCollecting<T>(exchanges: Promise<T>): Promise<T | string> {
  const collecting = setInterval(collectGarbage, 100);
  try {
    return await Promise.race([exchanges, sleep(30_000, 'waited in vain', { ref: false })]);
  } finally {
    clearInterval(collecting);
  }
}

test('a host that keeps silent, and one that never ends its page', () =>
  serving(SILENT, ({ url }) =>
    withHttp({}, async (http) => {
      const ends = ['silent', 'endless'].map(
        async (page) => (await endOf(text(http, `${url}/${page}`, { limitSeconds: 1 }))).name,
      );
      assert.equal(await whileCollecting(Promise.all(ends)), ['TimeoutError', 'TimeoutError']);
    }),
  ));

test("the caller's signal ends an exchange wherever it stands, and is not taken for the limit", () =>
  serving(SILENT, ({ url }) =>
    withHttp({}, async (http) => {
      const interruption = new AbortController();
      const { signal } = interruption;
      const ends = ['silent', 'endless'].map(
        async (page) => (await endOf(text(http, `${url}/${page}`, { signal }))).message,
      );
      setTimeout(() => interruption.abort(new Error('enough')), 500);
      assert.equal(await whileCollecting(Promise.all(ends)), ['enough', 'enough']);
    }),
  ));

test('a limit of silence begins anew with all that arrives', () =>
  serving(
    {
      '/slow': (_, response) => {
        response.writeHead(200);
        let sent = 0;
        const timer = setInterval(() => {
          sent += 1;
          if (sent <= 6) response.write('x');
          else response.end(() => clearInterval(timer));
        }, 400);
      },
    },
    ({ url }) =>
      withHttp({}, async (http) => {
        // Each part takes much less than the limit, all of them together more.
        const whole = text(http, `${url}/slow`, { limitSeconds: 2, limitOf: 'silence' });
        assert.is(await whole, 'xxxxxx');
      }),
  ));

test.run();
