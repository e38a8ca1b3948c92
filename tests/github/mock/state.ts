/** What the mock GitHub holds: one repository with an issue, a release and its files. Changed by requests, looked at by tests. */
export interface MockComment {
  readonly id: number;
  readonly user: string;
  body: string;
}

export interface MockAsset {
  readonly id: number;
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
  state: 'uploaded' | 'starter';
}

export interface MockRelease {
  readonly id: number;
  readonly tag: string;
  readonly draft: boolean;
  readonly immutable: boolean;
}

export interface MockState {
  readonly me: string;
  /** The token is an app's: it is nobody's for GET /user. */
  asApp: boolean;
  mayPush: boolean;
  archived: boolean;
  locked: boolean;
  /** null: it was deleted. */
  issue: number | null;
  /** Where the issue is now; null: where it was. */
  movedTo: string | null;
  release: MockRelease | null;
  comments: MockComment[];
  assets: MockAsset[];
  nextId: number;
}

export const ISSUE = 12;

export function newState(): MockState {
  return {
    me: 'tester',
    asApp: false,
    mayPush: true,
    archived: false,
    locked: false,
    issue: ISSUE,
    movedTo: null,
    release: null,
    comments: [],
    assets: [],
    nextId: 1000,
  };
}

export function addComment(state: MockState, user: string, body: string): MockComment {
  const made = { id: (state.nextId += 1), user, body };
  state.comments.push(made);
  return made;
}

export function addAsset(
  state: MockState,
  name: string,
  content: Buffer = Buffer.from('old'),
  uploadState: MockAsset['state'] = 'uploaded',
  contentType = 'text/plain',
): MockAsset {
  const made: MockAsset = { id: (state.nextId += 1), name, content, contentType, state: uploadState };
  state.assets.push(made);
  return made;
}

/** Account numbers by name, the same every time. */
export function userId(login: string): number {
  return [...login].reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) ?? 0), 7) % 1_000_000;
}

export function copyOf(state: MockState): MockState {
  return {
    ...state,
    comments: state.comments.map((one) => ({ ...one })),
    assets: state.assets.map((one) => ({ ...one })),
  };
}
