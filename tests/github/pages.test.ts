import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { CallFailed } from '../../harness/github/api/call-failed.ts';
import type { GitHub } from '../../harness/github/api/client.ts';
import { describeCall } from '../../harness/github/api/failure.ts';
import { allPages } from '../../harness/github/api/pages.ts';

const test = suite('github/pages');

const CALL = { doing: 'read the comments of a/b#1', needs: 'read', route: 'GET /x', parameters: {} } as const;
const Entry = z.object({ id: z.number() });
const hundred = (from: number) => Array.from({ length: 100 }, (_, place) => ({ id: from + place }));

/** Answers with what `page` gives, as the client does. */
function server(page: (number: number) => unknown): GitHub & { readonly asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    call: async ({ parameters, answer }) => {
      const number = Number(parameters['page']);
      asked.push(number);
      return answer.parse(page(number));
    },
    pause: async () => {},
    close: async () => {},
  };
}

async function failure(github: GitHub, now?: () => number): Promise<CallFailed> {
  const error = await allPages(github, CALL, Entry, now).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof CallFailed) return error;
  throw error ?? new Error('nothing was refused');
}

test('a page that is not full is the last', async () => {
  const github = server((number) => (number < 3 ? hundred(number * 1000) : [{ id: 1 }]));
  assert.is((await allPages(github, CALL, Entry)).length, 201);
  assert.equal(github.asked, [1, 2, 3]);
});

test('a list without end is given up, and nothing is taken for all of it', async () => {
  const github = server((number) => hundred(number * 1000));
  const { code, message, next } = describeCall(await failure(github), 'token', 0);
  assert.is(code, 'github-odd-answer');
  assert.match(message, /could not read the comments of a\/b#1: .*no end: page 500 is full/);
  assert.match(next, /run the same command again/);
  assert.is(github.asked.length, 500);
});

test('a server that gives the same page again and again is given up at the second', async () => {
  const github = server(() => hundred(1));
  assert.match(describeCall(await failure(github), 'token', 0).message, /page 2 .* nothing but what came before/);
});

test('a list that takes for ever is given up after a while', async () => {
  let seconds = 0;
  const github = server((number) => {
    seconds += 100;
    return hundred(number * 1000);
  });
  await failure(github, () => seconds);
  assert.is(github.asked.length, 7);
});

test.run();
