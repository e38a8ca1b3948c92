/**
 * Files of the release: sent once, kept when they are there already, sent again when an upload was cut off, removed when no comment links them.
 * A file's name holds the hash of its content, so nothing is ever overwritten and old links show old content or nothing.
 */
import { NoVerdictError } from '../model/errors.ts';
import { Asset, Nothing, type Release } from './api/response-schemas.ts';
import { CallFailed } from './api/call-failed.ts';
import type { GitHub } from './api/client.ts';
import { isOfSlot } from './names.ts';
import { allPages } from './api/pages.ts';
import { nameOf, type Repository } from './target.ts';
import { mayUploadTo } from './api/transport.ts';

export interface Upload {
  /** Of the asset. */
  readonly name: string;
  readonly content: Buffer;
  readonly contentType: string;
}

export interface Sent {
  readonly asset: Asset;
  readonly action: 'uploaded' | 'kept';
}

const TRIES = 4;

export interface AssetPlace {
  readonly github: GitHub;
  readonly repository: Repository;
  readonly release: Release;
  readonly api: string;
}

/** In the order of `uploads`. NoVerdictError `github-odd-answer` when the release names an upload address that is not GitHub's; else rejects with CallFailed. */
export async function sendAll(place: AssetPlace, uploads: readonly Upload[]): Promise<readonly Sent[]> {
  const url = place.release.upload_url.replace(/\{.*$/, '');
  if (!mayUploadTo(url, place.api))
    throw new NoVerdictError(
      'github-odd-answer',
      'the release names an address for uploads that does not belong to this GitHub',
      'check --api (GITHUB_API_URL); the token was not sent there',
    );
  let present = await listAssets(place);
  const sent: Sent[] = [];
  for (const upload of uploads) {
    for (let attempt = 1; ; attempt += 1) {
      const there = present.find(({ name }) => name === upload.name);
      if (there !== undefined && isWhole(there, upload)) {
        sent.push({ asset: there, action: attempt === 1 ? 'kept' : 'uploaded' });
        break;
      }
      if (there !== undefined) await removeAsset(place, there);
      try {
        const asset = await send(place, url, upload);
        if (isWhole(asset, upload)) {
          sent.push({ asset, action: 'uploaded' });
          break;
        }
        if (attempt >= TRIES)
          throw new CallFailed(`upload ${upload.name}`, 'contents', {
            kind: 'odd',
            problem: `it has ${asset.size} bytes of ${upload.content.byteLength}`,
          });
      } catch (error) {
        // What arrived is seen in the list; half of a file is removed and sent again.
        if (!(error instanceof CallFailed) || !(error.uncertain || isThere(error)) || attempt >= TRIES) throw error;
        await place.github.pause(attempt);
      }
      present = await listAssets(place);
    }
  }
  return sent;
}

/** Removes what was put there for this slot and is not linked any more; returns the names. */
export async function removeUnlinked(
  place: AssetPlace,
  slot: string,
  isLinked: (asset: Asset) => boolean,
): Promise<readonly string[]> {
  const old = (await listAssets(place)).filter((asset) => isOfSlot(asset.name, slot) && !isLinked(asset));
  const doubtful = new Set<number>();
  for (const asset of old) if (!(await removeAsset(place, asset))) doubtful.add(asset.id);
  // "Not found" is also what GitHub says to those who may not: only the list tells.
  const left = doubtful.size === 0 ? undefined : (await listAssets(place)).find(({ id }) => doubtful.has(id));
  if (left !== undefined)
    throw new CallFailed(`remove the old file ${left.name}`, 'contents', {
      kind: 'status',
      status: 404,
      message: 'Not Found',
      headers: {},
      errorCodes: [],
    });
  return old.map(({ name }) => name);
}

function listAssets({ github, repository, release }: AssetPlace): Promise<readonly Asset[]> {
  return allPages(
    github,
    {
      doing: `list the files of the release in ${nameOf(repository)}`,
      needs: 'read',
      route: 'GET /repos/{owner}/{repo}/releases/{release_id}/assets',
      parameters: { ...repository, release_id: release.id },
    },
    Asset,
  );
}

function send({ github }: AssetPlace, url: string, { name, content, contentType }: Upload): Promise<Asset> {
  const headers = { 'content-type': contentType };
  return github.call({
    doing: `upload ${name}`,
    needs: 'contents',
    route: `POST ${url}{?name}`,
    parameters: { name, data: content, headers },
    answer: Asset,
  });
}

/** false where GitHub says that it is not there. */
async function removeAsset({ github, repository }: AssetPlace, { id, name }: Asset): Promise<boolean> {
  try {
    await github.call({
      doing: `remove the old file ${name}`,
      needs: 'contents',
      route: 'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}',
      parameters: { ...repository, asset_id: id },
      answer: Nothing,
    });
    return true;
  } catch (error) {
    if (!(error instanceof CallFailed) || error.status !== 404) throw error;
    return false;
  }
}

function isWhole({ state, size }: Asset, { content }: Upload): boolean {
  return state === 'uploaded' && size === content.byteLength;
}

function isThere({ answer }: CallFailed): boolean {
  return answer.kind === 'status' && answer.status === 422 && answer.errorCodes.includes('already_exists');
}
