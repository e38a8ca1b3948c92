/** The rolling release that holds the files: found, or made. Its files are another module's business. */
import { UsageError } from '../model/errors.ts';
import { Release, RepositoryAnswer } from './api/response-schemas.ts';
import { CallFailed } from './api/call-failed.ts';
import type { GitHub } from './api/client.ts';
import { nameOf, type Repository } from './target.ts';

const TRIES = 4;
const WITHOUT_FILES = 'or send the comment alone: --no-files';

/** UsageError `release-repo-not-writable`, `github-archived`. */
export async function checkWritable(github: GitHub, repository: Repository): Promise<void> {
  const name = nameOf(repository);
  const { permissions, archived } = await github.call({
    doing: `look at ${name}`,
    needs: 'read',
    route: 'GET /repos/{owner}/{repo}',
    parameters: { ...repository },
    answer: RepositoryAnswer,
  });
  const elsewhere = `name a repository of yours for the files: --release-repo you/your-repo; ${WITHOUT_FILES}`;
  if (archived === true) throw new UsageError('github-archived', `${name} is archived and takes no files`, elsewhere);
  if (permissions?.push === false)
    throw new UsageError(
      'release-repo-not-writable',
      `you may not write to ${name}, so the files of the report cannot go there`,
      elsewhere,
    );
}

/** UsageError `release-immutable`, `release-is-draft`; else rejects with CallFailed. */
export async function findOrMakeRelease(github: GitHub, repository: Repository, tag: string): Promise<Release> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await find(github, repository, tag);
    if (found !== null) return usable(found, repository, tag);
    try {
      return usable(await make(github, repository, tag), repository, tag);
    } catch (error) {
      // Somebody else made it just now, or the answer was lost: looking again tells.
      const again = error instanceof CallFailed && (error.uncertain || isThere(error));
      if (!again || attempt >= TRIES) throw error;
      await github.pause(attempt);
    }
  }
}

async function find(github: GitHub, repository: Repository, tag: string): Promise<Release | null> {
  try {
    return await github.call({
      doing: `look for the release ${tag} of ${nameOf(repository)}`,
      needs: 'read',
      route: 'GET /repos/{owner}/{repo}/releases/tags/{tag}',
      parameters: { ...repository, tag },
      answer: Release,
    });
  } catch (error) {
    if (error instanceof CallFailed && error.status === 404) return null;
    throw error;
  }
}

function make(github: GitHub, repository: Repository, tag: string): Promise<Release> {
  const parameters = {
    ...repository,
    tag_name: tag,
    name: 'Reports of bench',
    body: 'Files of reports that bench attached to issues. Each is replaced by the next run of the same matrix on the same machine. Nothing to install is here.',
    // It must not become the release that people are shown first.
    prerelease: true,
    make_latest: 'false',
  };
  return github.call({
    doing: `make the release ${tag} in ${nameOf(repository)}`,
    needs: 'contents',
    route: 'POST /repos/{owner}/{repo}/releases',
    parameters,
    answer: Release,
  });
}

function isThere({ answer }: CallFailed): boolean {
  return answer.kind === 'status' && answer.status === 422 && answer.errorCodes.includes('already_exists');
}

function usable(release: Release, repository: Repository, tag: string): Release {
  const elsewhere = `give another tag (--release-tag) or repository (--release-repo), ${WITHOUT_FILES}`;
  if (release.immutable === true)
    throw new UsageError(
      'release-immutable',
      `the release ${tag} of ${nameOf(repository)} is immutable: no file can be added to it`,
      elsewhere,
    );
  if (release.draft)
    throw new UsageError(
      'release-is-draft',
      `the release ${tag} of ${nameOf(repository)} is a draft: nobody else sees its files`,
      elsewhere,
    );
  return release;
}
