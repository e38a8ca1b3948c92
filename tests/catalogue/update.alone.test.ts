/** `bench catalogue update` against indexes on the loopback, with pages of the shapes that real ones have. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCatalogue, readUserPart } from '../../harness/catalogue/update/user-file.ts';
import {
  LIMITS,
  readIndex,
  type ClientLimits,
  type IndexReading,
} from '../../harness/catalogue/update/index-client.ts';
import { bench } from '../cli/bench-process.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { serveIndex, type Answer, type Served } from '../fixtures/catalogue/serve-index.ts';
import { serveProxy } from '../fixtures/http/proxy.ts';
import { refusalOf } from '../refusal.ts';

const test = suite('catalogue update');
const never = new AbortController().signal;
const SHA = 'ab'.repeat(32);
const OTHER_SHA = 'cd'.repeat(32);
const HTML = { 'content-type': 'text/html' };

function page(...links: readonly string[]): string {
  return `<!DOCTYPE html>\n<html>\n  <body>\n    <h1>Links for torch</h1>\n${links.join('<br/>\n')}<br/>\n  </body>\n</html>\n<!--TIMESTAMP 1700000000-->`;
}

/** As the public index writes it: escaped plus, checksum in the fragment, absolute path. */
function link(file: string, sha256 = ''): string {
  return `<a href="/whl/rocm6.4/${file.replace('+', '%2B')}${sha256 === '' ? '' : `#sha256=${sha256}`}">${file}</a>`;
}

const NEW = 'torch-2.13.0+rocm7.2-cp312-cp312-manylinux_2_28_x86_64.whl';
const KNOWN = 'torch-2.9.1+rocm6.4-cp311-cp311-manylinux_2_28_x86_64.whl';

async function serving(pages: Readonly<Record<string, Answer>>, use: (served: Served) => Promise<void>): Promise<void> {
  const served = await serveIndex(pages);
  try {
    await use(served);
  } finally {
    await served.close();
  }
}

async function inData(use: (data: string) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'bench-catalogue-'));
  try {
    await use(data);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

function read(url: string, limits: Partial<ClientLimits> = {}): Promise<IndexReading> {
  return readIndex(url, never, { ...LIMITS, ...limits });
}

async function refusal(url: string, limits: Partial<ClientLimits> = {}): Promise<string> {
  const { code, message } = await refusalOf(read(url, limits));
  return `${code} ${message}`;
}

test('folders for each ROCm tag', () =>
  serving(
    {
      '/whl/': page(
        '<a href="rocm6.4/">rocm6.4</a>',
        '<a href="rocm7.2/">rocm7.2</a>',
        '<a href="cu118/">cu118</a>',
        '<a href="torchvision/">torchvision</a>',
      ),
      '/whl/rocm6.4/torch/': page(link(KNOWN, SHA), link('torch-2.9.1+cu118-cp311-cp311-linux_x86_64.whl')),
      '/whl/rocm7.2/torch/': page(link(NEW)),
    },
    async ({ url }) => {
      const { files, failed, pages } = await read(`${url}/whl`);
      assert.equal(failed, []);
      assert.is(pages.length, 3);
      assert.equal(
        files.map(({ name, sha256 }) => [name, sha256]),
        [
          [KNOWN, SHA],
          [NEW, null],
        ],
      );
      assert.is(files[0]?.url, `${url}/whl/rocm6.4/${KNOWN.replace('+', '%2B')}`);
      assert.equal(
        files.map(({ index }) => index),
        [`${url}/whl/rocm6.4`, `${url}/whl/rocm7.2`],
      );
    },
  ));

test("all pages come through the caller's proxy", () =>
  serving({ '/whl/': page('<a href="rocm7.2/">a</a>'), '/whl/rocm7.2/torch/': page(link(NEW)) }, async ({ url }) => {
    const proxy = await serveProxy({ 'packages.invalid': url });
    const { pages } = await readIndex('http://packages.invalid/whl', never, LIMITS, { HTTP_PROXY: proxy.url });
    await proxy.close();
    assert.is(pages.length, 2);
    for (const address of pages) assert.ok(proxy.asked.includes(`GET ${address}`), address);
  }));

test('one flat page, by its root, by itself, and where the root lists nothing', async () => {
  const flat = page(link(KNOWN, SHA), link(NEW, OTHER_SHA));
  await serving({ '/whl/': page('<a href="torch/">torch</a>'), '/whl/torch/': flat }, async ({ url }) => {
    for (const address of [`${url}/whl`, `${url}/whl/torch`, `${url}/whl/torch/`]) {
      const { files } = await read(address);
      assert.equal(
        files.map(({ name }) => name),
        [KNOWN, NEW],
        address,
      );
      assert.is(files[0]?.index, `${url}/whl`);
    }
  });
  await serving({ '/whl/torch/': flat }, async ({ url }) => assert.is((await read(`${url}/whl`)).files.length, 2));
});

function listed(filename: string, more: object): object {
  return { filename, url: `../files/${filename.replace('+', '%2B')}`, hashes: {}, ...more };
}

test('PEP 691: checksums and sizes; yanked files and odd entries are left out', () => {
  const project = {
    meta: { 'api-version': '1.1' },
    name: 'torch',
    files: [
      listed(KNOWN, { hashes: { sha256: SHA }, size: 4_400_000_000 }),
      listed(NEW, { yanked: 'broken' }),
      listed('torch-2.13.0.tar.gz', {}),
      { filename: 7 },
      null,
      listed(NEW, { size: -1 }),
    ],
  };
  return serving(
    {
      '/simple/': JSON.stringify({ meta: { 'api-version': '1.0' }, projects: [{ name: 'torch' }, { name: '../x' }] }),
      '/simple/torch/': JSON.stringify(project),
    },
    async ({ url }) => {
      const { files } = await read(`${url}/simple/`);
      assert.equal(files, [
        {
          name: KNOWN,
          url: `${url}/simple/files/${KNOWN.replace('+', '%2B')}`,
          index: `${url}/simple`,
          sha256: SHA,
          bytes: 4_400_000_000,
        },
      ]);
    },
  );
});

test('hostile pages: nothing of them is believed that does not look as it must', () =>
  serving(
    {
      '/torch/': page(
        '<a href="torch-2.13.0%2Brocm7.2-cp312-cp312-manylinux_2_28_x86_64.whl#sha256=short">x</a>',
        '<a href="../../../../etc/torch-2.13.0%2Brocm7.2-cp313-cp313-..%2F..%2Fx.whl">x</a>',
        '<a href="javascript:alert(1)//torch-2.13.0+rocm7.2-cp314-cp314-linux_x86_64.whl">x</a>',
        '<a href="%E0%A4%A">x</a>',
        '<a href="http://">x</a>',
        '<a title="a > b" href=\'torch-2.12.1&#43;rocm7.1-cp311-cp311-linux_x86_64.whl\' data-yanked="">x</a>',
        '<A HREF=torch-2.12.1&#43;rocm7.2-cp311-cp311-manylinux_2_28_x86_64.whl>x</A>',
        `<!-- <a href="torch-9.9.9%2Brocm7.2-cp312-cp312-linux_x86_64.whl"> --><a`,
      ),
    },
    async ({ url }) => {
      const { files } = await read(`${url}/torch/`);
      assert.equal(
        files.map(({ name, sha256 }) => [name, sha256]),
        [
          [NEW, null],
          ['torch-2.12.1+rocm7.2-cp311-cp311-manylinux_2_28_x86_64.whl', null],
        ],
      );
    },
  ));

test('a page that never ends, is too large, or keeps silent', () =>
  serving(
    {
      '/large/': (_, response) => response.writeHead(200, HTML).end(page(link(KNOWN)).padEnd(20_000)),
      '/silent/': () => {},
      '/slow/': (_, response) => void response.writeHead(200, HTML).write(page(link(KNOWN))),
      '/large/torch/': page(),
      '/silent/torch/': page(),
      '/slow/torch/': page(),
    },
    async ({ url }) => {
      assert.match(await refusal(`${url}/large`, { pageBytes: 10_000 }), 'larger than 10000 bytes');
      assert.match(await refusal(`${url}/silent`, { pageSeconds: 0.3 }), 'no whole page within 0.3 s');
      assert.match(await refusal(`${url}/slow`, { pageSeconds: 0.3 }), 'no whole page within 0.3 s');
    },
  ));

test('the time for the whole index is up although no page has taken too long', () =>
  serving({ '/torch/': () => {} }, async ({ url }) => {
    const collecting = setInterval(collectGarbage, 100);
    try {
      assert.match(
        await refusal(`${url}/torch/`, { pageSeconds: 30, totalSeconds: 1 }),
        'the time for the whole index was up',
      );
    } finally {
      clearInterval(collecting);
    }
  }));

test('redirects: on the same host they are followed, to another they are not, and not for ever', () =>
  serving({ '/torch/': page(link(NEW)) }, (other) =>
    serving(
      {
        '/a/torch/': (_, response) => response.writeHead(301, { location: '/b/torch/' }).end(),
        '/b/torch/': page(link(KNOWN, SHA)),
        '/c/torch/': (_, response) => response.writeHead(302, { location: `${other.url}/torch/` }).end(),
        '/d/torch/': (_, response) => response.writeHead(302, { location: '/d/torch/' }).end(),
      },
      async ({ url }) => {
        assert.equal(
          (await read(`${url}/a`)).files.map(({ name }) => name),
          [KNOWN],
        );
        assert.match(await refusal(`${url}/c`), 'redirected to another host, 127.0.0.1:');
        assert.equal(other.asked, []);
        assert.match(await refusal(`${url}/d`), 'more than 5 redirects');
      },
    ),
  ));

test('addresses that are none, hosts that do not answer, pages without a wheel', async () => {
  assert.match(await refusal('file:///etc/passwd'), 'index-address');
  assert.match(await refusal('http://me:secret@127.0.0.1:9/'), 'index-address');
  assert.not.match(await refusal('http://me:secret@127.0.0.1:9/'), 'secret');
  assert.match(await refusal('http://127.0.0.1:9/'), /index-unusable .*cannot be read/);
  await serving(
    { '/': page('<a href="numpy/">numpy</a>'), '/json/torch/': '{"meta":{"api-version":"2.0"},"files":[]}' },
    async ({ url }) => {
      assert.match(await refusal(url), 'lists no torch wheel for ROCm');
      assert.match(await refusal(`${url}/json`), 'no PEP 691 document of version 1');
    },
  );
});

test('one broken folder does not hide the others', () =>
  serving(
    { '/': page('<a href="rocm6.4/">a</a>', '<a href="rocm7.2/">b</a>'), '/rocm7.2/torch/': page(link(NEW)) },
    async ({ url }) => {
      const { files, failed } = await read(url);
      assert.is(files.length, 1);
      assert.equal(failed, [{ address: `${url}/rocm6.4/torch/`, why: 'HTTP 404' }]);
    },
  ));

test('bench catalogue update: what is new, a dry run, and again', () =>
  inData((data) =>
    serving(
      {
        '/whl/torch/': page(
          link(NEW, SHA),
          link(KNOWN, OTHER_SHA),
          link('torch-2.9.1+rocm6.4-cp312-cp312-manylinux_2_28_x86_64.whl', OTHER_SHA),
        ),
      },
      async ({ url }) => {
        const env = { XDG_DATA_HOME: data };
        const update = (...more: readonly string[]): ReturnType<typeof bench> =>
          bench(['catalogue', 'update', '--index', `${url}/whl`, ...more], { env });
        const dry = await update('--dry-run');
        assert.is(dry.code, 0, dry.stderr);
        assert.match(dry.stdout, 'new: 2.13.0+rocm7.2 for Python 3.12 (channel later)');
        assert.match(dry.stdout, 'nothing was written');
        assert.equal((await readUserPart(env)).indexes, []);
        assert.is((await update()).code, 0);
        assert.match((await update()).stdout, 'nothing new');
        const catalogue = await readCatalogue(env);
        const found = catalogue.wheels.find(({ torch }) => torch === '2.13.0');
        assert.equal(
          [found?.files['cp312']?.sha256, found?.gfx1030, found?.miopen],
          [SHA, true, { value: '3.5', status: 'inferred' }],
        );
        const known = catalogue.wheels.find(
          ({ torch, rocm, channel }) => torch === '2.9.1' && rocm === '6.4' && channel === 'stable',
        );
        assert.is(known?.files['cp311']?.sha256, OTHER_SHA);
        // A checksum that came with the program is not replaced.
        assert.match(known?.files['cp312']?.sha256 ?? '', /^43471c9e/);
        assert.match((await bench(['catalogue', '--channel', 'later'], { env })).stdout, '2.13.0');
        const matrix = join(data, 'm.yml');
        writeFileSync(
          matrix,
          'schema: 1\nname: m\nprobe: conv2d\nenvironments: [{ kind: wheel, torch: "2.13.0", rocm: "7.2", python: "3.12" }]\naxes: { size: [8] }\n',
        );
        assert.is((await bench(['plan', matrix], { env })).code, 0);
        assert.is((await bench(['plan', matrix], { env: { XDG_DATA_HOME: join(data, 'none') } })).code, 2);
      },
    ),
  ));

test("a damaged file of the user's is said, and an update mends it", () =>
  inData((data) =>
    serving({ '/torch/': page(link(NEW, SHA)) }, async ({ url }) => {
      const env = { XDG_DATA_HOME: data };
      assert.is((await bench(['catalogue', 'update', '--index', url], { env })).code, 0);
      const file = join(data, 'bench', 'catalogue.json');
      writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40));
      const refused = await bench(['catalogue'], { env });
      assert.is(refused.code, 2);
      assert.match(refused.stderr, 'catalogue-damaged');
      const mended = await bench(['catalogue', 'update', '--index', url], { env });
      assert.is(mended.code, 0);
      assert.match(mended.stderr, 'made anew');
      assert.is((await bench(['catalogue'], { env })).code, 0);
    }),
  ));

test('an index of more wheels than a catalogue keeps is told with both numbers, and nothing is changed', () =>
  inData((data) => {
    const files = Array.from({ length: 20_001 }, (_, at) => `torch-2.${at}.0+rocm6.4-cp311-cp311-linux_x86_64.whl`);
    return serving({ '/torch/': page(...files.map((file) => link(file))) }, async ({ url }) => {
      const { code, stderr } = await bench(['catalogue', 'update', '--index', url], { env: { XDG_DATA_HOME: data } });
      assert.is(code, 3);
      assert.match(stderr, /lists 20,001 .* keeps 20,000[\s\S]*as it was[\s\S]*\(index-too-large\)/);
      assert.not.match(stderr, /Zod|\n {4}at /);
    });
  }));

test.run();
