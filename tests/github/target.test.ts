import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goldenResults, planFor } from './mock/plans.ts';
import { BenchError } from '../../harness/model/errors.ts';
import { assetName, isOfSlot, machineId, marker } from '../../harness/github/names.ts';
import { readRepository, readTarget } from '../../harness/github/target.ts';
import { findToken, withoutToken } from '../../harness/github/api/token.ts';
import { mayUploadTo } from '../../harness/github/api/transport.ts';
import { refusalOf } from '../refusal.ts';

const test = suite('github/target');

const none = () => Promise.resolve(null);
const read = (issue: string, option?: string, variable?: string) => readTarget(issue, { option, variable });

async function codeOf(use: () => unknown): Promise<string> {
  return (await refusalOf(Promise.resolve().then(use))).code;
}

test('an issue by its short name or its address', () => {
  for (const text of [
    'owner/repo#12',
    ' owner/repo#12 ',
    'https://github.com/owner/repo/issues/12',
    'https://www.github.com/owner/repo/pull/12/',
    'https://github.com/owner/repo/issues/12?x=1#issuecomment-3',
  ]) {
    assert.equal(
      read(text),
      { issue: { owner: 'owner', repo: 'repo', number: 12 }, api: 'https://api.github.com', web: 'https://github.com' },
      text,
    );
  }
});

test('what names no issue or repository is refused', async () => {
  for (const text of [
    '',
    'owner/repo',
    'owner/repo#0',
    '#12',
    'owner/repo#12x',
    'own er/repo#1',
    'owner/..#1',
    'https://github.com/owner/repo',
    'https://github.com/owner/repo/issues',
    '-o/r#1',
    'file:///owner/repo/issues/1',
  ]) {
    assert.is(await codeOf(() => read(text)), 'issue-malformed', text);
  }
  assert.is(await codeOf(() => readRepository('https://github.com/a/b')), 'repository-malformed');
  assert.equal(readRepository('a/b.c'), { owner: 'a', repo: 'b.c' });
});

test('GitHub Enterprise: by --api, else by GITHUB_API_URL; the server itself stands for its API', () => {
  assert.is(read('o/r#1', 'https://ghe.example').api, 'https://ghe.example/api/v3');
  assert.is(read('o/r#1', 'https://ghe.example/api/v3/').web, 'https://ghe.example');
  assert.is(read('o/r#1', undefined, 'https://ghe.example/api/v3').api, 'https://ghe.example/api/v3');
  assert.is(
    read('https://ghe.example/o/r/issues/1', undefined, 'https://ghe.example/api/v3').api,
    'https://ghe.example/api/v3',
  );
  assert.is(
    read('https://github.com/o/r/issues/1', undefined, 'https://ghe.example/api/v3').api,
    'https://api.github.com',
    'an address on github.com means github.com',
  );
  assert.is(read('https://sub.ghe.com/o/r/issues/1', 'https://api.sub.ghe.com').web, 'https://sub.ghe.com');
});

test('a token never goes to a host that only an address names, nor unencrypted', async () => {
  assert.is(await codeOf(() => read('https://evil.example/o/r/issues/1')), 'api-not-given');
  assert.is(
    await codeOf(() => read('https://evil.example/o/r/issues/1', undefined, 'https://ghe.example/api/v3')),
    'api-not-given',
  );
  assert.is(await codeOf(() => read('o/r#1', 'http://ghe.example/api/v3')), 'api-not-secure');
  for (const api of ['ghe.example', 'ftp://ghe.example', 'https://user:pass@ghe.example', 'https://ghe.example?x'])
    assert.is(await codeOf(() => read('o/r#1', api)), 'api-malformed', api);
  assert.is(mayUploadTo('https://uploads.github.com/x', 'https://api.github.com'), true);
  assert.is(mayUploadTo('https://ghe.example/api/uploads/x', 'https://ghe.example/api/v3'), true);
  for (const upload of [
    'https://evil.example/x',
    'http://uploads.github.com/x',
    'https://uploads.github.com.evil.example/x',
    'nonsense',
  ])
    assert.is(mayUploadTo(upload, 'https://api.github.com'), false, upload);
});

test('the token: GITHUB_TOKEN, GH_TOKEN, then gh; what is malformed is not repeated', async () => {
  assert.is(await findToken({ GITHUB_TOKEN: 'a1', GH_TOKEN: 'b2' }, none), 'a1');
  assert.is(await findToken({ GITHUB_TOKEN: ' ', GH_TOKEN: 'b2\n' }, none), 'b2');
  assert.is(await findToken({}, () => Promise.resolve('c3\n')), 'c3');
  assert.is(await codeOf(() => findToken({}, none)), 'token-missing');
  try {
    await findToken({ GITHUB_TOKEN: 'sec ret' }, none);
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof BenchError && error.code === 'token-malformed');
    assert.not.match(`${error.message} ${error.next} ${error.stack}`, /sec|ret$/);
  }
  assert.is(
    withoutToken(`a tok/en b ${encodeURIComponent('tok/en')} c ${Buffer.from('tok/en').toString('base64')}`, 'tok/en'),
    'a [token] b [token] c [token]',
  );
});

test('a machine keeps its id over kernels and copies, and gives nothing away', () => {
  const results = goldenResults('results-founding-notes');
  const id = machineId(results, null);
  assert.match(id, /^[0-9a-f]{12}$/);
  assert.is(
    machineId(
      { ...results, host: { ...results.host, kernel: 'other', node: 'v24', memoryMib: results.host.memoryMib + 3 } },
      null,
    ),
    id,
  );
  assert.is.not(machineId({ ...results, device: { ...results.device, name: 'another card' } }, null), id);
  assert.is.not(machineId(results, 'left box'), machineId(results, 'right box'));
  assert.not.ok(marker('conv2d', machineId(results, 'left box')).includes('left'));
});

test('names of files are safe, tell their content, and belong to one issue, matrix and machine', () => {
  const name = assetName('my+matrix', '0123456789ab', Buffer.from('x'), 'report.html');
  assert.match(name, /^my-matrix\.0123456789ab\.[0-9a-f]{12}\.report\.html$/);
  assert.is.not(assetName('my+matrix', '0123456789ab', Buffer.from('y'), 'report.html'), name);
  assert.is(isOfSlot(name, '0123456789ab'), true);
  assert.is(isOfSlot(name, 'ffffffffffff'), false);
  assert.is.not(planFor('http://127.0.0.1:1', { issue: 'owner/repo#13' }).slot, planFor('http://127.0.0.1:1').slot);
});

test.run();
