/** What attach does where nothing fails, and with an issue, a release or a token that is not as hoped. */
import { createServer } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault } from './mock/faults.ts';
import { attachNow, planFor, type RunChoice } from './mock/plans.ts';
import { startGitHub, TOKEN } from './mock/server.ts';
import { addAsset, addComment, newState } from './mock/state.ts';
import type { AttachPlan } from '../../harness/github/plan.ts';
import type { BenchError } from '../../harness/model/errors.ts';
import { refusalOf } from '../refusal.ts';

const test = suite('github/attach');
const github = await startGitHub();
test.after(() => github.close());
test.before.each(() => github.reset(newState()));
/** uvu cannot fail from a hook: the last test looks. */
const problems: string[] = [];
test.after.each(() => {
  problems.push(...github.problems);
});

const plan = planFor(github.api);
const bodies = (): string[] => github.state.comments.map(({ body }) => body);
const asked = (text: string): number =>
  github.seen.filter(({ method, path }) => `${method} ${path}`.includes(text)).length;

function failure(of: AttachPlan, choice: RunChoice = {}): Promise<BenchError> {
  return refusalOf(attachNow(of, choice));
}

test('attached twice: one comment, nothing sent the second time', async () => {
  assert.is((await attachNow(plan)).comment.action, 'created');
  github.seen.length = 0;
  const second = await attachNow(plan);
  assert.is(second.comment.action, 'unchanged');
  assert.equal(
    second.files.map(({ action }) => action),
    ['kept', 'kept'],
  );
  assert.is(github.seen.filter(({ method }) => method !== 'GET').length, 0);
  assert.is(bodies().length, 1);
});

test('another night changes the comment in place; files that it links no more are removed, those of other issues stay', async () => {
  const other = addAsset(github.state, 'conv2d.ffffffffffff.0123456789ab.report.html').name;
  await attachNow(planFor(github.api, { night: 'earlier' }));
  const [{ id } = { id: 0 }] = github.state.comments;
  const done = await attachNow(plan);
  assert.is(done.comment.action, 'updated');
  assert.equal(
    github.state.comments.map((one) => one.id),
    [id],
  );
  assert.is(done.removed.length, 2);
  assert.equal(
    github.state.assets.map(({ name }) => name).toSorted(),
    [other, ...plan.files.map(({ asset }) => asset)].toSorted(),
  );
});

test('the comment is found beyond a hundred others, and comments of others with our marker are left alone', async () => {
  for (let number = 0; number < 230; number += 1)
    addComment(github.state, 'somebody', number === 3 ? `${plan.marker}\nmine!` : `comment ${number}`);
  await attachNow(plan);
  for (let number = 0; number < 80; number += 1) addComment(github.state, 'somebody', `later ${number}`);
  assert.is((await attachNow(planFor(github.api, { summary: '## Changed' }))).comment.action, 'updated');
  assert.is(github.state.comments.filter(({ user }) => user === github.state.me).length, 1);
  assert.is(github.state.comments[3]?.body, `${plan.marker}\nmine!`);
});

test('a comment of ours that only quotes the marker is another comment', async () => {
  addComment(github.state, github.state.me, `> ${plan.marker}`);
  assert.is((await attachNow(plan)).comment.action, 'created');
  assert.is(github.state.comments[0]?.body, `> ${plan.marker}`);
});

test('two of ours are folded to the oldest', async () => {
  const first = addComment(github.state, github.state.me, `${plan.marker}\none`);
  addComment(github.state, github.state.me, `${plan.marker}\r\ntwo`);
  addComment(github.state, github.state.me, `${plan.marker}\nthree`);
  const done = await attachNow(plan);
  assert.is(done.comment.folded, 2);
  assert.equal(
    github.state.comments.map(({ id }) => id),
    [first.id],
  );
});

test('two at the same time leave one comment and files that are all linked', async () => {
  await Promise.allSettled([attachNow(plan), attachNow(plan), attachNow(plan)]);
  const done = await attachNow(plan);
  assert.is(bodies().length, 1);
  assert.equal(
    github.state.assets.map(({ name }) => name).toSorted(),
    done.files.map(({ url }) => url.split('/').at(-1) ?? '').toSorted(),
  );
});

test('half an upload (state "starter") is removed and sent again; so is a file of the wrong size', async () => {
  const [first, second] = plan.files;
  addAsset(github.state, first?.asset ?? '', Buffer.from(''), 'starter');
  addAsset(github.state, second?.asset ?? '', Buffer.from('half'));
  await attachNow(plan);
  assert.is(github.state.assets.length, 2);
  for (const { asset, content } of plan.files)
    assert.ok(github.state.assets.find(({ name }) => name === asset)?.content.equals(content) === true);
});

test('the token of a workflow: its name comes from the other API, and its comment is found again', async () => {
  github.state = { ...newState(), me: 'github-actions[bot]', asApp: true };
  await attachNow(plan);
  assert.is((await attachNow(planFor(github.api, { summary: '## Changed' }))).comment.action, 'updated');
  assert.is(bodies().length, 1);
});

test('without files: no release is looked at', async () => {
  const done = await attachNow(planFor(github.api, { files: false }));
  assert.is(done.release, null);
  assert.is(asked('/releases'), 0);
  assert.not.match(bodies()[0] ?? '', /Files:/);
});

test('an issue or a repository that takes nothing: said before anything is sent', async () => {
  const cases: readonly (readonly [string, () => void])[] = [
    [
      'github-gone',
      () => {
        github.state.issue = null;
      },
    ],
    [
      'github-not-found',
      () => {
        github.state.issue = 13;
      },
    ],
    [
      'github-moved',
      () => {
        github.state.movedTo = 'owner/files';
      },
    ],
    [
      'release-repo-not-writable',
      () => {
        github.state.mayPush = false;
      },
    ],
    [
      'github-archived',
      () => {
        github.state.archived = true;
      },
    ],
    [
      'release-immutable',
      () => {
        github.state.release = { id: 1, tag: 'bench-reports', draft: false, immutable: true };
      },
    ],
    [
      'release-is-draft',
      () => {
        github.state.release = { id: 1, tag: 'bench-reports', draft: true, immutable: false };
      },
    ],
  ];
  for (const [code, arrange] of cases) {
    github.reset(newState());
    arrange();
    const error = await failure(plan);
    assert.is(error.code, code, error.message);
    assert.is(github.seen.filter(({ method }) => method !== 'GET').length, 0, code);
  }
});

test('a locked issue', async () => {
  github.state.locked = true;
  const error = await failure(plan);
  assert.is(error.code, 'github-issue-locked');
});

function limited(seconds: string): Fault {
  return {
    kind: 'reply',
    when: 'before',
    reply: {
      status: 403,
      headers: { 'retry-after': seconds },
      body: { message: 'You have exceeded a secondary rate limit.', documentation_url: 'https://docs.github.com' },
    },
  };
}

test('a wait that is too long is not waited for, a short one is told', async () => {
  github.fault = (index) => (index === 2 ? limited('3600') : null);
  const error = await failure(plan);
  assert.is(error.code, 'github-rate-limited');
  assert.match(error.next, /wait 3600 s/);
  github.reset(newState());
  github.fault = (index) => (index === 2 ? limited('7') : null);
  const waits: number[] = [];
  await attachNow(plan, { onWait: (seconds) => waits.push(seconds) });
  assert.equal(waits, [7]);
});

test('nobody there, a name that is not known, a proxy that refuses: each is told for what it is', async () => {
  const closed = await startGitHub();
  await closed.close();
  assert.is((await failure(planFor(closed.api))).code, 'github-unreachable');
  const proxy = createServer((_, response) => response.writeHead(407).end());
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  const address = proxy.address();
  const at = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const error = await failure(plan, { environment: { HTTP_PROXY: at, HTTPS_PROXY: at } });
  assert.is(error.code, 'github-proxy', error.message);
  assert.is(
    (await failure(plan, { environment: { HTTPS_PROXY: 'http://user:secret word@:x' } })).code,
    'proxy-malformed',
  );
  await new Promise((resolve) => proxy.close(resolve));
});

test('a token that an answer repeats is not repeated', async () => {
  github.fault = () => ({
    kind: 'reply',
    when: 'before',
    reply: {
      status: 401,
      body: { message: `Bad credentials: ${TOKEN}`, documentation_url: 'https://docs.github.com' },
    },
  });
  const error = await failure(plan);
  assert.match(error.message, /Bad credentials: \[token\]/);
  // Where the words are cut, too.
  github.fault = () => ({
    kind: 'reply',
    when: 'before',
    reply: {
      status: 401,
      body: {
        message: `${'x'.repeat(490)}${TOKEN}${'\u001b'.repeat(5000)}`,
        documentation_url: 'https://docs.github.com',
      },
    },
  });
  const { message } = await failure(plan);
  assert.ok(message.length < 700 && !message.includes(TOKEN.slice(0, 6)), message);
  assert.not.match(message, /\p{Control}/u);
});

test("every request and every answer was as GitHub's description says", () => assert.equal(problems, []));

test.run();
