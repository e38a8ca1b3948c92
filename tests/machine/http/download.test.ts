import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withHttp } from '../../../harness/machine/http/client.ts';
import {
  download,
  type Downloaded,
  type DownloadOptions,
  type RemoteFile,
} from '../../../harness/machine/http/download.ts';
import { servePackages } from '../../fixtures/environments/package-index.ts';
import { serveProxy } from '../../fixtures/http/proxy.ts';

const test = suite('downloads that go on');
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'bench-download-'));
const large = mkdtempSync(join(folder, 'served-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const file = 'torch-1.0.0+rocm0.1-py3-none-any.whl';
const right = Buffer.from(Array.from({ length: 3_000_000 }, (_, place) => (place * 7919) % 251));
writeFileSync(join(large, file), right);
const checksum = createHash('sha256').update(right).digest('hex');

function fetched(link: RemoteFile, path: string, options: DownloadOptions, environment = {}): Promise<Downloaded> {
  return withHttp(environment, (http) => download(http, link, path, options));
}

test('a part of another file is not gone on with', async () => {
  const index = await servePackages(large);
  const path = join(folder, 'other.whl');
  appendFileSync(`${path}.part`, 'rubbish');
  const link = {
    url: `${index.url.replace('/simple', '')}/files/${encodeURIComponent(file)}`,
    file,
    sha256: checksum,
    bytes: null,
  };
  assert.equal(await fetched(link, path, { sha256: [], signal: never }), { kind: 'whole' });
  index.close();
  assert.equal(index.ranges, []);
});

test('a server that never answers, or sends another part than was asked for: begun anew, and the file is right', async () => {
  const index = await servePackages(large, { wrongRange: true, silentOnce: true });
  const path = join(folder, 'odd.whl');
  const link = {
    url: `${index.url.replace('/simple', '')}/files/${encodeURIComponent(file)}`,
    file,
    sha256: null,
    bytes: right.length,
  };
  writeFileSync(`${path}.part`, right.subarray(0, 1000));
  writeFileSync(`${path}.part.from`, JSON.stringify({ url: link.url, sha256: null, bytes: right.length }));
  assert.equal(await fetched(link, path, { sha256: [], signal: never, silenceSeconds: 1 }), { kind: 'whole' });
  index.close();
  assert.equal(index.ranges, ['1000']);
  assert.ok(readFileSync(path).equals(right));
});

test('a whole file is used again only if it is the same one', async () => {
  const index = await servePackages(large);
  const path = join(folder, 'again.whl');
  const link = {
    url: `${index.url.replace('/simple', '')}/files/${encodeURIComponent(file)}`,
    file,
    sha256: checksum,
    bytes: null,
  };
  const fetch = (): Promise<unknown> => fetched(link, path, { sha256: [], signal: never });
  await fetch();
  await fetch();
  assert.is(index.requests.length, 1);
  appendFileSync(path, 'rubbish');
  assert.equal(await fetch(), { kind: 'whole' });
  assert.is(index.requests.length, 2);
  await fetched({ ...link, url: `${link.url}?other` }, path, { sha256: [], signal: never });
  assert.is(index.requests.length, 3);
  index.close();
});

test("through the caller's proxy, in as many parts as it takes", async () => {
  const index = await servePackages(large, { breakAfter: 1_000_000 });
  const proxy = await serveProxy({ 'packages.invalid': new URL(index.url).origin });
  const path = join(folder, 'behind.whl');
  const url = `http://packages.invalid/files/${encodeURIComponent(file)}`;
  const link = { url, file, sha256: checksum, bytes: right.length };
  const done = await fetched(link, path, { sha256: [], signal: never }, { HTTP_PROXY: proxy.url });
  await proxy.close();
  index.close();
  assert.equal(done, { kind: 'whole' });
  assert.ok(readFileSync(path).equals(right));
  assert.is(proxy.asked.length, index.requests.length);
  assert.equal(new Set(proxy.asked), new Set([`GET ${url}`]));
  assert.ok(index.ranges.length > 0, 'nothing broke');
});

test.run();
