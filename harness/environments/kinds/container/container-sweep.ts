/** Removes the containers of harnesses that are dead: SIGKILL leaves no time to clean up. Those of living ones are left alone. */
import type { Answered } from '../../../machine/processes/bounded-command.ts';
import { identityOf } from '../../../machine/processes/read.ts';

/** Names the harness in every container, by pid and start, so that those of a dead one can be told from those in use. */
export const OWNER_LABEL = 'bench.owner';

/** Never rejects. */
export async function sweepContainers(
  client: string,
  ask: (program: string, args: readonly string[]) => Promise<Answered>,
): Promise<void> {
  const ids = (await ask(client, ['ps', '--all', '--quiet', '--filter', `label=${OWNER_LABEL}`])).stdout
    .split('\n')
    .filter((line) => /^[0-9a-f]{12,64}$/.test(line.trim()));
  if (ids.length === 0) return;
  // `ps` writes labels otherwise in podman than in docker; `inspect` does not.
  const { stdout } = await ask(client, [
    'inspect',
    '--type',
    'container',
    '--format',
    `{{.Id}} {{index .Config.Labels "${OWNER_LABEL}"}}`,
    ...ids,
  ]);
  const dead = stdout.split('\n').flatMap((line) => {
    const [, id, pid, ticks] = /^([0-9a-f]{12,64}) (\d+):(\d+)$/.exec(line.trim()) ?? [];
    return id !== undefined && identityOf(Number(pid))?.startTicks !== Number(ticks) ? [id] : [];
  });
  if (dead.length > 0) await ask(client, ['rm', '--force', ...(client === 'podman' ? ['--time', '0'] : []), ...dead]);
}
