import { arch } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findLink, type Looked } from '../../../../harness/environments/kinds/wheel/wheel-link.ts';
import { withHttp } from '../../../../harness/machine/http/client.ts';
import { serveIndex, type Answer } from '../../../fixtures/catalogue/serve-index.ts';

const test = suite('the link of a wheel');
const SHA = 'ab'.repeat(32);
const tags = `cp310-cp310-linux_${arch() === 'arm64' ? 'aarch64' : 'x86_64'}`;
const FILE = `torch-1.13.1+rocm5.2-${tags}.whl`;
const OTHER = `torch-2.0.0+rocm5.2-${tags}.whl`;

/** `credentials`: written before the host. */
async function look(page: Answer, more: Readonly<Record<string, Answer>> = {}, credentials = ''): Promise<Looked> {
  const served = await serveIndex({ '/simple/torch/': page, ...more });
  const index = `${served.url.replace('//', `//${credentials}`)}/simple`;
  const wanted = { index, project: 'torch', version: '1.13.1+rocm5.2', python: '3.10.13' };
  try {
    const { link, trouble } = await withHttp({}, (http) => findLink(http, wanted, new AbortController().signal));
    return { link: link === null ? null : { ...link, url: link.url.replace(/:\d+\//, '/') }, trouble };
  } finally {
    await served.close();
  }
}

const escaped = FILE.replace('+', '%2B');
const html = `<a href="../../files/${OTHER}">x</a><a href="../../files/${escaped}#sha256=${SHA}" data-yanked="">x</a>`;
const url = `http://127.0.0.1/files/${escaped}`;

const sized: Answer = (_, response) => response.writeHead(200, { 'content-length': '4711' }).end();

test('of a page in HTML: checksum from the fragment, size by asking; a yanked file was asked for by its version', async () => {
  const link = { url, file: FILE, sha256: SHA, bytes: 4711 };
  assert.equal(await look(html, { [`/files/${escaped}`]: sized }), { link, trouble: null });
  assert.equal(await look(html), { link: { ...link, bytes: null }, trouble: null });
});

test('of a page in JSON', async () => {
  const files = [{ filename: FILE, url: `../../files/${escaped}`, hashes: { sha256: SHA }, size: 12 }, { filename: 7 }];
  const page = JSON.stringify({ meta: { 'api-version': '1.1' }, name: 'torch', files });
  assert.equal(await look(page), { link: { url, file: FILE, sha256: SHA, bytes: 12 }, trouble: null });
});

test("the index's name and password serve its files as well", async () => {
  const { link } = await look(html, {}, 'me:secret@');
  assert.is(link?.url, url.replace('//', '//me:secret@'));
});

test('nothing, where none fits, two do, or the index has trouble', async () => {
  assert.equal(await look('<a href="x.whl">x</a>'), { link: null, trouble: null });
  const two = FILE.replace('torch-', 'Torch-');
  assert.equal(await look(`${html}<a href="../../files/${two}">x</a>`), { link: null, trouble: null });
  assert.equal(await look((_, response) => response.writeHead(500).end()), { link: null, trouble: 'HTTP 500' });
  assert.equal(await look((_, response) => response.writeHead(404).end()), { link: null, trouble: null });
});

test.run();
