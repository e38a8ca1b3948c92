/** One mock GitHub with things of others in it, one plan, and what must hold after every attach, whatever failed. */
import * as assert from 'uvu/assert';
import { attachNow, planFor } from './plans.ts';
import { startGitHub, TOKEN, type MockGitHub } from './server.ts';
import { addAsset, addComment, copyOf, newState, type MockState } from './state.ts';
import type { AttachPlan } from '../../../harness/github/plan.ts';
import type { Attached } from '../../../harness/github/attach.ts';
import { BenchError } from '../../../harness/model/errors.ts';

const FOREIGN_COMMENT = 'not mine';
const FOREIGN_ASSET = 'other.0123456789ab.0123456789ab.report.html';

export type End =
  | { readonly kind: 'done'; readonly done: Attached }
  | { readonly kind: 'failed'; readonly error: BenchError };

export interface World {
  readonly github: MockGitHub;
  readonly plan: AttachPlan;
  /** first: nothing of ours is there. second: release, comment and files of the night before. */
  begin(scene: Scene): Promise<void>;
  run(limitSeconds?: number): Promise<End>;
  /** What must hold at any time. */
  checkSound(where: string): void;
  /** What must hold after a success. */
  checkComplete(where: string): void;
}

export const SCENES = ['first night', 'second night'] as const;
export type Scene = (typeof SCENES)[number];

export async function openWorld(): Promise<World> {
  const github = await startGitHub();
  const plan = planFor(github.api);
  let afterFirst: MockState | null = null;
  const copied = `${plan.marker}\n${FOREIGN_COMMENT}`;
  const own = (): readonly string[] =>
    github.state.comments
      .filter(({ user, body }) => user === github.state.me && body.startsWith(plan.marker))
      .map(({ body }) => body);
  const ofOthers = (): readonly string[] =>
    github.state.comments.filter(({ user }) => user === 'somebody').map(({ body }) => body);
  const populated = (): MockState => {
    const state = newState();
    addComment(state, 'somebody', FOREIGN_COMMENT);
    // Whoever copies our marker does not get their comment changed.
    addComment(state, 'somebody', copied);
    addAsset(state, FOREIGN_ASSET);
    return state;
  };
  const checkSound = (where: string): void => {
    assert.equal(github.problems, [], where);
    assert.ok(own().length <= 1, `${where}: ${own().length} comments`);
    assert.equal(ofOthers(), [FOREIGN_COMMENT, copied], `${where}: comments of others`);
    assert.ok(
      github.state.assets.some(({ name }) => name === FOREIGN_ASSET),
      `${where}: files of others`,
    );
  };
  return {
    github,
    plan,
    begin: async (scene) => {
      if (scene === 'second night' && afterFirst === null) {
        github.reset(populated());
        await attachNow(planFor(github.api, { night: 'earlier', summary: '## Another night' }));
        afterFirst = copyOf(github.state);
      }
      github.reset(scene === 'second night' && afterFirst !== null ? copyOf(afterFirst) : populated());
    },
    run: async (limitSeconds) => {
      try {
        return told({ kind: 'done', done: await attachNow(plan, limitSeconds === undefined ? {} : { limitSeconds }) });
      } catch (error) {
        if (!(error instanceof BenchError)) throw error;
        return told({ kind: 'failed', error });
      }
    },
    checkSound,
    checkComplete: (where) => {
      checkSound(where);
      const [body = ''] = own();
      const ours = github.state.assets.filter(({ name }) => name.includes(plan.slot));
      assert.match(body, /7 of 14 environments hang/, where);
      assert.equal(
        ours.map(({ name }) => name).toSorted(),
        plan.files.map(({ asset }) => asset).toSorted(),
        `${where}: files`,
      );
      assert.ok(
        ours.every(({ state }) => state === 'uploaded'),
        `${where}: half a file`,
      );
      for (const { asset, content } of plan.files) {
        assert.ok(body.includes(asset), `${where}: ${asset} is linked`);
        assert.ok(
          ours.find(({ name }) => name === asset)?.content.equals(content) === true,
          `${where}: content of ${asset}`,
        );
      }
    },
  };
}

/** Nothing that could be printed holds the token. */
function told(end: End): End {
  const words =
    end.kind === 'done'
      ? JSON.stringify(end.done)
      : [
          end.error.message,
          end.error.next,
          end.error.stack,
          JSON.stringify(end.error),
          String(end.error.cause ?? ''),
        ].join('\n');
  assert.not.ok(words.includes(TOKEN), `the token shows in ${words.replaceAll(TOKEN, '***')}`);
  return end;
}
