/**
 * One comment of ours with one marker, however often this runs, is cut off, or runs twice at once.
 * What is in the comment is not decided here.
 */
import { Comment, Nothing } from './api/response-schemas.ts';
import { CallFailed } from './api/call-failed.ts';
import type { GitHub } from './api/client.ts';
import { isOwn, type Identity } from './api/identity.ts';
import { allPages } from './api/pages.ts';
import type { IssueTarget } from './target.ts';

export interface Put {
  readonly comment: Comment;
  readonly action: 'created' | 'updated' | 'unchanged';
  /** Further comments of ours with the same marker that were removed. */
  readonly folded: number;
}

const TRIES = 4;

/** `body` begins with `marker`. Rejects with CallFailed. */
export async function putComment(
  github: GitHub,
  issue: IssueTarget,
  me: Identity,
  marker: string,
  body: string,
): Promise<Put> {
  let tried = false;
  for (let attempt = 1; ; attempt += 1) {
    let own = await ownComments(github, issue, me, marker);
    if (own.length === 0) {
      tried = true;
      try {
        const made = await create(github, issue, body);
        // Looked at again: another bench may have made one at the same time. The list may lag behind what was just made.
        own = oldestFirst([...(await ownComments(github, issue, me, marker)).filter(({ id }) => id !== made.id), made]);
      } catch (error) {
        // It may be there all the same: looking again tells.
        if (!(error instanceof CallFailed) || !error.uncertain || attempt >= TRIES) throw error;
        await github.pause(attempt);
        continue;
      }
    }
    const [first, ...others] = own;
    const put = first === undefined ? null : await update(github, issue, first, body);
    if (put === null) {
      if (attempt < TRIES) continue;
      throw new CallFailed('change the comment', 'issues', { kind: 'odd', problem: 'the comment comes and goes' });
    }
    for (const one of others) await remove(github, issue, one);
    return { comment: put.comment, action: tried ? 'created' : put.action, folded: others.length };
  }
}

/** The oldest first. A comment of someone else is never ours, whatever it begins with. */
async function ownComments(
  github: GitHub,
  issue: IssueTarget,
  me: Identity,
  marker: string,
): Promise<readonly Comment[]> {
  const all = await allPages(
    github,
    {
      doing: `read the comments of ${issue.owner}/${issue.repo}#${issue.number}`,
      needs: 'read',
      route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      parameters: at(issue),
    },
    Comment,
  );
  return oldestFirst(all.filter((one) => isOwn(me, one) && isMarked(one, marker)));
}

function oldestFirst(comments: readonly Comment[]): readonly Comment[] {
  return comments.toSorted((a, b) => a.id - b.id);
}

export function isMarked({ body }: Comment, marker: string): boolean {
  return (body ?? '').trimStart().split('\n', 1)[0]?.trim() === marker;
}

function create(github: GitHub, issue: IssueTarget, body: string): Promise<Comment> {
  return github.call({
    doing: 'write the comment',
    needs: 'issues',
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters: { ...at(issue), body },
    answer: Comment,
  });
}

/** null when it was deleted meanwhile. */
async function update(
  github: GitHub,
  issue: IssueTarget,
  comment: Comment,
  body: string,
): Promise<{ readonly comment: Comment; readonly action: 'updated' | 'unchanged' } | null> {
  if (sameText(comment.body ?? '', body)) return { comment, action: 'unchanged' };
  try {
    const { owner, repo } = issue;
    const updated = await github.call({
      doing: 'change the comment',
      needs: 'issues',
      route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
      parameters: { owner, repo, comment_id: comment.id, body },
      answer: Comment,
    });
    return { comment: updated, action: 'updated' };
  } catch (error) {
    if (error instanceof CallFailed && (error.status === 404 || error.status === 410)) return null;
    throw error;
  }
}

async function remove(github: GitHub, { owner, repo }: IssueTarget, { id }: Comment): Promise<void> {
  try {
    await github.call({
      doing: 'remove a second comment of ours',
      needs: 'issues',
      route: 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
      parameters: { owner, repo, comment_id: id },
      answer: Nothing,
    });
  } catch (error) {
    if (!(error instanceof CallFailed) || (error.status !== 404 && error.status !== 410)) throw error;
  }
}

function at({ owner, repo, number }: IssueTarget): Record<string, unknown> {
  return { owner, repo, issue_number: number };
}

/** GitHub may keep other line ends and no empty lines at the end. */
function sameText(one: string, other: string): boolean {
  return unixLines(one) === unixLines(other);
}

function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
