import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { endGroup } from '../../../harness/machine/processes/end-group.ts';
import { findFamily } from '../../../harness/machine/processes/family.ts';
import { identityOf, readAllStats, readStat } from '../../../harness/machine/processes/read.ts';
import { isDead, type Identity } from '../../../harness/machine/processes/stat.ts';

const test = suite('the end of a process group');
const FAR_SECONDS = 60;

/** A shell that leads a group; it says a word when it has done what `script` begins with. */
async function leaderOf(script: string): Promise<{ readonly leader: Identity; readonly child: ChildProcess }> {
  const child = spawn('bash', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  assert.ok(child.stdout);
  await once(child.stdout, 'data');
  const leader = readStat(child.pid ?? 0);
  assert.ok(leader);
  return { leader, child };
}

const living = (group: number) => readAllStats().filter((stat) => stat.group === group && !isDead(stat));

test('one that heeds SIGTERM gets no SIGKILL', async () => {
  const { leader } = await leaderOf('echo ready; exec sleep 3600');
  const { signals, seconds, left } = await endGroup({ leader, graceSeconds: FAR_SECONDS, waitSeconds: FAR_SECONDS });
  assert.equal(signals, ['SIGTERM']);
  assert.ok(seconds !== null && seconds < FAR_SECONDS);
  assert.equal(left, []);
});

test('one that ignores SIGTERM, and a stopped one, are gone afterwards, and so is what they started', async () => {
  const deaf = await leaderOf("trap '' TERM; sleep 3600 & echo ready; wait; wait");
  const end = await endGroup({ leader: deaf.leader, graceSeconds: 0.1, waitSeconds: FAR_SECONDS });
  assert.equal(end.signals, ['SIGTERM', 'SIGKILL']);
  assert.equal(living(deaf.leader.pid), []);
  const stopped = await leaderOf('echo ready; exec sleep 3600');
  stopped.child.kill('SIGSTOP');
  const other = await endGroup({ leader: stopped.leader, graceSeconds: FAR_SECONDS, waitSeconds: FAR_SECONDS });
  assert.equal(other.signals, ['SIGTERM']);
  assert.is(identityOf(stopped.leader.pid), null);
});

test('a group that outlives its leader ends, too, and one that is gone is no error', async () => {
  const { leader, child } = await leaderOf("(trap '' TERM; echo ready; sleep 3600; sleep 3600) & exec sleep 3600");
  await endGroup({ leader, graceSeconds: FAR_SECONDS, waitSeconds: FAR_SECONDS });
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  while (living(leader.pid).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const again = await endGroup({ leader, graceSeconds: 1, waitSeconds: 1 });
  assert.equal(again, { signals: [], seconds: null, swept: 0, left: [], notKnown: null });
});

test('what has left the group is swept, though its parents are dead', async () => {
  const marker = `BENCH_TEST=${process.pid}-${performance.now()}`;
  const { leader } = await leaderOf(`export ${marker}; setsid sleep 3600 & sleep 0.1; echo ready; wait`);
  const find = () =>
    findFamily({ roots: [leader], sessions: [], marker, notBefore: leader.startTicks, except: new Set() });
  const { swept, left } = await endGroup({
    leader,
    graceSeconds: null,
    waitSeconds: FAR_SECONDS,
    find,
    familyFirst: true,
  });
  assert.ok(swept <= 1);
  assert.equal(left, []);
  assert.equal(await find(), []);
});

test.run();
