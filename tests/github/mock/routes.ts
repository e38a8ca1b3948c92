/** How the mock GitHub answers a valid request, as GitHub documents it. Pure but for the state. */
import { valid, type Operation } from './contract.ts';
import {
  addAsset,
  addComment,
  userId,
  type MockAsset,
  type MockComment,
  type MockRelease,
  type MockState,
} from './state.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: ReturnType<typeof valid> | readonly ReturnType<typeof valid>[] | null;
}

export interface Asked {
  readonly operation: Operation;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: Buffer;
  /** Of the server itself, without a slash at the end. */
  readonly origin: string;
}

const DOCS = 'https://docs.github.com/rest';

export function errorReply(
  status: number,
  message: string,
  errors?: readonly { readonly [key: string]: string }[],
): Reply {
  return { status, body: { message, documentation_url: DOCS, ...(errors === undefined ? {} : { errors }) } };
}

export function reply(state: MockState, asked: Asked): Reply {
  const { operation, body } = asked;
  const { owner = '', repo = '' } = operation.values;
  const ours =
    operation.path === '/user' || `${owner}/${repo}` === 'owner/repo' || `${owner}/${repo}` === 'owner/files';
  if (!ours) return errorReply(404, 'Not Found');
  const fields = asked.contentType.startsWith('application/json') && body.length > 0 ? textFields(body) : {};
  switch (`${operation.method} ${operation.path}`) {
    case 'get /user':
      return state.asApp
        ? errorReply(403, 'Resource not accessible by integration')
        : { status: 200, body: valid('private-user', { id: userId(state.me), login: state.me }) };
    case 'get /repos/{owner}/{repo}':
      return {
        status: 200,
        body: valid('full-repository', {
          full_name: `${owner}/${repo}`,
          archived: state.archived,
          permissions: { admin: false, pull: true, push: state.mayPush },
        }),
      };
    case 'get /repos/{owner}/{repo}/issues/{issue_number}':
      return issueReply(state, asked);
    case 'get /repos/{owner}/{repo}/issues/{issue_number}/comments':
      return { status: 200, body: pageOf(asked.query, state.comments).map((one) => commentOf(asked, one)) };
    case 'post /repos/{owner}/{repo}/issues/{issue_number}/comments':
      if (state.locked) return errorReply(403, 'Unable to create comment because issue is locked.');
      return (
        tooLong(fields['body']) ?? {
          status: 201,
          body: commentOf(asked, addComment(state, state.me, fields['body'] ?? '')),
        }
      );
    case 'get /repos/{owner}/{repo}/issues/comments/{comment_id}':
      return withComment(state, asked, (one) => ({ status: 200, body: commentOf(asked, one) }));
    case 'patch /repos/{owner}/{repo}/issues/comments/{comment_id}':
      return withComment(state, asked, (one) => {
        const refused = tooLong(fields['body']);
        if (refused !== null) return refused;
        one.body = fields['body'] ?? '';
        return { status: 200, body: commentOf(asked, one) };
      });
    case 'delete /repos/{owner}/{repo}/issues/comments/{comment_id}':
      return withComment(state, asked, (one) => {
        state.comments = state.comments.filter(({ id }) => id !== one.id);
        return { status: 204, body: null };
      });
    case 'get /repos/{owner}/{repo}/releases/tags/{tag}':
      return state.release === null || state.release.tag !== operation.values['tag']
        ? errorReply(404, 'Not Found')
        : { status: 200, body: releaseOf(asked, state.release) };
    case 'post /repos/{owner}/{repo}/releases':
      return makeRelease(state, asked, fields['tag_name'] ?? '');
    case 'get /repos/{owner}/{repo}/releases/{release_id}/assets':
      return { status: 200, body: pageOf(asked.query, state.assets).map((one) => assetOf(asked, one)) };
    case 'post /repos/{owner}/{repo}/releases/{release_id}/assets':
      return upload(state, asked);
    case 'delete /repos/{owner}/{repo}/releases/assets/{asset_id}': {
      const id = Number(operation.values['asset_id']);
      if (!state.assets.some((one) => one.id === id)) return errorReply(404, 'Not Found');
      state.assets = state.assets.filter((one) => one.id !== id);
      return { status: 204, body: null };
    }
    default:
      return errorReply(404, 'Not Found');
  }
}

function issueReply(state: MockState, { operation, origin }: Asked): Reply {
  if (state.issue === null) return errorReply(410, 'This issue was deleted');
  const number = Number(operation.values['issue_number']);
  if (number !== state.issue) return errorReply(404, 'Not Found');
  const repository = state.movedTo ?? 'owner/repo';
  return {
    status: 200,
    body: valid('issue', {
      number,
      locked: state.locked,
      comments: state.comments.length,
      repository_url: `${origin}/repos/${repository}`,
      html_url: `${origin}/${repository}/issues/${number}`,
    }),
  };
}

function makeRelease(state: MockState, asked: Asked, tag: string): Reply {
  if (!state.mayPush) return errorReply(403, 'Resource not accessible by personal access token');
  if (state.release !== null)
    return errorReply(422, 'Validation Failed', [{ resource: 'Release', code: 'already_exists', field: 'tag_name' }]);
  state.release = { id: (state.nextId += 1), tag, draft: false, immutable: false };
  return { status: 201, body: releaseOf(asked, state.release) };
}

function upload(state: MockState, asked: Asked): Reply {
  const name = asked.query.get('name') ?? '';
  if (state.assets.some((one) => one.name === name))
    return errorReply(422, 'Validation Failed', [{ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' }]);
  return { status: 201, body: assetOf(asked, addAsset(state, name, asked.body, 'uploaded', asked.contentType)) };
}

function withComment(state: MockState, { operation }: Asked, use: (one: MockComment) => Reply): Reply {
  const found = state.comments.find(({ id }) => id === Number(operation.values['comment_id']));
  return found === undefined ? errorReply(404, 'Not Found') : use(found);
}

function tooLong(text: string | undefined): Reply | null {
  return (text ?? '').length > 65_536
    ? errorReply(422, 'Validation Failed', [
        {
          resource: 'IssueComment',
          code: 'unprocessable',
          field: 'data',
          message: 'Body is too long (maximum is 65536 characters)',
        },
      ])
    : null;
}

function commentOf({ origin }: Asked, { id, user, body }: MockComment): ReturnType<typeof valid> {
  return valid('issue-comment', {
    id,
    body,
    html_url: `${origin}/owner/repo/issues/12#issuecomment-${id}`,
    user: valid('simple-user', { id: userId(user), login: user }),
  });
}

function releaseOf({ origin, operation }: Asked, { id, tag, draft, immutable }: MockRelease): ReturnType<typeof valid> {
  const repository = `${operation.values['owner']}/${operation.values['repo']}`;
  return valid('release', {
    id,
    draft,
    immutable,
    tag_name: tag,
    html_url: `${origin}/${repository}/releases/tag/${tag}`,
    upload_url: `${origin}/uploads/repos/${repository}/releases/${id}/assets{?name,label}`,
  });
}

function assetOf({ origin }: Asked, { id, name, state, content, contentType }: MockAsset): ReturnType<typeof valid> {
  return valid('release-asset', {
    id,
    name,
    state,
    size: state === 'starter' ? 0 : content.byteLength,
    content_type: contentType,
    browser_download_url: `${origin}/owner/repo/releases/download/bench-reports/${name}`,
  });
}

function pageOf<T>(query: URLSearchParams, all: readonly T[]): readonly T[] {
  const size = Math.min(100, Number(query.get('per_page') ?? 30));
  const page = Number(query.get('page') ?? 1);
  return all.slice((page - 1) * size, page * size);
}

function textFields(body: Buffer): Readonly<Record<string, string>> {
  const fields: unknown = JSON.parse(body.toString('utf8'));
  return Object.fromEntries(
    Object.entries(typeof fields === 'object' && fields !== null ? fields : {}).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
}
