/**
 * Sends a plan to GitHub. Every step finds out first what is there, so that it can be run again after being cut off anywhere:
 * files first, then the comment that links them, then what no comment links any more is removed.
 */
import { BenchError, messageOf, NoVerdictError, UsageError } from '../model/errors.ts';
import { Comment, Issue } from './api/response-schemas.ts';
import { removeUnlinked, sendAll, type AssetPlace, type Sent } from './assets.ts';
import { CallFailed } from './api/call-failed.ts';
import { openGitHub, type ClientOptions, type GitHub } from './api/client.ts';
import { describeCall } from './api/failure.ts';
import { whoAmI } from './api/identity.ts';
import { bodyOf, type AttachPlan } from './plan.ts';
import { checkWritable, findOrMakeRelease } from './release.ts';
import { isMarked, putComment } from './sticky-comment.ts';
import { nameOf, sameRepository, type IssueTarget, type Repository } from './target.ts';
import { withoutToken } from './api/token.ts';
import type { Link } from './body.ts';

export interface Attached {
  readonly comment: {
    readonly url: string;
    readonly action: 'created' | 'updated' | 'unchanged';
    readonly folded: number;
  };
  readonly release: string | null;
  readonly files: readonly { readonly file: string; readonly url: string; readonly action: Sent['action'] }[];
  /** Names of files that were linked by no comment any more. */
  readonly removed: readonly string[];
}

/** Rejects with a BenchError whose texts hold nothing of the token; its codes are in docs/attach.md. */
export async function attach(plan: AttachPlan, options: Omit<ClientOptions, 'api'>): Promise<Attached> {
  const github = openGitHub({ ...options, api: plan.target.api });
  try {
    return await attachBy(github, plan);
  } catch (error) {
    if (error instanceof CallFailed) throw describeCall(error, options.token, Date.now());
    if (error instanceof BenchError) throw error;
    // The stack of an error of a library is printed as it is: it must not hold the token.
    throw new NoVerdictError(
      'attach-failed',
      `attaching failed in a way that nobody foresaw: ${withoutToken(messageOf(error), options.token)}`,
      'run the same command again; if it stays, please report it',
    );
  } finally {
    await github.close();
  }
}

async function attachBy(github: GitHub, plan: AttachPlan): Promise<Attached> {
  const { issue } = plan.target;
  const me = await whoAmI(github);
  await checkIssue(github, issue);
  const place = plan.release === null ? null : await placeOf(github, plan, plan.release);
  const sent =
    place === null
      ? []
      : await sendAll(
          place,
          plan.files.map(({ asset, content, contentType }) => ({ name: asset, content, contentType })),
        );
  const links = linksOf(plan, sent);
  const put = await putComment(github, issue, me, plan.marker, bodyOf(plan, links, place?.release.html_url ?? null));
  const removed = place === null ? [] : await tidy(github, place, plan, put.comment.id);
  return {
    comment: { url: put.comment.html_url, action: put.action, folded: put.folded },
    release: place?.release.html_url ?? null,
    files: links.map(({ name, url }, index) => ({ file: name, url, action: sent[index]?.action ?? 'uploaded' })),
    removed,
  };
}

/** Found out before anything is written: a release full of files for an issue that is not there would help nobody. */
async function checkIssue(github: GitHub, issue: IssueTarget): Promise<void> {
  const { owner, repo, number } = issue;
  const found = await github.call({
    doing: `read the issue ${nameOf(issue)}#${number}`,
    needs: 'read',
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}',
    parameters: { owner, repo, issue_number: number },
    answer: Issue,
  });
  const [, newOwner, newRepo] = /\/repos\/([^/]+)\/([^/]+)$/.exec(found.repository_url) ?? [];
  if (newOwner === undefined || newRepo === undefined) return;
  const now = { owner: newOwner, repo: newRepo };
  if (sameRepository(now, issue) && found.number === number) return;
  throw new UsageError(
    'github-moved',
    `the issue ${nameOf(issue)}#${number} is now ${nameOf(now)}#${found.number}`,
    `if you mean it to go there: --issue ${nameOf(now)}#${found.number}`,
  );
}

async function placeOf(
  github: GitHub,
  plan: AttachPlan,
  { repository, tag }: { readonly repository: Repository; readonly tag: string },
): Promise<AssetPlace> {
  await checkWritable(github, repository);
  return { github, repository, release: await findOrMakeRelease(github, repository, tag), api: plan.target.api };
}

/** Read back: if another bench has changed the comment meanwhile, the files that it links now stay as well. */
async function tidy(github: GitHub, place: AssetPlace, plan: AttachPlan, id: number): Promise<readonly string[]> {
  const { owner, repo } = plan.target.issue;
  const now = await github.call({
    doing: 'read the comment back',
    needs: 'read',
    route: 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}',
    parameters: { owner, repo, comment_id: id },
    answer: Comment,
  });
  const body = now.body ?? '';
  const own = new Set(plan.files.map(({ asset }) => asset));
  if (!isMarked(now, plan.marker))
    throw new NoVerdictError(
      'comment-changed',
      'the comment reads differently from what was sent',
      'somebody changed it just now: look at it, then run the same command again',
    );
  return await removeUnlinked(place, plan.slot, ({ name }) => own.has(name) || body.includes(name));
}

function linksOf({ files }: AttachPlan, sent: readonly Sent[]): readonly Link[] {
  return files.flatMap(({ name }, index) => {
    const url = sent[index]?.asset.browser_download_url;
    return url === undefined ? [] : [{ name, url }];
  });
}
