/** The time that an index has for one answer, while garbage is being collected: a limit that nobody holds would be collected too. */
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { request } from '../../harness/environments/kinds/wheel/wheel-link.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { serveIndex } from '../fixtures/catalogue/serve-index.ts';

const test = suite('time limit of a request');
const never = new AbortController().signal;

async function read(address: string): Promise<string> {
  const response = await request(new URL(address), {}, never, 'GET', 1);
  return response.text();
}

/** Name of the error by which `page` ends. */
async function endOf(page: Promise<string>): Promise<string> {
  try {
    await page;
    return 'read';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

test('an index that keeps silent, and one that never ends its page', async () => {
  const { url, close } = await serveIndex({
    '/silent/': () => {},
    '/endless/': (_, response) => void response.writeHead(200).write('<html>'),
  });
  const collecting = setInterval(collectGarbage, 100);
  try {
    const ends = Promise.all(['silent', 'endless'].map((page) => endOf(read(`${url}/${page}/`))));
    assert.equal(await Promise.race([ends, sleep(30_000, 'waited in vain', { ref: false })]), [
      'TimeoutError',
      'TimeoutError',
    ]);
  } finally {
    clearInterval(collecting);
    await close();
  }
});

test.run();
