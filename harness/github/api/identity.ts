/** Who the token speaks for: only comments of that account are ever changed. */
import { UsageError } from '../../model/errors.ts';
import { User, Viewer, type Comment } from './response-schemas.ts';
import { CallFailed, isRateLimit } from './call-failed.ts';
import type { GitHub } from './client.ts';

export interface Identity {
  /** null where only the name could be had. */
  readonly id: number | null;
  readonly login: string;
}

/** UsageError `identity-unknown`. */
export async function whoAmI(github: GitHub): Promise<Identity> {
  const doing = 'ask whose token this is';
  try {
    return await github.call({ doing, needs: 'read', route: 'GET /user', parameters: {}, answer: User });
  } catch (error) {
    // The token of a workflow is an app's: it is nobody's for this question, but the other API knows its name.
    if (!(error instanceof CallFailed) || error.answer.kind !== 'status' || error.status !== 403) throw error;
    if (isRateLimit(error.answer) || error.answer.headers['x-github-sso'] !== undefined) throw error;
    return await viewer(github, error);
  }
}

async function viewer(github: GitHub, refused: CallFailed): Promise<Identity> {
  try {
    const { data } = await github.call({
      doing: refused.doing,
      needs: 'read',
      route: 'POST /graphql',
      parameters: { query: '{ viewer { login } }' },
      answer: Viewer,
    });
    return { id: null, login: data.viewer.login };
  } catch (error) {
    if (
      error instanceof CallFailed &&
      (error.answer.kind === 'network' ||
        (error.answer.kind === 'status' && (error.uncertain || isRateLimit(error.answer))))
    )
      throw error;
    throw new UsageError(
      'identity-unknown',
      'GitHub does not say whose token this is, so bench cannot tell its own comment from those of others',
      'use the token of a user, or the GITHUB_TOKEN of a workflow',
      { cause: error },
    );
  }
}

export function isOwn({ id, login }: Identity, { user }: Comment): boolean {
  if (user === null) return false;
  return id === null ? user.login.toLowerCase() === login.toLowerCase() : user.id === id;
}
